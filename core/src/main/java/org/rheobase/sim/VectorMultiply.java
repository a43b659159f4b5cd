package org.rheobase.sim;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Loops#multiply} with vectors, sums staying in registers, in the order of the definition;
 * and what becomes of those in single precision.
 */
final class VectorMultiply {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int D = DOUBLES.length();

  /** Two of them fill a panel at most. */
  private static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int F = FLOATS.length();
  private static final VectorSpecies<Integer> INTS =
      IntVector.SPECIES_PREFERRED.length() > 16
          ? IntVector.SPECIES_512
          : IntVector.SPECIES_PREFERRED;

  /** 1.5 * 2^23: floats of this size are integers, the lowest bits of which are the number. */
  private static final float TO_INTEGER = 12582912f;

  /** Of which the lowest 22 bits are 0, so that it leaves 32 bits when shifted by 12. */
  private static final int TO_INTEGER_BITS = Float.floatToRawIntBits(TO_INTEGER);

  private VectorMultiply() {}

  static void multiply(
      float[] x, int xAt, int xStep, int inner, float[] w, int wAt, float[] y, int yAt, int yStep) {
    // There are 32 registers of 512 bits, and 16 where they are shorter.
    if (F >= 16) {
      multiplyEight(x, xAt, xStep, inner, w, wAt, y, yAt, yStep);
      return;
    }
    for (int r = 0; r < SingleConvolution.ROWS; r += 4) {
      for (int j = 0; j < SingleConvolution.PANEL; j += 2 * F) {
        multiplyFour(x, xAt + r * xStep, xStep, inner, w, wAt + j, y, yAt + r * yStep + j, yStep);
      }
    }
  }

  static void multiply(
      double[] x,
      int xAt,
      int xStep,
      double[] w,
      int wAt,
      double[] y,
      int yAt,
      int yStep,
      int rows,
      int inner,
      int columns) {
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      multiplyFour(x, xAt + r * xStep, xStep, w, wAt, y, yAt + r * yStep, yStep, inner, columns);
    }
    for (; r < rows; r++) {
      multiplyOne(x, xAt + r * xStep, w, wAt, y, yAt + r * yStep, inner, columns);
    }
  }

  /** Four rows at a time, so that weights are loaded once for all of them. */
  private static void multiplyFour(
      double[] x,
      int xAt,
      int xStep,
      double[] w,
      int wAt,
      double[] y,
      int yAt,
      int yStep,
      int inner,
      int columns) {
    int whole = DOUBLES.loopBound(columns);
    int x1 = xAt + xStep;
    int x2 = x1 + xStep;
    int x3 = x2 + xStep;
    int j = 0;
    for (; j <= whole - 2 * D; j += 2 * D) {
      multiplyBlock(x, xAt, xStep, w, wAt + j, y, yAt + j, yStep, inner, columns);
    }
    for (; j < whole; j += D) {
      int y0 = yAt + j;
      int y1 = y0 + yStep;
      int y2 = y1 + yStep;
      int y3 = y2 + yStep;
      DoubleVector sum0 = DoubleVector.fromArray(DOUBLES, y, y0);
      DoubleVector sum1 = DoubleVector.fromArray(DOUBLES, y, y1);
      DoubleVector sum2 = DoubleVector.fromArray(DOUBLES, y, y2);
      DoubleVector sum3 = DoubleVector.fromArray(DOUBLES, y, y3);
      for (int i = 0; i < inner; i++) {
        DoubleVector row = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j);
        sum0 = row.mul(x[xAt + i]).add(sum0);
        sum1 = row.mul(x[x1 + i]).add(sum1);
        sum2 = row.mul(x[x2 + i]).add(sum2);
        sum3 = row.mul(x[x3 + i]).add(sum3);
      }
      sum0.intoArray(y, y0);
      sum1.intoArray(y, y1);
      sum2.intoArray(y, y2);
      sum3.intoArray(y, y3);
    }
    if (whole < columns) {
      for (int r = 0; r < 4; r++) {
        multiplyLast(x, xAt + r * xStep, w, wAt, y, yAt + r * yStep, inner, columns, whole);
      }
    }
  }

  /** Four rows of two vectors, so that no sum waits for the one before it. */
  private static void multiplyBlock(
      double[] x,
      int xAt,
      int xStep,
      double[] w,
      int wAt,
      double[] y,
      int yAt,
      int yStep,
      int inner,
      int columns) {
    int x1 = xAt + xStep;
    int x2 = x1 + xStep;
    int x3 = x2 + xStep;
    int y1 = yAt + yStep;
    int y2 = y1 + yStep;
    int y3 = y2 + yStep;
    DoubleVector left0 = DoubleVector.fromArray(DOUBLES, y, yAt);
    DoubleVector left1 = DoubleVector.fromArray(DOUBLES, y, y1);
    DoubleVector left2 = DoubleVector.fromArray(DOUBLES, y, y2);
    DoubleVector left3 = DoubleVector.fromArray(DOUBLES, y, y3);
    DoubleVector right0 = DoubleVector.fromArray(DOUBLES, y, yAt + D);
    DoubleVector right1 = DoubleVector.fromArray(DOUBLES, y, y1 + D);
    DoubleVector right2 = DoubleVector.fromArray(DOUBLES, y, y2 + D);
    DoubleVector right3 = DoubleVector.fromArray(DOUBLES, y, y3 + D);
    for (int i = 0; i < inner; i++) {
      DoubleVector left = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns);
      DoubleVector right = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + D);
      left0 = left.mul(x[xAt + i]).add(left0);
      right0 = right.mul(x[xAt + i]).add(right0);
      left1 = left.mul(x[x1 + i]).add(left1);
      right1 = right.mul(x[x1 + i]).add(right1);
      left2 = left.mul(x[x2 + i]).add(left2);
      right2 = right.mul(x[x2 + i]).add(right2);
      left3 = left.mul(x[x3 + i]).add(left3);
      right3 = right.mul(x[x3 + i]).add(right3);
    }
    left0.intoArray(y, yAt);
    left1.intoArray(y, y1);
    left2.intoArray(y, y2);
    left3.intoArray(y, y3);
    right0.intoArray(y, yAt + D);
    right1.intoArray(y, y1 + D);
    right2.intoArray(y, y2 + D);
    right3.intoArray(y, y3 + D);
  }

  private static void multiplyOne(
      double[] x, int xAt, double[] w, int wAt, double[] y, int yAt, int inner, int columns) {
    int whole = DOUBLES.loopBound(columns);
    for (int i = 0; i < inner; i++) {
      for (int j = 0; j < whole; j += D) {
        DoubleVector.fromArray(DOUBLES, y, yAt + j)
            .add(DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j).mul(x[xAt + i]))
            .intoArray(y, yAt + j);
      }
    }
    if (whole < columns) {
      multiplyLast(x, xAt, w, wAt, y, yAt, inner, columns, whole);
    }
  }

  /** The columns from {@code j} on, fewer than a vector holds. */
  private static void multiplyLast(
      double[] x,
      int xAt,
      double[] w,
      int wAt,
      double[] y,
      int yAt,
      int inner,
      int columns,
      int j) {
    VectorMask<Double> in = DOUBLES.indexInRange(j, columns);
    DoubleVector sum = DoubleVector.fromArray(DOUBLES, y, yAt + j, in);
    for (int i = 0; i < inner; i++) {
      sum = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j, in).mul(x[xAt + i]).add(sum);
    }
    sum.intoArray(y, yAt + j, in);
  }

  /**
   * {@link Loops#addRounded} in single precision. Conversions to integers are slow; adding a number
   * so large that only integers are as large takes their place, for multiples of 4096 and for what
   * is left, both exact.
   */
  static void addRounded(
      float[] sums, int from, float[] bias, float[] scale, int[] target, int at) {
    int whole = FLOATS.loopBound(scale.length);
    for (int j = 0; j < whole; j += F) {
      FloatVector any =
          FloatVector.fromArray(FLOATS, sums, from + j)
              .add(FloatVector.fromArray(FLOATS, bias, j))
              .mul(FloatVector.fromArray(FLOATS, scale, j));
      // Within the limit, which is even and so stays itself; 0 for what is no number.
      FloatVector units =
          any.blend(SiteUnits.ENTRY_LIMIT, any.compare(VectorOperators.GT, SiteUnits.ENTRY_LIMIT))
              .blend(-SiteUnits.ENTRY_LIMIT, any.lt(-SiteUnits.ENTRY_LIMIT))
              .blend(0, any.test(VectorOperators.IS_NAN));
      FloatVector high = units.mul(1f / 4096).add(TO_INTEGER);
      FloatVector rest = high.sub(TO_INTEGER).mul(-4096f).add(units);
      FloatVector nearest = rest.add(TO_INTEGER);
      // Ties go to even numbers; those that went down must go up.
      VectorMask<Integer> isDown =
          rest.sub(nearest.sub(TO_INTEGER)).compare(VectorOperators.EQ, 0.5f).cast(INTS);
      IntVector integers =
          high.reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 12)
              .add(nearest.reinterpretAsInts())
              .sub(TO_INTEGER_BITS)
              .add(1, isDown);
      IntVector.fromArray(INTS, target, at + j).add(integers).intoArray(target, at + j);
    }
    PlainLoops.addRounded(sums, from, bias, scale, target, at, whole);
  }

  /**
   * Eight rows of two vectors, written out: sums in an array would live in memory. A fifth faster
   * than two times four rows.
   */
  private static void multiplyEight(
      float[] x, int xAt, int xStep, int inner, float[] w, int wAt, float[] y, int yAt, int yStep) {
    int x1 = xAt + xStep;
    int x2 = x1 + xStep;
    int x3 = x2 + xStep;
    int x4 = x3 + xStep;
    int x5 = x4 + xStep;
    int x6 = x5 + xStep;
    int x7 = x6 + xStep;
    int y1 = yAt + yStep;
    int y2 = y1 + yStep;
    int y3 = y2 + yStep;
    int y4 = y3 + yStep;
    int y5 = y4 + yStep;
    int y6 = y5 + yStep;
    int y7 = y6 + yStep;
    FloatVector left0 = FloatVector.zero(FLOATS);
    FloatVector right0 = FloatVector.zero(FLOATS);
    FloatVector left1 = FloatVector.zero(FLOATS);
    FloatVector right1 = FloatVector.zero(FLOATS);
    FloatVector left2 = FloatVector.zero(FLOATS);
    FloatVector right2 = FloatVector.zero(FLOATS);
    FloatVector left3 = FloatVector.zero(FLOATS);
    FloatVector right3 = FloatVector.zero(FLOATS);
    FloatVector left4 = FloatVector.zero(FLOATS);
    FloatVector right4 = FloatVector.zero(FLOATS);
    FloatVector left5 = FloatVector.zero(FLOATS);
    FloatVector right5 = FloatVector.zero(FLOATS);
    FloatVector left6 = FloatVector.zero(FLOATS);
    FloatVector right6 = FloatVector.zero(FLOATS);
    FloatVector left7 = FloatVector.zero(FLOATS);
    FloatVector right7 = FloatVector.zero(FLOATS);
    for (int i = 0; i < inner; i++) {
      FloatVector left = FloatVector.fromArray(FLOATS, w, wAt + i * SingleConvolution.PANEL);
      FloatVector right = FloatVector.fromArray(FLOATS, w, wAt + i * SingleConvolution.PANEL + F);
      FloatVector value = FloatVector.broadcast(FLOATS, x[xAt + i]);
      left0 = left.fma(value, left0);
      right0 = right.fma(value, right0);
      value = FloatVector.broadcast(FLOATS, x[x1 + i]);
      left1 = left.fma(value, left1);
      right1 = right.fma(value, right1);
      value = FloatVector.broadcast(FLOATS, x[x2 + i]);
      left2 = left.fma(value, left2);
      right2 = right.fma(value, right2);
      value = FloatVector.broadcast(FLOATS, x[x3 + i]);
      left3 = left.fma(value, left3);
      right3 = right.fma(value, right3);
      value = FloatVector.broadcast(FLOATS, x[x4 + i]);
      left4 = left.fma(value, left4);
      right4 = right.fma(value, right4);
      value = FloatVector.broadcast(FLOATS, x[x5 + i]);
      left5 = left.fma(value, left5);
      right5 = right.fma(value, right5);
      value = FloatVector.broadcast(FLOATS, x[x6 + i]);
      left6 = left.fma(value, left6);
      right6 = right.fma(value, right6);
      value = FloatVector.broadcast(FLOATS, x[x7 + i]);
      left7 = left.fma(value, left7);
      right7 = right.fma(value, right7);
    }
    left0.intoArray(y, yAt);
    right0.intoArray(y, yAt + F);
    left1.intoArray(y, y1);
    right1.intoArray(y, y1 + F);
    left2.intoArray(y, y2);
    right2.intoArray(y, y2 + F);
    left3.intoArray(y, y3);
    right3.intoArray(y, y3 + F);
    left4.intoArray(y, y4);
    right4.intoArray(y, y4 + F);
    left5.intoArray(y, y5);
    right5.intoArray(y, y5 + F);
    left6.intoArray(y, y6);
    right6.intoArray(y, y6 + F);
    left7.intoArray(y, y7);
    right7.intoArray(y, y7 + F);
  }

  /** Four rows of two vectors. */
  private static void multiplyFour(
      float[] x, int xAt, int xStep, int inner, float[] w, int wAt, float[] y, int yAt, int yStep) {
    int x1 = xAt + xStep;
    int x2 = x1 + xStep;
    int x3 = x2 + xStep;
    int y1 = yAt + yStep;
    int y2 = y1 + yStep;
    int y3 = y2 + yStep;
    FloatVector left0 = FloatVector.zero(FLOATS);
    FloatVector right0 = FloatVector.zero(FLOATS);
    FloatVector left1 = FloatVector.zero(FLOATS);
    FloatVector right1 = FloatVector.zero(FLOATS);
    FloatVector left2 = FloatVector.zero(FLOATS);
    FloatVector right2 = FloatVector.zero(FLOATS);
    FloatVector left3 = FloatVector.zero(FLOATS);
    FloatVector right3 = FloatVector.zero(FLOATS);
    for (int i = 0; i < inner; i++) {
      FloatVector left = FloatVector.fromArray(FLOATS, w, wAt + i * SingleConvolution.PANEL);
      FloatVector right = FloatVector.fromArray(FLOATS, w, wAt + i * SingleConvolution.PANEL + F);
      FloatVector value = FloatVector.broadcast(FLOATS, x[xAt + i]);
      left0 = left.fma(value, left0);
      right0 = right.fma(value, right0);
      value = FloatVector.broadcast(FLOATS, x[x1 + i]);
      left1 = left.fma(value, left1);
      right1 = right.fma(value, right1);
      value = FloatVector.broadcast(FLOATS, x[x2 + i]);
      left2 = left.fma(value, left2);
      right2 = right.fma(value, right2);
      value = FloatVector.broadcast(FLOATS, x[x3 + i]);
      left3 = left.fma(value, left3);
      right3 = right.fma(value, right3);
    }
    left0.intoArray(y, yAt);
    right0.intoArray(y, yAt + F);
    left1.intoArray(y, y1);
    right1.intoArray(y, y1 + F);
    left2.intoArray(y, y2);
    right2.intoArray(y, y2 + F);
    left3.intoArray(y, y3);
    right3.intoArray(y, y3 + F);
  }
}
