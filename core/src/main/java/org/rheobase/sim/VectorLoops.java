package org.rheobase.sim;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.rheobase.graph.Shape;

/**
 * The inner loops with the Vector API. Loaded only where its module is present.
 *
 * <p>In these classes no method takes or returns a vector, although loops would be shorter: the JVM
 * inlines its own methods always, but others only until the method that is compiled has reached a
 * size, which depends on the run's profile; beyond, they are called, with vectors that are boxed,
 * many times slower. For a similar reason a sum is added to what was just made, not the other way
 * round: what lives from one turn of a loop to the next has the abstract class for its type, and
 * whether an operation on it is an instruction or a call depends on which vectors the same JVM's
 * other loops have. {@code ArchitectureTest} holds the first.
 */
final class VectorLoops implements Loops {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  /**
   * Added to a double below 2^51, leaves the nearest integer in the low bits of the sum: the unit
   * of the last place is then 1.
   */
  private static final double TO_INTEGER = 0x1.8p52;

  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final int L = INTS.length();
  private static final int D = DOUBLES.length();

  /** Whether a group of {@link Events#bits} is a whole number of vectors. */
  private static final boolean HAS_BITS = L <= Events.LANES && Events.LANES % L == 0;

  private static final PlainLoops PLAIN = new PlainLoops();

  private static final LookupLoops LOOKUPS =
      HAS_BITS && VectorLookup.exists() ? new VectorLookup() : PLAIN.lookups();

  /** The low halves of as many doubles, first. */
  private static final VectorShuffle<Integer> LOW_HALVES =
      VectorShuffle.fromOp(INTS, i -> 2 * i % L);

  private static final VectorMask<Integer> FIRST_HALF = INTS.indexInRange(0, D);

  @Override
  public void scatter(Events events, Scatter scatter, int[] times, int[] target) {
    ScatterTable table = scatter.table();
    int[] weights = scatter.weights();
    int[] start = events.start;
    int[] element = events.element;
    for (int p = 0; p < events.positions; p++) {
      int zero = p * events.channels;
      for (int i = start[p]; i < start[p + 1]; i++) {
        times[element[i] - zero]++;
      }
      for (int i = start[p]; i < start[p + 1]; i++) {
        int c = element[i] - zero;
        int base = c * scatter.block();
        int n = times[c];
        if (n == 0) {
          continue; // an earlier entry was the same
        }
        times[c] = 0;
        for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
          int w = base + table.weight()[r];
          int t = table.target()[r];
          int length = table.length()[r];
          int j = 0;
          for (; j <= length - L; j += L) {
            IntVector.fromArray(INTS, target, t + j)
                .add(IntVector.fromArray(INTS, weights, w + j).mul(n))
                .intoArray(target, t + j);
          }
          for (; j < length; j++) {
            target[t + j] += n * weights[w + j];
          }
        }
      }
    }
  }

  @Override
  public void join(Events[] inputs, SpikeSum sum, Events out) {
    int[] first = sum.first();
    int used = 0;
    for (int p = 0; p < out.positions; p++) {
      for (int r = first[p]; r < first[p + 1]; r++) {
        Events in = inputs[sum.input()[r]];
        int at = sum.position()[r];
        int from = in.start[at];
        int to = in.start[at + 1];
        int offset = sum.offset()[r];
        out.ensureRoom(used, to - from);
        int[] source = in.element;
        int[] target = out.element;
        // Most runs end here; a loop alone would end at a moment hard to predict.
        IntVector.fromArray(INTS, source, from).add(offset).intoArray(target, used);
        for (int i = from + L; i < to; i += L) {
          IntVector.fromArray(INTS, source, i).add(offset).intoArray(target, used + i - from);
        }
        used += to - from;
      }
      out.start[p + 1] = used;
    }
    out.markAll();
  }

  @Override
  public void addInPlace(Events events, int[] weights, int[] target) {
    short[] bits = events.bits;
    int channels = events.channels;
    if (bits == null || !HAS_BITS) {
      for (int p = 0; p < events.positions; p++) {
        int first = p * channels;
        for (int i = events.start[p]; i < events.start[p + 1]; i++) {
          int e = events.element[i];
          target[e] += weights[e - first];
        }
      }
      return;
    }
    int whole = INTS.loopBound(channels);
    for (int p = 0; p < events.positions; p++) {
      int at = p * channels;
      for (int c = 0; c < whole; c += L) {
        IntVector.fromArray(INTS, target, at + c)
            .add(
                IntVector.fromArray(INTS, weights, c),
                VectorMask.fromLong(INTS, spiked(bits, p, events.positions, c)))
            .intoArray(target, at + c);
      }
      if (whole < channels) {
        VectorMask<Integer> rest = INTS.indexInRange(whole, channels);
        IntVector.fromArray(INTS, target, at + whole, rest)
            .add(
                IntVector.fromArray(INTS, weights, whole, rest),
                VectorMask.fromLong(INTS, spiked(bits, p, events.positions, whole)))
            .intoArray(target, at + whole, rest);
      }
    }
  }

  /** The channels from {@code c} on that spiked at position {@code p}, a bit each. */
  private static long spiked(short[] bits, int p, int positions, int c) {
    int group = bits[c / Events.LANES * positions + p];
    return (group >>> c % Events.LANES) & (1L << L) - 1;
  }

  @Override
  public void addSums(MemorySegment sums, DenseProduct product, int[] target) {
    Shape out = product.out();
    int channels = out.channels();
    int whole = INTS.loopBound(channels);
    int[] shift = product.shift();
    boolean isDouble = product.limbs() > 1;
    long row = 4L * product.limbs() * channels;
    long from = 0;
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        int at = product.view().at(y, x);
        for (int c = 0; c < whole; c += L) {
          IntVector sum = IntVector.fromMemorySegment(INTS, sums, from + 4L * c, NATIVE);
          if (isDouble) {
            sum =
                IntVector.fromMemorySegment(INTS, sums, from + 4L * (channels + c), NATIVE)
                    .lanewise(VectorOperators.LSHL, 8)
                    .add(sum);
          }
          IntVector.fromArray(INTS, target, at + c)
              .add(sum.lanewise(VectorOperators.LSHL, IntVector.fromArray(INTS, shift, c)))
              .intoArray(target, at + c);
        }
        from += row;
      }
    }
    if (whole < channels) {
      PlainLoops.addSums(sums, product, target, whole);
    }
  }

  @Override
  public void depthwise(Events events, Depthwise depthwise, int[] target) {
    short[] bits = events.singleBits();
    int[] first = depthwise.first();
    int[] position = depthwise.position();
    int[] weight = depthwise.weight();
    int channels = events.channels;
    for (int out = 0; out < depthwise.target().length; out++) {
      int at = depthwise.target()[out];
      for (int c = 0; c < channels; c += L) {
        IntVector sum = IntVector.zero(INTS);
        for (int r = first[out]; r < first[out + 1]; r++) {
          VectorMask<Integer> spiked =
              VectorMask.fromLong(INTS, spiked(bits, position[r], events.positions, c));
          sum = IntVector.fromArray(INTS, depthwise.weights(), weight[r] + c, spiked).add(sum);
        }
        if (c + L <= channels) {
          IntVector.fromArray(INTS, target, at + c).add(sum).intoArray(target, at + c);
        } else {
          VectorMask<Integer> rest = INTS.indexInRange(c, channels);
          IntVector.fromArray(INTS, target, at + c, rest).add(sum).intoArray(target, at + c, rest);
        }
      }
    }
  }

  @Override
  public boolean collects() {
    return HAS_BITS && VectorGather.exists();
  }

  @Override
  public void gather(Events events, Gather gather, int[] list, int[] target) {
    VectorGather.add(events, gather, list, target);
  }

  @Override
  public LookupLoops lookups() {
    return LOOKUPS;
  }

  @Override
  public void list(Events spikes) {
    if (!HAS_BITS) {
      PLAIN.list(spikes);
    } else if (spikes.size() <= spikes.listed) {
      VectorFire.list(spikes, spikes.singleBits());
    }
  }

  @Override
  public void fire(int[] potentials, int[] drive, int[] theta, Events spikes) {
    if (!HAS_BITS) {
      PLAIN.fire(potentials, drive, theta, spikes);
      return;
    }
    VectorFire.fire(potentials, drive, theta, spikes, spikes.singleBits());
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
    VectorMultiply.multiply(x, xAt, xStep, w, wAt, y, yAt, yStep, rows, inner, columns);
  }

  @Override
  public void multiply(
      float[] x, int xAt, int xStep, int inner, float[] w, int wAt, float[] y, int yAt, int yStep) {
    VectorMultiply.multiply(x, xAt, xStep, inner, w, wAt, y, yAt, yStep);
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
      DoubleVector nearest = x.add(TO_INTEGER).sub(TO_INTEGER);
      DoubleVector floor = nearest.sub(1, x.lt(nearest));
      IntVector integers = floor.add(TO_INTEGER).reinterpretAsInts().rearrange(LOW_HALVES);
      IntVector.fromArray(INTS, target, at + j, FIRST_HALF)
          .add(integers)
          .intoArray(target, at + j, FIRST_HALF);
    }
    PlainLoops.addRounded(value, from, scale, target, at, whole);
  }

  @Override
  public void addRounded(
      float[] sums, int from, float[] bias, float[] scale, int[] target, int at) {
    VectorMultiply.addRounded(sums, from, bias, scale, target, at);
  }
}
