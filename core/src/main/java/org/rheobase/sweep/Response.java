package org.rheobase.sweep;

import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * How the neurons of one site answered the calibration images, beside the activations of the
 * artificial network.
 *
 * @param shape of the site
 * @param site its parameters while it answered
 * @param images how many
 * @param steps that were looked at
 * @param spikes {@code [neurons]}: steps at which they were on, summed over images
 * @param targets {@code [neurons]}: activations of the artificial network, summed over images
 * @param squaredError between mean output and activation, summed over neurons and images
 * @param squaredTarget activations squared, summed alike
 * @param silent neurons that never fired for an image, counted over all images
 * @param saturated neurons that fired at every step of an image, counted alike
 */
public record Response(
    Shape shape,
    Op.IntegrateFire site,
    int images,
    int steps,
    long[] spikes,
    double[] targets,
    double squaredError,
    double squaredTarget,
    long silent,
    long saturated) {

  /**
   * Mean activation minus mean output, {@code [neurons]}, over the images (S1: {@code e = mean(a) -
   * mean(s)}).
   */
  public double[] gapByNeuron() {
    double[] gaps = new double[spikes.length];
    int area = shape.area();
    for (int n = 0; n < gaps.length; n++) {
      double output = (double) site.threshold().get(n / area) * spikes[n] / steps;
      gaps[n] = (targets[n] - output) / images;
    }
    return gaps;
  }

  /** The same over images and positions, {@code [channels]}. */
  public double[] gapByChannel() {
    double[] neurons = gapByNeuron();
    double[] gaps = new double[shape.channels()];
    int area = shape.area();
    for (int c = 0; c < gaps.length; c++) {
      for (int n = c * area; n < (c + 1) * area; n++) {
        gaps[c] += neurons[n] / area;
      }
    }
    return gaps;
  }

  /** The length of the error relative to the length of the activations, over all images. */
  public double relativeError() {
    return squaredTarget == 0 ? 0 : Math.sqrt(squaredError / squaredTarget);
  }

  /** The share of neurons that never fire for an image. */
  public double silentShare() {
    return (double) silent / ((double) images * spikes.length);
  }

  /** The share of neurons that fire at every step of an image: they could not answer more. */
  public double saturatedShare() {
    return (double) saturated / ((double) images * spikes.length);
  }
}
