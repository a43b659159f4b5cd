package org.rheobase.speed;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.rheobase.parallel.VectorApi;

/**
 * What one core can add at best: 16-bit weights, one after the other from a small array, widened
 * and added to sums in registers. No list of events is read and no loop ends early.
 */
public final class AddRate {
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

    private static IntVector load(short[] weights, int at) {
      return (IntVector)
          ShortVector.fromArray(HALF, weights, at).convertShape(VectorOperators.S2I, INTS, 0);
    }

    /** Eight loads a turn, as in the simulator. */
    private static void add(short[] weights, int[] sums) {
      IntVector a = IntVector.fromArray(INTS, sums, 0);
      IntVector b = IntVector.fromArray(INTS, sums, L);
      IntVector c = IntVector.fromArray(INTS, sums, 2 * L);
      IntVector d = IntVector.fromArray(INTS, sums, 3 * L);
      for (int i = 0; i < weights.length; i += 8 * L) {
        a = a.add(load(weights, i)).add(load(weights, i + 4 * L));
        b = b.add(load(weights, i + L)).add(load(weights, i + 5 * L));
        c = c.add(load(weights, i + 2 * L)).add(load(weights, i + 6 * L));
        d = d.add(load(weights, i + 3 * L)).add(load(weights, i + 7 * L));
      }
      a.intoArray(sums, 0);
      b.intoArray(sums, L);
      c.intoArray(sums, 2 * L);
      d.intoArray(sums, 3 * L);
    }
  }
}
