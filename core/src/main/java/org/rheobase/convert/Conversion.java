package org.rheobase.convert;

import java.util.List;
import org.rheobase.graph.Graph;

/**
 * The result of a conversion.
 *
 * @param snn the spiking network, ready to run and to save
 * @param sites what was chosen for each site, in forward order
 * @param calibrationImages how many images were looked at
 */
public record Conversion(Graph snn, List<Site> sites, int calibrationImages) {
  /**
   * One site's thresholds, in the units of the network's activations.
   *
   * @param neurons per image
   * @param deadChannels channels whose threshold is 0, so that they never fire
   */
  public record Site(
      String name,
      int neurons,
      float minThreshold,
      float meanThreshold,
      float maxThreshold,
      int deadChannels) {}
}
