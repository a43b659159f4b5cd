package org.rheobase.threshold;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * Factors on the thresholds that a rule chose: below 1 they let neurons answer sooner and saturate
 * more, the trade of RMP (Han et al. 2020).
 *
 * @param factors by the name of a site, {@link #ALL} standing for those that are not named
 */
public record ThresholdScale(@JsonValue Map<String, Double> factors) {
  /** The key of the factor of all sites that have none of their own. */
  public static final String ALL = "all";

  /** Thresholds as the rule chose them. */
  public static final ThresholdScale NONE = new ThresholdScale(Map.of());

  private static final double MOST = 100;

  /** Checks every factor. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ThresholdScale {
    factors = Collections.unmodifiableMap(new LinkedHashMap<>(factors));
    factors.forEach((site, factor) -> {
      if (!(factor > 0 && factor <= MOST)) {
        throw new MisuseException(
            "thresholdScale of "
                + site
                + ": expected a factor above 0 and at most "
                + (int) MOST
                + ", found "
                + factor);
      }
    });
  }

  /** The factor of one site. */
  double of(String site) {
    return factors.getOrDefault(site, factors.getOrDefault(ALL, 1.0));
  }

  /**
   * Holds the names against a network.
   *
   * @throws MisuseException naming the first that is no site of it
   */
  void check(Graph prepared) {
    List<String> sites =
        prepared.nodes().stream().filter(n -> n.op() instanceof Op.Relu).map(Node::name).toList();
    for (String name : factors.keySet()) {
      if (!name.equals(ALL) && !sites.contains(name)) {
        throw new MisuseException(
            "thresholdScale names "
                + name
                + ", which becomes no neurons in model "
                + prepared.name()
                + "; expected "
                + ALL
                + " or one of "
                + sites);
      }
    }
  }
}
