package org.rheobase.sim;

import java.util.Arrays;

/**
 * What one image did in one run of {@code T} steps, or of fewer where it was stopped.
 *
 * @param outputs {@code [T][elements of the network's first output]}: the prediction after each
 *     step, which is the average over the counted steps so far, passed through the non-linear tail
 *     where the network has one
 * @param activity spikes and operations
 */
public record Simulation(float[][] outputs, Activity activity) {
  /** Steps that were simulated. */
  public int steps() {
    return outputs.length;
  }

  /**
   * A run that ended early.
   *
   * @param macs of so many steps
   */
  Simulation first(int steps, long macs) {
    return new Simulation(
        Arrays.copyOf(outputs, steps),
        new Activity(
            Arrays.stream(activity.spikes())
                .map(s -> Arrays.copyOf(s, steps))
                .toArray(long[][]::new),
            Arrays.copyOf(activity.sops(), steps),
            macs));
  }
}
