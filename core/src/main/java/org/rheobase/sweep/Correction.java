package org.rheobase.sweep;

import java.util.Map;
import org.rheobase.graph.Op;

/**
 * What a visitor decided about a site and the layers that feed it.
 *
 * @param site the site's parameters from now on
 * @param layers convolutions and fully connected layers of its module with new weights, by name
 */
public record Correction(Op.IntegrateFire site, Map<String, Op> layers) {
  public Correction {
    layers = Map.copyOf(layers);
  }

  /** All layers stay. */
  public static Correction of(Op.IntegrateFire site) {
    return new Correction(site, Map.of());
  }
}
