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
 * @param recipe every choice in effect
 * @param notes what the user should know, a sentence each
 */
public record ConvertReport(
    String model,
    String output,
    int steps,
    int images,
    List<SiteReport> sites,
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
   */
  public record SiteReport(
      String name,
      int channels,
      long neurons,
      int deadChannels,
      double smallestThreshold,
      double largestThreshold) {}

  /** The same result with another name for the source file. */
  public ConvertReport withModel(String name) {
    return new ConvertReport(name, output, steps, images, sites, seconds, threads, recipe, notes);
  }
}
