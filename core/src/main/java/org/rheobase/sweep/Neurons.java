package org.rheobase.sweep;

import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/** One site simulated for one image from reset, with single-precision potentials. */
final class Neurons {
  private final float[] potential;
  private final int[] counts;
  private final long[] spikes;

  Neurons(Shape shape) {
    potential = new float[shape.size()];
    counts = new int[shape.size()];
    spikes = new long[(shape.size() + 63) / 64];
  }

  /** Receives the spikes of each step, one bit per neuron; overwritten after the call. */
  interface StepConsumer {
    void accept(int step, long[] spikes);
  }

  /**
   * {@code v += current + biasCurrent}; where {@code v >= threshold} a spike and {@code v -=
   * threshold} (S1 eq. 2-4).
   *
   * @param currents {@code [T][neurons]}
   * @param countFrom the first step that is counted, from 1
   * @return spikes by neuron in the counted steps; overwritten by the next run
   */
  int[] run(
      Op.IntegrateFire site, int area, float[][] currents, int countFrom, StepConsumer consumer) {
    boolean isPerNeuron = site.initialPotential().size() == potential.length;
    for (int n = 0; n < potential.length; n++) {
      potential[n] = site.initialPotential().get(isPerNeuron ? n : n / area);
    }
    java.util.Arrays.fill(counts, 0);
    for (int t = 0; t < currents.length; t++) {
      java.util.Arrays.fill(spikes, 0);
      if (t == countFrom - 1) {
        java.util.Arrays.fill(counts, 0);
      }
      for (int c = 0; c < site.threshold().size(); c++) {
        if (!site.isDead(c)) {
          step(
              currents[t],
              c * area,
              (c + 1) * area,
              site.threshold().get(c),
              site.biasCurrent().get(c));
        }
      }
      consumer.accept(t, spikes);
    }
    return counts;
  }

  private void step(float[] current, int from, int to, float threshold, float bias) {
    for (int n = from; n < to; n++) {
      float v = potential[n] + (current[n] + bias);
      if (v >= threshold) {
        v -= threshold;
        counts[n]++;
        spikes[n >> 6] |= 1L << n;
      }
      potential[n] = v;
    }
  }
}
