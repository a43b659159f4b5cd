package org.rheobase.transform;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.CurrentSources;
import org.rheobase.graph.CurrentSources.Source;
import org.rheobase.graph.CurrentUnits;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKinds;
import org.rheobase.graph.Weights;

/**
 * Rounds the weights of a spiking network with normalised thresholds to integers of 16 or 8 bits
 * times a power of two, one unit per output channel, so that currents are exact integers. Every
 * rounded number is an exact float.
 *
 * <p>The unit is the finest in which the channel's largest weight fits, but no finer than {@code
 * 2^-20} for a layer that feeds neurons, and coarser where the sum of all that can arrive in one
 * step would reach {@link CurrentUnits#CURRENT_LIMIT} in the finest unit of the neuron's sources.
 * Biases, bias currents and initial potentials are rounded to the finest unit of the channel that
 * they reach, or to {@code 2^-16} if that is finer. A weight beyond the integer range times the
 * threshold, which only almost dead channels have, is clamped.
 *
 * <p>Layers that feed no neuron directly are rounded too, their biases not. Convolutions that sum
 * spikes, with weights of 1, stay as they are.
 */
public final class QuantizeWeights {
  /** Symmetric, and both 8-bit limbs of 256 hi + lo are signed: up to 256 * 127 + 127. */
  static final int LIMIT_16 = 32639;

  static final int LIMIT_8 = 127;

  /** Finest unit of a weight that feeds neurons. */
  static final int FINEST = -20;

  /** Biases and potentials in their unit stay exact as float. */
  private static final double BIAS_LIMIT = 0x1p24;

  private final Graph graph;
  private final int limit;
  private final Map<String, Integer> largest;
  private final Map<String, List<List<Source>>> sources;
  private final Map<String, Rows> layers = new LinkedHashMap<>();

  private QuantizeWeights(Graph graph, int limit) {
    this.graph = graph;
    this.limit = limit;
    this.largest = ValueKinds.largestCounts(graph);
    this.sources = CurrentSources.of(graph);
  }

  /**
   * Quantises a network.
   *
   * @param graph thresholds 1 or dead
   * @param bits 16 or 8
   */
  public static Graph apply(Graph graph, int bits) {
    if (bits != 16 && bits != 8) {
      throw new MisuseException(
          "weights of " + bits + " bits were asked for, expected 16 or 8; choose one of them");
    }
    if (graph.isSpiking() && !ValueKinds.isNormalized(graph)) {
      throw new IllegalArgumentException(
          "thresholds of " + graph.name() + " are not normalised; apply NormalizeThresholds first");
    }
    QuantizeWeights run = new QuantizeWeights(graph, bits == 16 ? LIMIT_16 : LIMIT_8);
    run.chooseUnits();
    return run.rounded();
  }

  private void chooseUnits() {
    for (Node node : graph.nodes()) {
      Rows rows = rows(node);
      if (rows != null) {
        layers.put(node.name(), rows);
      }
    }
    forEachLiveChannel(this::markSources);
    layers.values().forEach(Rows::start);
    boolean[] raised = {true};
    while (raised[0]) {
      raised[0] = false;
      forEachLiveChannel((site, c, terms) -> raised[0] |= raise(site, c, terms));
    }
  }

  private interface ChannelVisitor {
    void visit(Op.IntegrateFire site, int channel, List<Source> terms);
  }

  private void forEachLiveChannel(ChannelVisitor visitor) {
    for (Node node : graph.sites()) {
      Op.IntegrateFire site = (Op.IntegrateFire) node.op();
      List<List<Source>> channels = sources.getOrDefault(node.name(), List.of());
      for (int c = 0; c < channels.size(); c++) {
        if (!site.isDead(c)) {
          visitor.visit(site, c, channels.get(c));
        }
      }
    }
  }

  private @Nullable Rows rows(Node node) {
    return switch (node.op()) {
      case Op.Conv conv -> new Rows(conv.weight(), conv.bias(), limit, ValueKinds.isSum(conv));
      case Op.Linear linear -> new Rows(linear.weight(), linear.bias(), limit, false);
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
          Op.IntegrateFire _ ->
          null;
    };
  }

  /** The largest count that reaches a layer's weights; 0 where it reads real numbers. */
  private int count(Node layer) {
    return largest.getOrDefault(layer.input(), 0);
  }

  private void markSources(Op.IntegrateFire site, int c, List<Source> terms) {
    double weights = 0;
    for (Source term : terms) {
      Rows rows = layers.get(term.node().name());
      weights += rows == null ? 1 : (double) rows.fanIn * count(term.node());
    }
    for (Source term : terms) {
      Rows rows = layers.get(term.node().name());
      if (rows != null) {
        rows.feedsNeurons(term.channel(), (CurrentUnits.CURRENT_LIMIT - 4 * BIAS_LIMIT) / weights);
      }
    }
  }

  /** Coarsens the sources of a channel until their sum fits; whether anything changed. */
  private boolean raise(Op.IntegrateFire site, int c, List<Source> terms) {
    int needed = needed(site, c, terms);
    boolean raised = false;
    for (Source term : terms) {
      Rows rows = layers.get(term.node().name());
      if (rows != null && count(term.node()) > 0) {
        raised |= rows.raise(term.channel(), needed);
      }
    }
    return raised;
  }

  /** Exponent of the finest unit in which one step's current of a channel fits. */
  private int needed(Op.IntegrateFire site, int c, List<Source> terms) {
    double largestBias = Math.abs((double) site.biasCurrent().get(c));
    double sum = largestBias;
    int neurons = site.initialPotential().size() / site.threshold().size();
    for (int i = c * neurons; i < (c + 1) * neurons; i++) {
      largestBias = Math.max(largestBias, Math.abs((double) site.initialPotential().get(i)));
    }
    for (Source term : terms) {
      Rows rows = layers.get(term.node().name());
      if (rows == null) {
        sum += 1;
      } else {
        double bias = Math.abs((double) rows.bias.get(term.channel()));
        largestBias = Math.max(largestBias, bias);
        sum += rows.sum[term.channel()] * count(term.node()) + bias;
      }
    }
    int e = FINEST;
    // Rounding the biases may add half a unit each.
    while (e < 0
        && (Math.scalb(sum, -e) + terms.size() + 1 >= CurrentUnits.CURRENT_LIMIT
            || Math.scalb(largestBias, -e) > BIAS_LIMIT)) {
      e++;
    }
    return e;
  }

  /** Exponent of the unit of a channel's biases: the finest of its sources. */
  private int unit(Op.IntegrateFire site, int c, List<Source> terms) {
    int finest = CurrentUnits.REAL_VALUED;
    for (Source term : terms) {
      Rows rows = layers.get(term.node().name());
      if (rows != null && count(term.node()) > 0) {
        finest = Math.min(finest, rows.exponent[term.channel()]);
      }
    }
    return Math.max(finest, needed(site, c, terms));
  }

  private Graph rounded() {
    Map<String, float[]> biasCurrents = new LinkedHashMap<>();
    Map<String, float[]> potentials = new LinkedHashMap<>();
    for (Node node : graph.sites()) {
      Op.IntegrateFire site = (Op.IntegrateFire) node.op();
      List<List<Source>> channels = sources.getOrDefault(node.name(), List.of());
      float[] biasCurrent = new float[channels.size()];
      float[] potential = new float[site.initialPotential().size()];
      int neurons = potential.length / channels.size();
      for (int c = 0; c < channels.size(); c++) {
        if (site.isDead(c)) {
          continue;
        }
        int e = unit(site, c, channels.get(c));
        biasCurrent[c] = round(site.biasCurrent().get(c), e, BIAS_LIMIT);
        for (int i = c * neurons; i < (c + 1) * neurons; i++) {
          potential[i] = round(site.initialPotential().get(i), e, BIAS_LIMIT);
        }
        for (Source term : channels.get(c)) {
          Rows rows = layers.get(term.node().name());
          if (rows != null) {
            // Shared by several channels: a multiple of the coarsest unit is one of each.
            rows.biasExponent[term.channel()] = Math.max(rows.biasExponent[term.channel()], e);
          }
        }
      }
      biasCurrents.put(node.name(), biasCurrent);
      potentials.put(node.name(), potential);
    }
    return new Graph(
        graph.name(),
        graph.nodes().stream().map(n -> n.withOp(rounded(n, biasCurrents, potentials))).toList(),
        graph.outputs());
  }

  private Op rounded(
      Node node, Map<String, float[]> biasCurrents, Map<String, float[]> potentials) {
    Rows rows = layers.get(node.name());
    return switch (node.op()) {
      case Op.Conv conv when rows != null -> conv.with(rows.weights(), rows.biases());
      case Op.Linear _ when rows != null -> new Op.Linear(rows.weights(), rows.biases());
      case Op.IntegrateFire site ->
          site.with(
              site.threshold(),
              new Weights(
                  site.biasCurrent().dims(),
                  biasCurrents.getOrDefault(node.name(), site.biasCurrent().values())),
              new Weights(
                  site.initialPotential().dims(),
                  potentials.getOrDefault(node.name(), site.initialPotential().values())));
      case Op.Conv _,
          Op.Linear _,
          Op.Input _,
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
          node.op();
    };
  }

  /** The nearest multiple of {@code 2^exponent}, at most {@code limit} of them. */
  private static float round(double value, int exponent, double limit) {
    double units = Math.rint(Math.scalb(value, -exponent));
    return (float) Math.scalb(Math.clamp(units, -limit, limit), exponent) + 0f;
  }

  /** The output channels of one layer with their units. */
  private static final class Rows {
    /** Marks a bias that reaches no neuron and is not rounded. */
    private static final int UNTOUCHED = Integer.MIN_VALUE;

    private final Weights weight;
    private final Weights bias;
    private final int limit;
    private final boolean sumsSpikes;
    private final int fanIn;
    private final int[] exponent;
    private final int[] biasExponent;

    /** Largest integer in unit 1, per row; 0 for a row that feeds no neuron. */
    private final double[] clamp;

    /** Sum of the absolute rounded weights. */
    private final double[] sum;

    Rows(Weights weight, Weights bias, int limit, boolean sumsSpikes) {
      this.weight = weight;
      this.bias = bias;
      this.limit = limit;
      this.sumsSpikes = sumsSpikes;
      int rows = bias.size();
      this.fanIn = weight.size() / rows;
      this.exponent = new int[rows];
      this.biasExponent = new int[rows];
      Arrays.fill(biasExponent, UNTOUCHED);
      this.clamp = new double[rows];
      this.sum = new double[rows];
    }

    void feedsNeurons(int row, double weightLimit) {
      double integer = Math.max(1, Math.floor(Math.min(limit, weightLimit)));
      clamp[row] = clamp[row] == 0 ? integer : Math.min(clamp[row], integer);
    }

    /** The finest units that the weights themselves allow. */
    void start() {
      for (int o = 0; o < exponent.length; o++) {
        float max = 0;
        for (int i = o * fanIn; i < (o + 1) * fanIn; i++) {
          max = Math.max(max, Math.abs(weight.get(i)));
        }
        int e = max == 0 ? CurrentUnits.REAL_VALUED : finestUnit(max);
        exponent[o] = sumsSpikes ? 0 : clamp[o] > 0 ? Math.clamp(e, FINEST, 0) : e;
        addUp(o);
      }
    }

    private int finestUnit(float max) {
      int e = Math.getExponent(max / (double) limit);
      return Math.scalb((double) limit, e) < max ? e + 1 : e;
    }

    boolean raise(int row, int needed) {
      if (exponent[row] >= needed) {
        return false;
      }
      exponent[row] = needed;
      addUp(row);
      return true;
    }

    private void addUp(int row) {
      sum[row] = 0;
      for (int i = row * fanIn; i < (row + 1) * fanIn; i++) {
        sum[row] += Math.abs((double) rounded(row, i));
      }
    }

    private float rounded(int row, int index) {
      double most = clamp[row] > 0 && exponent[row] == 0 ? clamp[row] : limit;
      return round(weight.get(index), exponent[row], most);
    }

    Weights weights() {
      float[] values = new float[weight.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = rounded(i / fanIn, i);
      }
      return sumsSpikes ? weight : new Weights(weight.dims(), values);
    }

    Weights biases() {
      float[] values = new float[bias.size()];
      for (int o = 0; o < values.length; o++) {
        values[o] =
            biasExponent[o] == UNTOUCHED
                ? bias.get(o)
                : round(bias.get(o), biasExponent[o], BIAS_LIMIT);
      }
      return new Weights(bias.dims(), values);
    }
  }
}
