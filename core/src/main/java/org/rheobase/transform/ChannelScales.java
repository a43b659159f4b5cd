package org.rheobase.transform;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic of per-channel scales: the real value of a channel is its scale times the stored
 * value. Scale {@link #ZERO} marks a value that is identically 0, which agrees with every scale;
 * {@link #UNREAD} marks a channel that only dead neurons read, so that its value does not matter.
 */
final class ChannelScales {
  static final double ZERO = 0;
  static final double UNREAD = Double.POSITIVE_INFINITY;

  private ChannelScales() {}

  static double[] ones(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return ones;
  }

  static boolean areOnes(double[] scales) {
    for (double s : scales) {
      if (s != 1) {
        return false;
      }
    }
    return true;
  }

  /** Factor for a stored value that changes its scale. */
  static double factor(double from, double to) {
    return to == UNREAD ? 0 : from == UNREAD ? 1 : from / to;
  }

  /** Whether a value with scales {@code from} may stand where {@code to} is expected. */
  static boolean fits(double[] from, double[] to) {
    for (int c = 0; c < to.length; c++) {
      if (from[c] != to[c] && from[c] != ZERO && from[c] != UNREAD && to[c] != UNREAD) {
        return false;
      }
    }
    return true;
  }

  /**
   * The scales that both agree on, or null if there are none.
   *
   * @param any the scale that agrees with every other
   */
  static double @Nullable [] common(double[] a, double[] b, double any) {
    double[] common = new double[a.length];
    for (int c = 0; c < a.length; c++) {
      if (a[c] != b[c] && a[c] != any && b[c] != any) {
        return null;
      }
      common[c] = a[c] == any ? b[c] : a[c];
    }
    return common;
  }

  /**
   * Scales behind a movement, or null where a channel would mix several.
   *
   * @param channels for every channel behind it, the channels in front that it has values of
   */
  static double @Nullable [] behind(double[] scales, int[][] channels) {
    double[] moved = new double[channels.length];
    for (int c = 0; c < moved.length; c++) {
      moved[c] = ZERO;
      for (int from : channels[c]) {
        if (moved[c] == ZERO) {
          moved[c] = scales[from];
        } else if (scales[from] != moved[c] && scales[from] != ZERO) {
          return null;
        }
      }
    }
    return moved;
  }

  /**
   * The scales in front of a movement that make {@code wanted} behind it, or null where there are
   * none; what the movement drops is not read.
   */
  static double @Nullable [] before(double[] wanted, int count, int[][] channels) {
    double[] scales = new double[count];
    Arrays.fill(scales, UNREAD);
    for (int c = 0; c < wanted.length; c++) {
      for (int from : channels[c]) {
        if (scales[from] == UNREAD) {
          scales[from] = wanted[c];
        } else if (wanted[c] != scales[from] && wanted[c] != UNREAD) {
          return null;
        }
      }
    }
    return scales;
  }
}
