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
   * Scales under another shape of the same values, or null where a new channel would mix several.
   *
   * @param size number of values
   */
  static double @Nullable [] regroup(double[] scales, int size, int channels, double any) {
    int oldArea = size / scales.length;
    int area = size / channels;
    double[] regrouped = new double[channels];
    for (int c = 0; c < channels; c++) {
      int first = c * area / oldArea;
      int last = ((c + 1) * area - 1) / oldArea;
      regrouped[c] = scales[first];
      for (int o = first + 1; o <= last; o++) {
        if (regrouped[c] == any) {
          regrouped[c] = scales[o];
        } else if (scales[o] != regrouped[c] && scales[o] != any) {
          return null;
        }
      }
    }
    return regrouped;
  }
}
