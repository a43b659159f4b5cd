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
   * Writes a weight where a channel's bit is set, and 0 elsewhere.
   *
   * @param words {@code [groups of 16 channels][lanes]}
   * @param current {@code [lanes]}
   */
  void weigh(short[] words, int lanes, int channel, int weight, int[] current);

  /** {@link #addSums} for one channel, to {@code [lanes]}. */
  void addCurrent(Lookup lookup, Lookup.Buffers all, int channel, int[] current);

  /**
   * {@link Loops#fire} for one channel, whose current is the sum of a lookup, the drive and {@code
   * further}; sets the bits of its spikes in {@link Lookup.Buffers#fired} and clears none.
   *
   * @param further {@code [lanes]}
   * @param potentials {@code [channels][lanes]}
   */
  void fire(
      Lookup lookup,
      Lookup.Buffers all,
      int channel,
      int[] further,
      int drive,
      int theta,
      int[] potentials);

  /** Whether vectors do it; else lookups are slower than any other way. */
  boolean areFast();
}
