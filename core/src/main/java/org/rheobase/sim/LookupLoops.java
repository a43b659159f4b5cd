package org.rheobase.sim;

/**
 * The inner loops of {@link Lookup} and {@link Planar}; every implementation returns the same bits.
 */
interface LookupLoops {
  /** Lays out spikes for lookups: writes words and planes. */
  void prepare(Events events, Lookup lookup, Lookup.Buffers all);

  /** Looks up what one pass sums: writes sums. */
  void lookUp(Lookup lookup, Lookup.Pass pass, Lookup.Buffers all);

  /** Adds sums of lookups: {@code target += (low + 256 * high) << shift}. */
  void addSums(Lookup lookup, Lookup.Buffers all, int[] target);

  /**
   * The same for one channel.
   *
   * @param adds whether they are added or replace what is there
   * @param current {@code [lanes]}
   */
  void current(Lookup lookup, Lookup.Buffers all, int channel, boolean adds, int[] current);

  /**
   * Adds a weight where a channel's bit is set.
   *
   * @param words {@code [groups of 16 channels][lanes]}
   * @param current {@code [lanes]}
   */
  void addMarked(short[] words, int lanes, int channel, int weight, int[] current);

  /**
   * {@link Loops#fire} for one channel.
   *
   * @param current {@code [lanes]}
   * @param potentials {@code [channels][lanes]}
   * @param fired {@code [groups of 16 channels][lanes]}, receives the channel's bits
   */
  void fire(
      int[] current, int drive, int theta, int[] potentials, int channel, int lanes, short[] fired);

  /** Whether vectors do it; else lookups are slower than any other way. */
  boolean areFast();
}
