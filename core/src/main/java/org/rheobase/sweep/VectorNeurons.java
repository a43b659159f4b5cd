package org.rheobase.sweep;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Neurons and their spikes with vectors, the same bits as one by one: which neurons fire is hard to
 * predict, so that asking takes many times as long. Loaded only where the module is present.
 */
final class VectorNeurons {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int L = FLOATS.length();

  private VectorNeurons() {}

  /**
   * Returns the first neuron that is left.
   *
   * @param potential of a block of neurons, as {@code current}
   * @param block the first neuron there
   * @param counts {@code [neurons]}
   * @param on one bit a neuron
   */
  static int softReset(
      float[] potential,
      float[] current,
      int block,
      int[] counts,
      long[] on,
      int from,
      int to,
      float threshold,
      float bias) {
    int n = from;
    for (; n <= to - L; n += L) {
      FloatVector v =
          FloatVector.fromArray(FLOATS, current, n - block)
              .add(bias)
              .add(FloatVector.fromArray(FLOATS, potential, n - block));
      VectorMask<Float> fires = v.compare(VectorOperators.GE, threshold);
      v.sub(threshold, fires).intoArray(potential, n - block);
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

  /**
   * Spreads bits to values, 0 or {@code height}; returns the first neuron that is left.
   *
   * @param on one bit a neuron
   */
  static int spread(long[] on, float height, float[] values, int from, int to) {
    FloatVector high = FloatVector.broadcast(FLOATS, height);
    int n = from;
    for (; n <= to - L; n += L) {
      int lane = n & 63;
      long bits = on[n >> 6] >>> lane;
      if (lane > 64 - L) {
        bits |= on[(n >> 6) + 1] << (64 - lane);
      }
      FloatVector.zero(FLOATS).blend(high, VectorMask.fromLong(FLOATS, bits)).intoArray(values, n);
    }
    return n;
  }
}
