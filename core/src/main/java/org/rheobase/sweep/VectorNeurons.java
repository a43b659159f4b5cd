package org.rheobase.sweep;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Neurons#softReset} with vectors, the same bits: which neurons fire is hard to predict, so
 * that asking one by one takes many times as long. Loaded only where the module is present.
 */
final class VectorNeurons {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int L = FLOATS.length();

  private VectorNeurons() {}

  /**
   * Returns the first neuron that is left.
   *
   * @param potential {@code [neurons]}, as {@code counts} and {@code current}
   * @param on one bit a neuron
   */
  static int softReset(
      float[] potential,
      int[] counts,
      long[] on,
      float[] current,
      int from,
      int to,
      float threshold,
      float bias) {
    int n = from;
    for (; n <= to - L; n += L) {
      FloatVector v =
          FloatVector.fromArray(FLOATS, current, n)
              .add(bias)
              .add(FloatVector.fromArray(FLOATS, potential, n));
      VectorMask<Float> fires = v.compare(VectorOperators.GE, threshold);
      v.sub(threshold, fires).intoArray(potential, n);
      IntVector.fromArray(INTS, counts, n).add(1, fires.cast(INTS)).intoArray(counts, n);
      long bits = fires.toLong();
      int lane = n & 63;
      on[n >> 6] |= bits << lane;
      if (lane > 64 - L) {
        on[(n >> 6) + 1] |= bits >>> (64 - lane);
      }
    }
    return n;
  }
}
