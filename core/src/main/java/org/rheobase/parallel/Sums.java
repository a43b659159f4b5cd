package org.rheobase.parallel;

/**
 * Sums in double precision, eight of them in turns, since each addition waits for the one before
 * it. The order of additions depends on the number of values alone.
 */
public final class Sums {
  private static final int TURNS = 8;

  private Sums() {}

  /** Of the values from {@code from} on, before {@code to}. */
  public static double of(float[] values, int from, int to) {
    return sum(values, from, to, false);
  }

  /** The same of their squares. */
  public static double ofSquares(float[] values, int from, int to) {
    return sum(values, from, to, true);
  }

  private static double sum(float[] values, int from, int to, boolean isSquared) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int i = from;
    for (; i <= to - TURNS; i += TURNS) {
      a += term(values[i], isSquared);
      b += term(values[i + 1], isSquared);
      c += term(values[i + 2], isSquared);
      d += term(values[i + 3], isSquared);
      e += term(values[i + 4], isSquared);
      f += term(values[i + 5], isSquared);
      g += term(values[i + 6], isSquared);
      h += term(values[i + 7], isSquared);
    }
    for (; i < to; i++) {
      a += term(values[i], isSquared);
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  private static double term(double value, boolean isSquared) {
    return isSquared ? value * value : value;
  }
}
