package org.rheobase.threshold;

import java.util.Locale;

/** How one threshold comes out of many batches of calibration images. */
public enum Combine {
  /** All images count as one batch. */
  POOLED,
  /** The largest of the batches' thresholds (as S2's code does for percentiles). */
  MAX,
  /**
   * A running average of the batches' thresholds, {@code 0.9 old + 0.1 new}, that begins at the
   * first (as S1's code does).
   */
  EMA;

  private static final double MOMENTUM = 0.9;

  float of(float before, float next) {
    return switch (this) {
      case POOLED -> throw new IllegalStateException("pooled images are one batch");
      case MAX -> Math.max(before, next);
      case EMA -> (float) (MOMENTUM * before + (1 - MOMENTUM) * next);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
