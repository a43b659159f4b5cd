package org.rheobase.sweep;

import java.util.Arrays;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.parallel.VectorApi;

/** One site simulated for one image from reset, with single-precision potentials. */
final class Neurons {
  private final boolean usesVectors;
  private final float[] potential;
  private final int[] counts;

  /** Which neurons are on, one bit each, at this step and the one before. */
  private final long[] on;

  private final long[] before;

  Neurons(Shape shape) {
    this(shape, VectorApi.isPresent());
  }

  /**
   * @param usesVectors whether to use the Vector API, with the same result
   */
  Neurons(Shape shape, boolean usesVectors) {
    this.usesVectors = usesVectors;
    potential = new float[shape.size()];
    counts = new int[shape.size()];
    on = new long[(shape.size() + 63) / 64];
    before = new long[on.length];
  }

  /** Receives which neurons are on at each step, one bit each; overwritten after the call. */
  interface StepConsumer {
    void accept(int step, long[] on);
  }

  /**
   * Integrates and fires, as the site's {@link Neuron} says.
   *
   * @param currents {@code [T][neurons]}
   * @param countFrom the first step that is counted, from 1
   * @return by neuron, how many of the counted steps it was on; overwritten by the next run
   */
  int[] run(
      Op.IntegrateFire site, int area, float[][] currents, int countFrom, StepConsumer consumer) {
    boolean isPerNeuron = site.initialPotential().size() == potential.length;
    for (int n = 0; n < potential.length; n++) {
      potential[n] = site.initialPotential().get(isPerNeuron ? n : n / area);
    }
    Arrays.fill(counts, 0);
    Arrays.fill(on, 0);
    for (int t = 0; t < currents.length; t++) {
      System.arraycopy(on, 0, before, 0, on.length);
      Arrays.fill(on, 0);
      if (t == countFrom - 1) {
        Arrays.fill(counts, 0);
      }
      for (int c = 0; c < site.threshold().size(); c++) {
        if (site.isDead(c)) {
          continue;
        }
        int from = c * area;
        int to = from + area;
        float threshold = site.threshold().get(c);
        float bias = site.biasCurrent().get(c);
        switch (site.neuron()) {
          case Neuron.SoftReset _ -> softReset(currents[t], from, to, threshold, bias);
          case Neuron.HardReset _, Neuron.SwitchCoding _ ->
              step(site.neuron(), t + 1, currents[t], from, to, threshold, bias);
        }
      }
      consumer.accept(t, on);
    }
    return counts;
  }

  /** What {@link #step} does with soft reset, without asking at every neuron. */
  private void softReset(float[] current, int from, int to, float threshold, float bias) {
    int first =
        usesVectors
            ? VectorNeurons.softReset(potential, counts, on, current, from, to, threshold, bias)
            : from;
    for (int n = first; n < to; n++) {
      float v = potential[n] + (current[n] + bias);
      if (v >= threshold) {
        v -= threshold;
        counts[n]++;
        on[n >> 6] |= 1L << n;
      }
      potential[n] = v;
    }
  }

  private void step(
      Neuron neuron, int step, float[] current, int from, int to, float threshold, float bias) {
    for (int n = from; n < to; n++) {
      float v = potential[n] + (current[n] + bias);
      boolean wasOn = (before[n >> 6] >>> n & 1) != 0;
      if (v >= (double) threshold * neuron.needed(wasOn, step)) {
        v = (float) neuron.after(v, threshold);
        counts[n]++;
        on[n >> 6] |= 1L << n;
      }
      potential[n] = v;
    }
  }
}
