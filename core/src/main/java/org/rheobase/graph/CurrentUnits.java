package org.rheobase.graph;

/**
 * The grid that currents and potentials live on in a network whose thresholds are 1 and whose
 * weights are quantised: each site's channel has a unit, a power of two of which every spike-driven
 * weight, its bias current, its initial potential and its threshold are multiples.
 */
public final class CurrentUnits {
  /**
   * Exponent of the unit to which real-valued currents (a convolution of the image, an analog
   * value) are rounded, where spike-driven ones do not ask for a finer unit: about 1/65536 of the
   * threshold per step.
   */
  public static final int REAL_VALUED = -16;

  /** No unit is finer than this power of two. */
  public static final int FINEST = -24;

  /** Spike-driven currents in their unit stay below this, so that 32-bit sums are exact. */
  public static final double CURRENT_LIMIT = 0x1p30;

  private CurrentUnits() {}

  /** The exponent of the largest power of two that divides a number; 0 for 0. */
  public static int exponent(float value) {
    if (value == 0) {
      return 0;
    }
    int bits = Float.floatToRawIntBits(value);
    int biased = (bits >>> 23) & 0xff;
    int significand = (bits & 0x7fffff) | (biased == 0 ? 0 : 0x800000);
    return Math.max(biased, 1) - 150 + Integer.numberOfTrailingZeros(significand);
  }
}
