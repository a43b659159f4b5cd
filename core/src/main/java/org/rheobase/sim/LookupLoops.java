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
   * The same where a map lies channel by channel.
   *
   * @param target {@code [channels][lanes]}
   */
  void addByChannel(Lookup lookup, Lookup.Buffers all, int[] target);

  /**
   * Adds a channel's weight where its bit is set.
   *
   * @param words {@code [groups of 16 channels][lanes]}
   * @param weights {@code [channels]}
   * @param target {@code [channels][lanes]}
   */
  void addMarked(short[] words, int lanes, int[] weights, int[] target);

  /**
   * {@link Loops#fire} of a map that lies channel by channel, the sums of a lookup added before.
   *
   * @param drive {@code [channels]}
   * @param theta {@code [channels]}
   * @param potentials {@code [channels][lanes]}
   * @param fired {@code [groups of 16 channels][lanes]}, receives the spikes' bits
   */
  void fire(
      Lookup lookup, Lookup.Buffers all, int[] drive, int[] theta, int[] potentials, short[] fired);

  /** Whether vectors do it; else lookups are slower than any other way. */
  boolean areFast();
}
