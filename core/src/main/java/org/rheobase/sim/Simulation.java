package org.rheobase.sim;

/**
 * What one image did in one run of {@code T} steps.
 *
 * @param outputs {@code [T][elements of the network's first output]}: the prediction after each
 *     step, which is the average over the counted steps so far, passed through the non-linear tail
 *     where the network has one
 * @param activity spikes and operations
 */
public record Simulation(float[][] outputs, Activity activity) {}
