package org.rheobase.speed;

import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.rheobase.parallel.VectorApi;

/**
 * What one core can add at best: 16-bit weights, one after the other from a small array, widened
 * and added to sums in registers. No list of events is read and no loop ends early.
 */
public final class AddRate {
  /** Nanoseconds. */
  private static final long WARM_UP = 300_000_000L;

  private AddRate() {}

  /**
   * Billions of additions per second over an array of that many weights; the best of twenty.
   *
   * @param weights a multiple of 256
   */
  public static double measure(int weights) {
    short[] array = new short[weights];
    int[] sums = new int[64];
    int rounds = Math.max(1, (1 << 24) / weights);
    // The JVM compiles the loop first.
    for (long end = ProcessorTime.ofThisThread() + WARM_UP; ProcessorTime.ofThisThread() < end; ) {
      for (int i = 0; i < rounds; i++) {
        add(array, sums);
      }
    }
    double best = 0;
    for (int r = 0; r < 20; r++) {
      long start = ProcessorTime.ofThisThread();
      for (int i = 0; i < rounds; i++) {
        add(array, sums);
      }
      long ns = ProcessorTime.ofThisThread() - start;
      best = Math.max(best, (double) rounds * weights / ns);
    }
    return best;
  }

  /** Bits of the vectors that the simulator works with; 0 where the JVM offers none. */
  public static int vectorBits() {
    return VectorApi.isPresent() ? Vectors.INTS.vectorBitSize() : 0;
  }

  private static void add(short[] weights, int[] sums) {
    if (VectorApi.isPresent()) {
      Vectors.add(weights, sums);
      return;
    }
    for (int i = 0; i < weights.length; i += sums.length) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += weights[i + j];
      }
    }
  }

  /** Loaded only where the Vector API is present. */
  private static final class Vectors {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> HALF =
        VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
    private static final int L = INTS.length();

    /** Eight loads a turn, as in the simulator. */
    private static void add(short[] weights, int[] sums) {
      Vector<Integer> a = IntVector.fromArray(INTS, sums, 0);
      Vector<Integer> b = IntVector.fromArray(INTS, sums, L);
      Vector<Integer> c = IntVector.fromArray(INTS, sums, 2 * L);
      Vector<Integer> d = IntVector.fromArray(INTS, sums, 3 * L);
      for (int i = 0; i < weights.length; i += 8 * L) {
        a = ShortVector.fromArray(HALF, weights, i).convertShape(S2I, INTS, 0).add(a);
        b = ShortVector.fromArray(HALF, weights, i + L).convertShape(S2I, INTS, 0).add(b);
        c = ShortVector.fromArray(HALF, weights, i + 2 * L).convertShape(S2I, INTS, 0).add(c);
        d = ShortVector.fromArray(HALF, weights, i + 3 * L).convertShape(S2I, INTS, 0).add(d);
        a = ShortVector.fromArray(HALF, weights, i + 4 * L).convertShape(S2I, INTS, 0).add(a);
        b = ShortVector.fromArray(HALF, weights, i + 5 * L).convertShape(S2I, INTS, 0).add(b);
        c = ShortVector.fromArray(HALF, weights, i + 6 * L).convertShape(S2I, INTS, 0).add(c);
        d = ShortVector.fromArray(HALF, weights, i + 7 * L).convertShape(S2I, INTS, 0).add(d);
      }
      IntVector.zero(INTS).add(a).intoArray(sums, 0);
      IntVector.zero(INTS).add(b).intoArray(sums, L);
      IntVector.zero(INTS).add(c).intoArray(sums, 2 * L);
      IntVector.zero(INTS).add(d).intoArray(sums, 3 * L);
    }
  }
}
