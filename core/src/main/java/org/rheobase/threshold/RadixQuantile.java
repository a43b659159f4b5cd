package org.rheobase.threshold;

/**
 * The exact quantile of a stream of non-negative floats that is too long to keep, for several
 * groups at once. The bit patterns of non-negative floats sort as the floats do, so four passes
 * over the stream, each counting the next bits of the values that are still candidates, find two
 * neighbouring order statistics exactly; counts are integers, so the order of the values does not
 * matter.
 */
final class RadixQuantile {
  /** Bits decided in each pass, from the top: the sign bit is known to be 0. */
  private static final int[] BITS = {8, 8, 8, 7};

  private static final int[] SHIFTS = {23, 15, 7, 0};

  /** How often the stream must be shown. */
  static final int PASSES = BITS.length;

  private final double quantile;
  private final long[] totals;
  private final long[] lowerRank;
  private final long[] upperRank;
  private final int[] lowerPrefix;
  private final int[] upperPrefix;
  private int pass;
  private long[][] lower;
  private long[][] upper;

  /**
   * Begins the first pass.
   *
   * @param groups number of independent quantiles
   * @param quantile in {@code [0,1]}
   */
  RadixQuantile(int groups, double quantile) {
    this.quantile = quantile;
    totals = new long[groups];
    lowerRank = new long[groups];
    upperRank = new long[groups];
    lowerPrefix = new int[groups];
    upperPrefix = new int[groups];
    lower = new long[groups][1 << BITS[0]];
    upper = lower;
  }

  /** Shows one value, at least 0, of one group. */
  void accept(int group, float value) {
    int bits = Float.floatToRawIntBits(value) & 0x7fffffff;
    if (pass == 0) {
      lower[group][bits >>> SHIFTS[0]]++;
      return;
    }
    int prefix = bits >>> SHIFTS[pass - 1];
    int digit = (bits >>> SHIFTS[pass]) & ((1 << BITS[pass]) - 1);
    if (prefix == lowerPrefix[group]) {
      lower[group][digit]++;
    }
    if (prefix == upperPrefix[group]) {
      upper[group][digit]++;
    }
  }

  /** Ends a pass over the stream. */
  void endPass() {
    for (int g = 0; g < totals.length; g++) {
      if (pass == 0) {
        for (long count : lower[g]) {
          totals[g] += count;
        }
        double position = quantile * Math.max(0, totals[g] - 1);
        lowerRank[g] = (long) Math.floor(position);
        upperRank[g] = (long) Math.ceil(position);
      }
      lowerPrefix[g] = descend(lower[g], lowerPrefix[g], lowerRank, g);
      upperPrefix[g] = descend(upper[g], upperPrefix[g], upperRank, g);
    }
    pass++;
    if (pass < PASSES) {
      lower = new long[totals.length][1 << BITS[pass]];
      upper = new long[totals.length][1 << BITS[pass]];
    }
  }

  private int descend(long[] histogram, int prefix, long[] ranks, int group) {
    long left = ranks[group];
    int digit = 0;
    while (digit < histogram.length - 1 && left >= histogram[digit]) {
      left -= histogram[digit];
      digit++;
    }
    ranks[group] = left;
    return (prefix << BITS[pass]) | digit;
  }

  /** The quantile of a group after {@link #PASSES} passes; 0 for a group without values. */
  double value(int group) {
    if (totals[group] == 0) {
      return 0;
    }
    double low = Float.intBitsToFloat(lowerPrefix[group]);
    double high = Float.intBitsToFloat(upperPrefix[group]);
    double position = quantile * (totals[group] - 1);
    return low + (high - low) * (position - Math.floor(position));
  }
}
