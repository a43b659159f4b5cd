package org.rheobase.sim;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rheobase.graph.CurrentUnits;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

/**
 * The unit of every site's channel: the power of two of which all weights, biases, thresholds and
 * potentials of that channel are multiples, so that currents and potentials are integers.
 *
 * <p>Part of the simulators' specification, reference and integer alike: each leaf of a {@link
 * Current} is rounded to the unit as it enters (ties upwards; no change for convolutions of
 * quantised weights) and saturates at ±2^28 units; bias currents and initial potentials are rounded
 * to the unit; potentials saturate at ±2^30 units. A channel with a constant or analog source has a
 * unit of 2^-16 or finer, no channel has one finer than 2^-24.
 *
 * @param exponents per site, {@code [c]}: the unit is 2^exponent
 * @param obstacle why the network has no units, as a clause; empty when it has
 */
record SiteUnits(Map<String, int[]> exponents, String obstacle) {
  /** Potentials saturate here, in units. */
  static final int POTENTIAL_LIMIT = 1 << 30;

  /** Constants, analog values and biases saturate here, in units. */
  static final int ENTRY_LIMIT = 1 << 28;

  /** Quantised weights are integers of at most this size in their own finest unit. */
  private static final double LARGEST_INTEGER = 1 << 16;

  boolean exist() {
    return obstacle.isEmpty();
  }

  int[] of(String site) {
    int[] found = exponents.get(site);
    if (found == null) {
      throw new IllegalArgumentException("no units for " + site);
    }
    return found;
  }

  static SiteUnits of(Graph graph, Map<String, Current> currents) {
    Map<String, int[]> exponents = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.IntegrateFire site) {
        Current current = currents.get(node.name());
        if (current == null) {
          throw new IllegalArgumentException("no current for " + node.name());
        }
        Finder finder = new Finder(site, new int[site.threshold().size()]);
        String obstacle = finder.find(node, current);
        if (!obstacle.isEmpty()) {
          return new SiteUnits(Map.of(), obstacle);
        }
        exponents.put(node.name(), finder.exponents);
      }
    }
    return new SiteUnits(exponents, "");
  }

  /** {@code x} in units of 2^exponent, to the nearest integer, ties upwards, within ±limit. */
  static int round(double x, int exponent, int limit) {
    double scaled = Math.floor(Math.scalb(x, -exponent) + 0.5);
    return (int) Math.max(-limit, Math.min(limit, scaled));
  }

  /**
   * The unit of one output channel's weights: the lowest bit of any; {@link Integer#MAX_VALUE} when
   * all are 0, {@link Integer#MIN_VALUE} when they are not integers of 16 bits in one unit.
   */
  static int unitOf(Weights weight, int outChannel) {
    int row = weight.size() / weight.dim(0);
    int lowest = Integer.MAX_VALUE;
    float largest = 0;
    for (int i = outChannel * row; i < (outChannel + 1) * row; i++) {
      float w = weight.get(i);
      if (w != 0) {
        lowest = Math.min(lowest, CurrentUnits.exponent(w));
        largest = Math.max(largest, Math.abs(w));
      }
    }
    boolean isQuantised =
        largest == 0
            || (Float.isFinite(largest)
                && Math.scalb((double) largest, -lowest) <= LARGEST_INTEGER);
    return isQuantised ? lowest : Integer.MIN_VALUE;
  }

  private record Finder(Op.IntegrateFire site, int[] exponents) {
    String find(Node node, Current current) {
      for (float threshold : site.threshold().values()) {
        if (threshold > 0 && threshold != 1f) {
          return "the thresholds of " + node.name() + " are not 1";
        }
      }
      String obstacle = visit(current, 0);
      if (!obstacle.isEmpty()) {
        return obstacle;
      }
      include(site.biasCurrent());
      include(site.initialPotential());
      for (int c = 0; c < exponents.length; c++) {
        exponents[c] = site.isDead(c) ? 0 : Math.max(CurrentUnits.FINEST, exponents[c]);
      }
      return "";
    }

    private void include(Weights values) {
      int perChannel = values.size() / exponents.length;
      for (int i = 0; i < values.size(); i++) {
        include(i / perChannel, CurrentUnits.exponent(values.get(i)));
      }
    }

    private void include(int channel, int exponent) {
      exponents[channel] = Math.min(exponents[channel], exponent);
    }

    private String visit(Current current, int channelOffset) {
      return switch (current) {
        case Current.Synapses synapses -> {
          Op.Conv conv = synapses.conv();
          for (int o = 0; o < conv.outChannels(); o++) {
            if (site.isDead(channelOffset + o)) {
              continue;
            }
            int unit = unitOf(conv.weight(), o);
            if (unit < CurrentUnits.FINEST) {
              yield "the weights of "
                  + synapses.node().name()
                  + " are not 16-bit integers times a power of two of at least 2^"
                  + CurrentUnits.FINEST;
            }
            include(channelOffset + o, unit);
            include(channelOffset + o, CurrentUnits.exponent(conv.bias().get(o)));
          }
          yield "";
        }
        case Current.Direct _ -> "";
        case Current.Value value -> {
          int to = channelOffset + value.shape().channels();
          for (int c = channelOffset; c < to; c++) {
            include(c, CurrentUnits.REAL_VALUED);
          }
          yield "";
        }
        case Current.Sum sum -> {
          for (Current term : sum.terms()) {
            String obstacle = visit(term, channelOffset);
            if (!obstacle.isEmpty()) {
              yield obstacle;
            }
          }
          yield "";
        }
        case Current.Concatenation cat -> {
          int offset = channelOffset;
          for (Current part : cat.parts()) {
            String obstacle = visit(part, offset);
            if (!obstacle.isEmpty()) {
              yield obstacle;
            }
            offset += part.shape().channels();
          }
          yield "";
        }
        case Current.Maximum max -> visit(max.of(), channelOffset);
        case Current.Padded padded ->
            visit(padded.of(), channelOffset + padded.pad().channelsBefore());
      };
    }
  }
}
