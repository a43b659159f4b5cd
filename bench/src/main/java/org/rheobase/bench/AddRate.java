package org.rheobase.bench;

import java.lang.management.ManagementFactory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What one core can add at best: rows of 64 16-bit weights, one after the other from a small array,
 * widened and added to sums in registers. No list of events is read and no loop ends early.
 */
final class AddRate {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;

  private AddRate() {}

  /** Billions of additions per second over an array of that many weights; the best of twenty. */
  static double measure(int weights) {
    short[] array = new short[weights];
    int[] sums = new int[64];
    int rounds = Math.max(1, (1 << 24) / weights);
    double best = 0;
    for (int r = 0; r < 20; r++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (int i = 0; i < rounds; i++) {
        add(array, sums);
      }
      long ns = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      best = Math.max(best, (double) rounds * weights / ns);
    }
    return best;
  }

  private static IntVector load(short[] weights, int at) {
    return (IntVector)
        ShortVector.fromArray(HALF, weights, at).convertShape(VectorOperators.S2I, INTS, 0);
  }

  private static void add(short[] weights, int[] sums) {
    IntVector a = IntVector.fromArray(INTS, sums, 0);
    IntVector b = IntVector.fromArray(INTS, sums, 16);
    IntVector c = IntVector.fromArray(INTS, sums, 32);
    IntVector d = IntVector.fromArray(INTS, sums, 48);
    for (int i = 0; i < weights.length; i += 128) {
      a = a.add(load(weights, i)).add(load(weights, i + 64));
      b = b.add(load(weights, i + 16)).add(load(weights, i + 80));
      c = c.add(load(weights, i + 32)).add(load(weights, i + 96));
      d = d.add(load(weights, i + 48)).add(load(weights, i + 112));
    }
    a.intoArray(sums, 0);
    b.intoArray(sums, 16);
    c.intoArray(sums, 32);
    d.intoArray(sums, 48);
  }
}
