package org.rheobase.cli.report;

import java.util.List;
import java.util.Map;

/**
 * What {@code convert} did; the field names are those of the JSON.
 *
 * @param model the source file
 * @param output the spiking network's file
 * @param steps the number of time steps that the network was made for (T)
 * @param images calibration images that were read
 * @param sites in topological order
 * @param excess of each balancing iteration, the mean excess over the thresholds summed over sites;
 *     empty for other threshold rules
 * @param recipe every choice in effect
 * @param notes what the user should know, a sentence each
 */
public record ConvertReport(
    String model,
    String output,
    int steps,
    int images,
    List<SiteReport> sites,
    List<Double> excess,
    double seconds,
    int threads,
    Map<String, Object> recipe,
    List<String> notes) {

  /**
   * One population of neurons.
   *
   * @param neurons in one image
   * @param deadChannels channels that never fire, because they were never active
   * @param smallestThreshold over living channels, in activation units
   * @param largestThreshold over living channels, in activation units
   * @param saturated share of neurons that fire at every step of an image, fraction of one
   * @param silent share of neurons that never fire for an image, fraction of one
   * @param errorBefore calibration of any site: length of (mean output - activation) over that of
   *     the activation, over the counted steps
   * @param errorAfter calibration of all sites, on the same images
   */
  public record SiteReport(
      String name,
      int channels,
      long neurons,
      int deadChannels,
      double smallestThreshold,
      double largestThreshold,
      double saturated,
      double silent,
      double errorBefore,
      double errorAfter) {}

  /** The same result with another name for the source file. */
  public ConvertReport withModel(String name) {
    return new ConvertReport(
        name, output, steps, images, sites, excess, seconds, threads, recipe, notes);
  }
}
