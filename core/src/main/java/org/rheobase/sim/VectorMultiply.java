package org.rheobase.sim;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** {@link Loops#multiply} with vectors: sums stay in registers, in the order of the definition. */
final class VectorMultiply {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int D = DOUBLES.length();

  private VectorMultiply() {}

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
        sum0 = sum0.add(row.mul(x[xAt + i]));
        sum1 = sum1.add(row.mul(x[x1 + i]));
        sum2 = sum2.add(row.mul(x[x2 + i]));
        sum3 = sum3.add(row.mul(x[x3 + i]));
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
      left0 = left0.add(left.mul(x[xAt + i]));
      right0 = right0.add(right.mul(x[xAt + i]));
      left1 = left1.add(left.mul(x[x1 + i]));
      right1 = right1.add(right.mul(x[x1 + i]));
      left2 = left2.add(left.mul(x[x2 + i]));
      right2 = right2.add(right.mul(x[x2 + i]));
      left3 = left3.add(left.mul(x[x3 + i]));
      right3 = right3.add(right.mul(x[x3 + i]));
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
      sum = sum.add(DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j, in).mul(x[xAt + i]));
    }
    sum.intoArray(y, yAt + j, in);
  }
}
