package org.rheobase.convert;

import java.util.List;
import org.rheobase.graph.Graph;

/**
 * The result of a conversion.
 *
 * @param snn the spiking network, ready to run and to save
 * @param sites what was chosen for each site, in forward order
 * @param calibrationImages the largest number of images that a stage looked at
 * @param untrained sites that a weight calibration found no layer for
 * @param excess of each balancing iteration (S2 figure 3b); empty for other threshold rules
 */
public record Conversion(
    Graph snn,
    List<Site> sites,
    int calibrationImages,
    List<String> untrained,
    List<Double> excess) {
  /**
   * One site, measured at the design T over the counted steps, on up to 32 calibration images, the
   * same before and after the calibrations.
   *
   * @param neurons per image
   * @param minThreshold over living channels, in the units of the network's activations, as the
   *     other two
   * @param deadChannels channels whose threshold is 0, so that they never fire
   * @param saturated share of neurons that fire at every step of an image
   * @param silent share of neurons that never fire for an image
   * @param errorBefore length of (mean output - activation) over length of activation, before any
   *     site was calibrated
   * @param errorAfter the same behind the last calibration; equal where there is none
   */
  public record Site(
      String name,
      int neurons,
      float minThreshold,
      float meanThreshold,
      float maxThreshold,
      int deadChannels,
      double saturated,
      double silent,
      double errorBefore,
      double errorAfter) {}
}
