package org.rheobase.sim;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The inner loops with the Vector API. Loaded only where its module is present. */
final class VectorLoops implements Loops {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  /** As many ints as a vector holds doubles. */
  private static final VectorSpecies<Integer> HALF =
      VectorSpecies.of(int.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

  private static final int L = INTS.length();
  private static final int D = DOUBLES.length();

  @Override
  public void scatter(Events events, ScatterTable table, int[] weights, int block, int[] target) {
    int[] count = events.count;
    if (count != null) {
      scatterCounts(events, count, table, weights, block, target);
      return;
    }
    int[] start = events.start;
    int[] channel = events.channel;
    int[] first = table.first();
    for (int p = 0; p < events.positions; p++) {
      int from = start[p];
      int to = start[p + 1];
      if (from == to) {
        continue;
      }
      for (int r = first[p]; r < first[p + 1]; r++) {
        addRows(
            channel,
            from,
            to,
            weights,
            block,
            table.weight()[r],
            target,
            table.target()[r],
            table.length()[r]);
      }
    }
  }

  /**
   * Adds the rows of all events of one position to one run. Four vectors of the target stay in
   * registers meanwhile (64 channels with 512 bits); three, because a kernel row of 16 channels is
   * three.
   */
  private static void addRows(
      int[] channel,
      int from,
      int to,
      int[] weights,
      int block,
      int weight,
      int[] target,
      int at,
      int length) {
    int j = 0;
    for (; j <= length - 4 * L; j += 4 * L) {
      int t = at + j;
      IntVector a = IntVector.fromArray(INTS, target, t);
      IntVector b = IntVector.fromArray(INTS, target, t + L);
      IntVector c = IntVector.fromArray(INTS, target, t + 2 * L);
      IntVector d = IntVector.fromArray(INTS, target, t + 3 * L);
      for (int i = from; i < to; i++) {
        int w = channel[i] * block + weight + j;
        a = a.add(IntVector.fromArray(INTS, weights, w));
        b = b.add(IntVector.fromArray(INTS, weights, w + L));
        c = c.add(IntVector.fromArray(INTS, weights, w + 2 * L));
        d = d.add(IntVector.fromArray(INTS, weights, w + 3 * L));
      }
      a.intoArray(target, t);
      b.intoArray(target, t + L);
      c.intoArray(target, t + 2 * L);
      d.intoArray(target, t + 3 * L);
    }
    if (j <= length - 3 * L) {
      int t = at + j;
      IntVector a = IntVector.fromArray(INTS, target, t);
      IntVector b = IntVector.fromArray(INTS, target, t + L);
      IntVector c = IntVector.fromArray(INTS, target, t + 2 * L);
      for (int i = from; i < to; i++) {
        int w = channel[i] * block + weight + j;
        a = a.add(IntVector.fromArray(INTS, weights, w));
        b = b.add(IntVector.fromArray(INTS, weights, w + L));
        c = c.add(IntVector.fromArray(INTS, weights, w + 2 * L));
      }
      a.intoArray(target, t);
      b.intoArray(target, t + L);
      c.intoArray(target, t + 2 * L);
      j += 3 * L;
    }
    for (; j <= length - L; j += L) {
      IntVector a = IntVector.fromArray(INTS, target, at + j);
      for (int i = from; i < to; i++) {
        a = a.add(IntVector.fromArray(INTS, weights, channel[i] * block + weight + j));
      }
      a.intoArray(target, at + j);
    }
    if (j < length) {
      VectorMask<Integer> rest = INTS.indexInRange(j, length);
      IntVector a = IntVector.fromArray(INTS, target, at + j, rest);
      for (int i = from; i < to; i++) {
        a = a.add(IntVector.fromArray(INTS, weights, channel[i] * block + weight + j, rest));
      }
      a.intoArray(target, at + j, rest);
    }
  }

  private static void scatterCounts(
      Events events, int[] count, ScatterTable table, int[] weights, int block, int[] target) {
    int[] start = events.start;
    int[] channel = events.channel;
    for (int p = 0; p < events.positions; p++) {
      for (int i = start[p]; i < start[p + 1]; i++) {
        for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
          int w = channel[i] * block + table.weight()[r];
          int t = table.target()[r];
          int length = table.length()[r];
          int j = 0;
          for (; j <= length - L; j += L) {
            IntVector.fromArray(INTS, target, t + j)
                .add(IntVector.fromArray(INTS, weights, w + j).mul(count[i]))
                .intoArray(target, t + j);
          }
          for (; j < length; j++) {
            target[t + j] += count[i] * weights[w + j];
          }
        }
      }
    }
  }

  @Override
  public void fire(int[] potentials, int[] drive, int[] theta, Events spikes) {
    int channels = spikes.channels;
    int driveStep = drive.length == channels ? 0 : channels;
    int[] start = spikes.start;
    int whole = INTS.loopBound(channels);
    VectorMask<Integer> rest = INTS.indexInRange(whole, channels);
    int used = 0;
    for (int p = 0; p < spikes.positions; p++) {
      spikes.ensureRoom(used);
      int[] channel = spikes.channel;
      int at = p * channels;
      int driveAt = p * driveStep;
      for (int c = 0; c < whole; c += L) {
        IntVector limit = IntVector.fromArray(INTS, theta, c);
        IntVector v =
            IntVector.fromArray(INTS, potentials, at + c)
                .add(IntVector.fromArray(INTS, drive, driveAt + c));
        VectorMask<Integer> spiked = v.compare(VectorOperators.GE, limit);
        v.sub(limit, spiked)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, at + c);
        for (long bits = spiked.toLong(); bits != 0; bits &= bits - 1) {
          channel[used++] = c + Long.numberOfTrailingZeros(bits);
        }
      }
      if (whole < channels) {
        IntVector limit = IntVector.fromArray(INTS, theta, whole, rest);
        IntVector v =
            IntVector.fromArray(INTS, potentials, at + whole, rest)
                .add(IntVector.fromArray(INTS, drive, driveAt + whole, rest));
        VectorMask<Integer> spiked = v.compare(VectorOperators.GE, limit).and(rest);
        v.sub(limit, spiked)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, at + whole, rest);
        for (long bits = spiked.toLong(); bits != 0; bits &= bits - 1) {
          channel[used++] = whole + Long.numberOfTrailingZeros(bits);
        }
      }
      start[p + 1] = used;
    }
  }

  @Override
  public void multiply(
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

  /** Four rows by one vector of columns stay in registers over the whole inner sum. */
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
    int j = 0;
    for (; j <= columns - 2 * D; j += 2 * D) {
      DoubleVector a0 = DoubleVector.fromArray(DOUBLES, y, yAt + j);
      DoubleVector a1 = DoubleVector.fromArray(DOUBLES, y, yAt + yStep + j);
      DoubleVector a2 = DoubleVector.fromArray(DOUBLES, y, yAt + 2 * yStep + j);
      DoubleVector a3 = DoubleVector.fromArray(DOUBLES, y, yAt + 3 * yStep + j);
      DoubleVector b0 = DoubleVector.fromArray(DOUBLES, y, yAt + j + D);
      DoubleVector b1 = DoubleVector.fromArray(DOUBLES, y, yAt + yStep + j + D);
      DoubleVector b2 = DoubleVector.fromArray(DOUBLES, y, yAt + 2 * yStep + j + D);
      DoubleVector b3 = DoubleVector.fromArray(DOUBLES, y, yAt + 3 * yStep + j + D);
      for (int i = 0; i < inner; i++) {
        DoubleVector va = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j);
        DoubleVector vb = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j + D);
        double x0 = x[xAt + i];
        double x1 = x[xAt + xStep + i];
        double x2 = x[xAt + 2 * xStep + i];
        double x3 = x[xAt + 3 * xStep + i];
        a0 = a0.add(va.mul(x0));
        a1 = a1.add(va.mul(x1));
        a2 = a2.add(va.mul(x2));
        a3 = a3.add(va.mul(x3));
        b0 = b0.add(vb.mul(x0));
        b1 = b1.add(vb.mul(x1));
        b2 = b2.add(vb.mul(x2));
        b3 = b3.add(vb.mul(x3));
      }
      a0.intoArray(y, yAt + j);
      a1.intoArray(y, yAt + yStep + j);
      a2.intoArray(y, yAt + 2 * yStep + j);
      a3.intoArray(y, yAt + 3 * yStep + j);
      b0.intoArray(y, yAt + j + D);
      b1.intoArray(y, yAt + yStep + j + D);
      b2.intoArray(y, yAt + 2 * yStep + j + D);
      b3.intoArray(y, yAt + 3 * yStep + j + D);
    }
    for (; j < columns; j += D) {
      VectorMask<Double> in = DOUBLES.indexInRange(j, columns);
      DoubleVector a0 = DoubleVector.fromArray(DOUBLES, y, yAt + j, in);
      DoubleVector a1 = DoubleVector.fromArray(DOUBLES, y, yAt + yStep + j, in);
      DoubleVector a2 = DoubleVector.fromArray(DOUBLES, y, yAt + 2 * yStep + j, in);
      DoubleVector a3 = DoubleVector.fromArray(DOUBLES, y, yAt + 3 * yStep + j, in);
      for (int i = 0; i < inner; i++) {
        DoubleVector v = DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j, in);
        a0 = a0.add(v.mul(x[xAt + i]));
        a1 = a1.add(v.mul(x[xAt + xStep + i]));
        a2 = a2.add(v.mul(x[xAt + 2 * xStep + i]));
        a3 = a3.add(v.mul(x[xAt + 3 * xStep + i]));
      }
      a0.intoArray(y, yAt + j, in);
      a1.intoArray(y, yAt + yStep + j, in);
      a2.intoArray(y, yAt + 2 * yStep + j, in);
      a3.intoArray(y, yAt + 3 * yStep + j, in);
    }
  }

  private static void multiplyOne(
      double[] x, int xAt, double[] w, int wAt, double[] y, int yAt, int inner, int columns) {
    for (int j = 0; j < columns; j += D) {
      VectorMask<Double> in = DOUBLES.indexInRange(j, columns);
      DoubleVector a = DoubleVector.fromArray(DOUBLES, y, yAt + j, in);
      for (int i = 0; i < inner; i++) {
        a = a.add(DoubleVector.fromArray(DOUBLES, w, wAt + i * columns + j, in).mul(x[xAt + i]));
      }
      a.intoArray(y, yAt + j, in);
    }
  }

  @Override
  public void addRounded(double[] value, int from, double[] scale, int[] target, int at) {
    int whole = DOUBLES.loopBound(scale.length);
    for (int j = 0; j < whole; j += D) {
      DoubleVector x =
          DoubleVector.fromArray(DOUBLES, value, from + j)
              .mul(DoubleVector.fromArray(DOUBLES, scale, j))
              .add(0.5)
              .max(-SiteUnits.ENTRY_LIMIT)
              .min(SiteUnits.ENTRY_LIMIT);
      // The conversion truncates; below zero that is one too many.
      IntVector truncated = (IntVector) x.convertShape(VectorOperators.D2I, HALF, 0);
      VectorMask<Integer> isAbove =
          x.lt(truncated.convertShape(VectorOperators.I2D, DOUBLES, 0)).cast(HALF);
      IntVector.fromArray(HALF, target, at + j)
          .add(truncated)
          .sub(1, isAbove)
          .intoArray(target, at + j);
    }
    PlainLoops.addRounded(value, from, scale, target, at, whole);
  }
}
