package org.rheobase.calibrate;

import org.rheobase.graph.Op;
import org.rheobase.parallel.Sums;

/**
 * The mean output of a site for a mean current, as if spikes arrived evenly (S1 equation 10):
 * {@code s = theta / T * clip(floor(u T / theta), 0, T)}, and its squared distance from the
 * activations.
 */
final class RateModel {
  private final int steps;
  private final int area;
  private final float[] threshold;

  /** {@code [neurons]}: what a neuron receives besides its current, per step. */
  private final float[] extra;

  private final float[] differences;

  /**
   * @param area neurons per channel
   * @param isConsistent whether the site's bias current (with the shift) and initial potential take
   *     part
   */
  RateModel(Op.IntegrateFire site, int steps, int neurons, int area, boolean isConsistent) {
    this.steps = steps;
    this.area = area;
    this.threshold = site.threshold().values();
    this.extra = new float[neurons];
    this.differences = new float[neurons];
    int perPotential = neurons / site.initialPotential().size();
    for (int n = 0; n < neurons && isConsistent; n++) {
      extra[n] =
          site.biasCurrent().get(n / area) + site.initialPotential().get(n / perPotential) / steps;
    }
  }

  /**
   * One image's squared error, summed over channels and averaged over positions, and how it changes
   * with the currents: the floor counts as the identity (straight through).
   *
   * @param currents {@code [neurons]}: their mean over the steps
   * @param added {@code [neurons]}: what other weights add to them; receives the gradient
   * @param targets {@code [neurons]}: activations
   */
  double error(float[] currents, float[] added, float[] targets) {
    double error = 0;
    for (int c = 0; c < threshold.length; c++) {
      float theta = threshold[c];
      differences(
          c * area,
          (c + 1) * area,
          theta > 0 ? steps / theta : 0,
          theta / steps,
          currents,
          added,
          targets);
      error += Sums.ofSquares(differences, c * area, (c + 1) * area);
    }
    return error / area;
  }

  /** Without branches and with one index for all arrays, which the JVM turns into vector code. */
  private void differences(
      int from,
      int to,
      float countsPerCurrent,
      float height,
      float[] currents,
      float[] added,
      float[] targets) {
    float slope = countsPerCurrent > 0 ? 2f / area : 0;
    for (int n = from; n < to; n++) {
      float counts = (currents[n] + added[n] + extra[n]) * countsPerCurrent;
      float clipped = Math.min(Math.max(counts, 0), steps);
      float difference = ((int) clipped) * height - targets[n];
      differences[n] = difference;
      // 0 where the count was clipped.
      float inside = 1 - Math.min(1, Math.abs(counts - clipped) * Float.MAX_VALUE);
      added[n] = slope * inside * difference;
    }
  }
}
