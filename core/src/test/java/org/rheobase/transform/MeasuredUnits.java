package org.rheobase.transform;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.CurrentSources;
import org.rheobase.graph.CurrentUnits;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKinds;
import org.rheobase.graph.Weights;

/**
 * The unit of each site's current in a network whose thresholds are normalised and whose weights
 * are quantised: the largest power of two of which every spike-driven weight and bias of the
 * channel, its bias current, its initial potential and its threshold are multiples. It is read off
 * the stored numbers alone, since the file holds nothing else.
 */
final class MeasuredUnits {
  private MeasuredUnits() {}

  /**
   * Units of one site.
   *
   * @param exponents {@code [c]}: the unit is {@code 2^exponent}; 0 for a dead channel and for one
   *     without any current
   * @param bounds {@code [c]}, in that unit: the largest absolute value that the spike-driven part
   *     of the current, biases included, can reach in one step
   */
  record SiteUnits(int[] exponents, double[] bounds) {
    /** Whether exact 32-bit sums can hold every current. */
    boolean fits() {
      for (int c = 0; c < bounds.length; c++) {
        if (exponents[c] > 0 || exponents[c] < -24 || bounds[c] >= CurrentUnits.CURRENT_LIMIT) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Units by site name.
   *
   * @throws IllegalArgumentException if a threshold is neither 1 nor dead
   */
  static Map<String, SiteUnits> of(Graph graph) {
    if (graph.isSpiking() && !ValueKinds.isNormalized(graph)) {
      throw new IllegalArgumentException("thresholds of " + graph.name() + " are not normalised");
    }
    Map<String, Integer> largest = ValueKinds.largestCounts(graph);
    Map<String, Rows> rows = new HashMap<>();
    Map<String, SiteUnits> units = new LinkedHashMap<>();
    CurrentSources.of(graph)
        .forEach(
            (name, sources) -> units.put(name, units(graph.node(name), sources, largest, rows)));
    return units;
  }

  private static int finestFor(double bound, int finest) {
    int e = finest;
    while (Math.scalb(bound, -e) >= CurrentUnits.CURRENT_LIMIT) {
      e++;
    }
    return e;
  }

  private static SiteUnits units(
      Node site,
      List<List<CurrentSources.Source>> sources,
      Map<String, Integer> largest,
      Map<String, Rows> rows) {
    Op.IntegrateFire op = (Op.IntegrateFire) site.op();
    int channels = sources.size();
    int[] exponents = new int[channels];
    double[] bounds = new double[channels];
    int neurons = op.initialPotential().size() / channels;
    for (int c = 0; c < channels; c++) {
      if (op.isDead(c)) {
        continue;
      }
      int e = Math.min(0, exponentOrZero(op.biasCurrent().get(c)));
      for (int i = 0; i < neurons; i++) {
        e = Math.min(e, exponentOrZero(op.initialPotential().get(c * neurons + i)));
      }
      double bound = Math.abs((double) op.biasCurrent().get(c));
      boolean realValued = false;
      for (CurrentSources.Source source : sources.get(c)) {
        Integer count = spikeDriven(source.node(), largest);
        if (count == null) {
          realValued = true;
        } else {
          Rows row = rows.computeIfAbsent(source.node().name(), _ -> Rows.of(source.node()));
          e = Math.min(e, row.exponent[source.channel()]);
          bound += row.sum[source.channel()] * count + row.bias[source.channel()];
        }
      }
      if (realValued) {
        e = Math.min(e, finestFor(bound, CurrentUnits.REAL_VALUED));
      }
      exponents[c] = e;
      bounds[c] = Math.scalb(bound, -e);
    }
    return new SiteUnits(exponents, bounds);
  }

  /**
   * The largest count among the spikes that a source adds up, or null where it holds real numbers.
   */
  private static @Nullable Integer spikeDriven(Node source, Map<String, Integer> largest) {
    return switch (source.op()) {
      case Op.Conv _, Op.Linear _ -> largest.get(source.input());
      case Op.IntegrateFire _ -> Integer.valueOf(1);
      case Op.Input _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.MaxPool _,
          Op.AveragePool _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Movement _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _ ->
          null;
    };
  }

  private static int exponentOrZero(float value) {
    return value == 0 ? 0 : CurrentUnits.exponent(value);
  }

  /** Per output channel: finest unit, sum of absolute weights, absolute bias. */
  private record Rows(int[] exponent, double[] sum, double[] bias) {
    static Rows of(Node node) {
      return switch (node.op()) {
        case Op.Conv conv -> of(conv.weight(), conv.bias());
        case Op.Linear linear -> of(linear.weight(), linear.bias());
        case Op.Input _,
            Op.BatchNorm _,
            Op.Relu _,
            Op.MaxPool _,
            Op.AveragePool _,
            Op.Pad _,
            Op.Add _,
            Op.Concat _,
            Op.Movement _,
            Op.Resize _,
            Op.Constant _,
            Op.NonLinear _,
            Op.IntegrateFire _ -> {
          // Spikes added as they are: one weight of 1.
          double[] ones = new double[node.shape().channels()];
          Arrays.fill(ones, 1);
          yield new Rows(new int[ones.length], ones, new double[ones.length]);
        }
      };
    }

    static Rows of(Weights weight, Weights bias) {
      int rows = bias.size();
      int fanIn = weight.size() / rows;
      Rows result = new Rows(new int[rows], new double[rows], new double[rows]);
      for (int o = 0; o < rows; o++) {
        int e = exponentOrZero(bias.get(o));
        for (int i = o * fanIn; i < (o + 1) * fanIn; i++) {
          e = Math.min(e, exponentOrZero(weight.get(i)));
          result.sum[o] += Math.abs((double) weight.get(i));
        }
        result.exponent[o] = Math.min(e, 0);
        result.bias[o] = Math.abs((double) bias.get(o));
      }
      return result;
    }
  }
}
