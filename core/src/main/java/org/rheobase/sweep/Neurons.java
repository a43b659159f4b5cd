package org.rheobase.sweep;

import java.util.Arrays;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.parallel.VectorApi;

/**
 * One site simulated for one image from reset, with single-precision potentials: a block of neurons
 * at a time runs through all steps, so that its potentials stay in the nearest cache.
 */
final class Neurons {
  /** Neurons of a block: whole words of bits. */
  private static final int BLOCK = 2048;

  private final boolean usesVectors;
  private final int neurons;
  private final float[] potential;
  private final float[] current;
  private final int[] counts;

  /** {@code [T][words]}: which neurons are on, one bit each. */
  private long[][] on = {};

  Neurons(Shape shape) {
    this(shape, VectorApi.isPresent());
  }

  /**
   * @param usesVectors whether to use the Vector API, with the same result
   */
  Neurons(Shape shape, boolean usesVectors) {
    this.usesVectors = usesVectors;
    neurons = shape.size();
    potential = new float[Math.min(BLOCK, neurons)];
    current = new float[potential.length];
    counts = new int[neurons];
  }

  /** What the site receives. */
  interface Currents {
    /** Reads some neurons' currents at one step into the first elements of {@code values}. */
    void read(int step, int firstNeuron, float[] values, int count);
  }

  /** Receives which neurons are on at each step, one bit each; overwritten by the next run. */
  interface StepConsumer {
    void accept(int step, long[] on);
  }

  /**
   * Integrates and fires, as the site's {@link Neuron} says.
   *
   * @param steps T
   * @param countFrom the first step that is counted, from 1
   * @return by neuron, how many of the counted steps it was on; overwritten by the next run
   */
  int[] run(
      Op.IntegrateFire site,
      int area,
      int steps,
      Currents currents,
      int countFrom,
      StepConsumer consumer) {
    reset(steps);
    for (int first = 0; first < neurons; first += BLOCK) {
      int end = Math.min(neurons, first + BLOCK);
      for (int n = first; n < end; n++) {
        potential[n - first] = site.initialPotential().get(perPotential(site, n, area));
      }
      for (int t = 0; t < steps; t++) {
        if (t == countFrom - 1) {
          Arrays.fill(counts, first, end, 0);
        }
        currents.read(t, first, current, end - first);
        for (int from = first; from < end; ) {
          int channel = from / area;
          int to = Math.min(end, (channel + 1) * area);
          if (!site.isDead(channel)) {
            step(site, t, channel, first, from, to);
          }
          from = to;
        }
      }
    }
    for (int t = 0; t < steps; t++) {
      consumer.accept(t, on[t]);
    }
    return counts;
  }

  private void reset(int steps) {
    Arrays.fill(counts, 0);
    if (on.length != steps) {
      on = new long[steps][(neurons + 63) / 64];
    }
    for (long[] step : on) {
      Arrays.fill(step, 0);
    }
  }

  private int perPotential(Op.IntegrateFire site, int neuron, int area) {
    return site.initialPotential().size() == neurons ? neuron : neuron / area;
  }

  /**
   * One step of a channel's neurons.
   *
   * @param block the block's first neuron
   */
  private void step(Op.IntegrateFire site, int t, int channel, int block, int from, int to) {
    float threshold = site.threshold().get(channel);
    float bias = site.biasCurrent().get(channel);
    switch (site.neuron()) {
      case Neuron.SoftReset _ -> softReset(on[t], block, from, to, threshold, bias);
      case Neuron.HardReset _, Neuron.SwitchCoding _ ->
          oneByOne(site.neuron(), t, block, from, to, threshold, bias);
    }
  }

  /** What {@link #oneByOne} does with soft reset, without asking at every neuron. */
  private void softReset(long[] on, int block, int from, int to, float threshold, float bias) {
    int first =
        usesVectors
            ? VectorNeurons.softReset(
                potential, current, block, counts, on, from, to, threshold, bias)
            : from;
    for (int n = first; n < to; n++) {
      float v = potential[n - block] + (current[n - block] + bias);
      if (v >= threshold) {
        v -= threshold;
        counts[n]++;
        on[n >> 6] |= 1L << n;
      }
      potential[n - block] = v;
    }
  }

  private void oneByOne(
      Neuron neuron, int t, int block, int from, int to, float threshold, float bias) {
    for (int n = from; n < to; n++) {
      float v = potential[n - block] + (current[n - block] + bias);
      boolean wasOn = t > 0 && (on[t - 1][n >> 6] >>> n & 1) != 0;
      if (v >= (double) threshold * neuron.needed(wasOn, t + 1)) {
        v = (float) neuron.after(v, threshold);
        counts[n]++;
        on[t][n >> 6] |= 1L << n;
      }
      potential[n - block] = v;
    }
  }
}
