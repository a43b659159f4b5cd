package org.rheobase.transform;

import static org.rheobase.transform.ChannelScales.factor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ValueKinds;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * Divides every current by its neuron's threshold, so that all thresholds are 1 and spikes are bits
 * (S1 eq. 5): {@code W'[o,i] = W[o,i] theta_in[i] / theta_out[o]}, {@code b' = b / theta_out}, and
 * so for bias current and initial potential. The network's outputs stay the same. A channel with
 * threshold {@code <= 0} is dead: it gets threshold 0, nothing reaches it and nothing reads it.
 *
 * <p>Layers absorb the scale of what they read and produce the one that the site behind them wants.
 * Where values of different scales meet (an identity shortcut), a depthwise 1x1 convolution (over
 * features: a diagonal fully connected layer) is inserted: {@code <add>.shortcut}, or {@code
 * <add>.<input>.scaled} if several inputs of one sum need it. An average pooling that was written
 * as a convolution and that layers read gets weights of exactly 1: it counts spikes.
 */
public final class NormalizeThresholds {
  /** Above so many features, a matrix is a waste for a scale. */
  private static final int LARGEST_DIAGONAL = 4096;

  private final Map<String, double[]> wanted;
  private final GraphDraft draft;
  private final Map<String, double[]> scales = new HashMap<>();

  private NormalizeThresholds(Graph graph) {
    this.wanted = WantedScales.of(graph);
    this.draft = new GraphDraft(graph);
  }

  public static Graph apply(Graph source) {
    Graph graph = source.pruned();
    NormalizeThresholds run = new NormalizeThresholds(graph);
    graph.nodes().forEach(run::add);
    return run.finish(graph);
  }

  /** A site's thresholds, with {@code dead} for its dead channels. */
  static double[] thresholds(Op.IntegrateFire site, double dead) {
    double[] thresholds = new double[site.threshold().size()];
    for (int c = 0; c < thresholds.length; c++) {
      thresholds[c] = site.isDead(c) ? dead : site.threshold().get(c);
    }
    return thresholds;
  }

  private void add(Node node) {
    int channels = node.shape().channels();
    double[] scale =
        switch (node.op()) {
          case Op.Input _, Op.Constant _ -> {
            draft.add(node);
            yield ChannelScales.ones(channels);
          }
          case Op.Conv conv -> addConvolution(node, conv);
          case Op.Linear linear -> {
            double[] in = scale(node.input());
            double[] out = wanted.getOrDefault(node.name(), ChannelScales.ones(channels));
            draft.add(
                node.name(),
                new Op.Linear(
                    rescaled(linear.weight(), in, out, 1), divided(linear.bias(), out, channels)),
                node.inputs());
            yield out;
          }
          case Op.IntegrateFire site -> addSite(node, site);
          case Op.Add _ -> addSum(node);
          case Op.MaxPool _, Op.AveragePool _, Op.Resize _ -> {
            draft.add(node);
            yield scale(node.input());
          }
          case Op.Pad pad -> {
            draft.add(node);
            double[] padded = new double[channels];
            double[] in = scale(node.input());
            System.arraycopy(in, 0, padded, pad.channelsBefore(), in.length);
            yield padded;
          }
          case Op.Concat _ -> {
            draft.add(node);
            yield node.inputs().stream().map(this::scale).flatMapToDouble(Arrays::stream).toArray();
          }
          case Op.Movement movement -> {
            double[] moved =
                ChannelScales.behind(
                    scale(node.input()),
                    Movements.channels(
                        movement, draft.resolved(node.input()).shape(), node.shape()));
            if (moved == null) {
              addOnOnes(node);
              yield ChannelScales.ones(channels);
            }
            draft.add(node);
            yield moved;
          }
          case Op.Relu _, Op.BatchNorm _, Op.NonLinear _ -> {
            addOnOnes(node);
            yield ChannelScales.ones(channels);
          }
        };
    scales.put(node.name(), scale);
  }

  private double[] scale(String name) {
    double[] scale = scales.get(name);
    if (scale == null) {
      throw new IllegalStateException("no scale for " + name);
    }
    return scale;
  }

  private double[] addConvolution(Node node, Op.Conv conv) {
    double[] in = scale(node.input());
    double[] out = wanted.get(node.name());
    if (out == null && ValueKinds.isPooling(conv)) {
      float w = conv.weight().get(0);
      Weights sum =
          new Weights(conv.weight().dims(), Weights.filled(conv.weight().size(), 1).values());
      draft.add(node.name(), conv.with(sum, conv.bias()), node.inputs());
      return Arrays.stream(in).map(s -> s * w).toArray();
    }
    int channels = conv.outChannels();
    double[] scale = out == null ? ChannelScales.ones(channels) : out;
    draft.add(
        node.name(),
        conv.with(
            rescaled(conv.weight(), in, scale, conv.groups()),
            divided(conv.bias(), scale, channels)),
        node.inputs());
    return scale;
  }

  private double[] addSite(Node node, Op.IntegrateFire site) {
    double[] theta = thresholds(site, ChannelScales.UNREAD);
    int channels = theta.length;
    float[] threshold = new float[channels];
    for (int c = 0; c < channels; c++) {
      threshold[c] = site.isDead(c) ? 0 : 1;
    }
    draft.add(
        node.name(),
        site.with(
            Weights.vector(threshold),
            divided(site.biasCurrent(), theta, channels),
            divided(site.initialPotential(), theta, channels)),
        List.of(inScale(node.input(), theta, node.name() + ".scaled")));
    return thresholds(site, ChannelScales.ZERO);
  }

  private double[] addSum(Node node) {
    double @Nullable [] common = wanted.get(node.name());
    if (common == null) {
      common = scale(node.inputs().get(0));
      for (String input : node.inputs()) {
        common =
            common == null ? null : ChannelScales.common(common, scale(input), ChannelScales.ZERO);
      }
    }
    double[] target = common == null ? ChannelScales.ones(node.shape().channels()) : common;
    List<String> misfits =
        node.inputs().stream()
            .distinct()
            .filter(i -> !ChannelScales.fits(scale(i), target))
            .toList();
    Map<String, String> replaced = new LinkedHashMap<>();
    for (String input : misfits) {
      String name =
          misfits.size() == 1 ? node.name() + ".shortcut" : node.name() + "." + input + ".scaled";
      replaced.put(input, inScale(input, target, name));
    }
    List<String> inputs = new ArrayList<>();
    node.inputs().forEach(i -> inputs.add(replaced.getOrDefault(i, i)));
    draft.add(node.name(), node.op(), inputs);
    return target;
  }

  private void addOnOnes(Node node) {
    List<String> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      double[] ones = ChannelScales.ones(scale(input).length);
      String name =
          node.inputs().size() == 1
              ? node.name() + ".scaled"
              : node.name() + "." + input + ".scaled";
      inputs.add(inScale(input, ones, name));
    }
    draft.add(new Node(node.name(), node.op(), inputs, node.shape()));
  }

  private static Op scaling(float[] factors) {
    int c = factors.length;
    return new Op.BatchNorm(
        Weights.vector(factors),
        Weights.filled(c, 0),
        Weights.filled(c, 0),
        Weights.filled(c, 1),
        0);
  }

  /** The name of a node with the same value in another scale, inserted if need be. */
  private String inScale(String input, double[] to, String name) {
    double[] from = scale(input);
    if (ChannelScales.fits(from, to)) {
      return input;
    }
    int c = to.length;
    float[] factors = new float[c];
    for (int i = 0; i < c; i++) {
      factors[i] = (float) factor(from[i], to[i]);
    }
    Weights noBias = Weights.filled(c, 0);
    Shape shape = draft.resolved(input).shape();
    Op op =
        switch (shape.rank()) {
          case 3 -> new Op.Conv(Weights.of(factors, c, 1, 1, 1), noBias, Window.of(1, 1), c);
          case 1 ->
              c <= LARGEST_DIAGONAL ? new Op.Linear(diagonal(factors), noBias) : scaling(factors);
          default -> scaling(factors);
        };
    String free = draft.freeName(name);
    draft.add(free, op, List.of(input));
    return free;
  }

  private Graph finish(Graph graph) {
    for (Graph.Output output : graph.outputs()) {
      double[] ones = ChannelScales.ones(scale(output.node()).length);
      String name = inScale(output.node(), ones, output.node() + ".output");
      if (!name.equals(output.node())) {
        draft.output(output.name(), name);
      }
    }
    return draft.finish();
  }

  /** {@code W[o,i] in[i] / out[o]}. */
  private static Weights rescaled(Weights weight, double[] in, double[] out, int groups) {
    int row = weight.size() / out.length;
    int inputs = weight.dim(1);
    int cells = row / inputs;
    int perGroup = out.length / groups;
    float[] scaled = new float[weight.size()];
    for (int i = 0; i < scaled.length; i++) {
      int o = i / row;
      int channel = o / perGroup * inputs + i % row / cells;
      // Adding 0 turns -0 into 0.
      scaled[i] = (float) (weight.get(i) * factor(in[channel], out[o])) + 0f;
    }
    return new Weights(weight.dims(), scaled);
  }

  /** Values per channel, or several for each, divided by the channel's scale. */
  private static Weights divided(Weights values, double[] by, int channels) {
    int area = values.size() / channels;
    float[] divided = new float[values.size()];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (values.get(i) * factor(1, by[i / area])) + 0f;
    }
    return new Weights(values.dims(), divided);
  }

  private static Weights diagonal(float[] factors) {
    float[] matrix = new float[Math.multiplyExact(factors.length, factors.length)];
    for (int i = 0; i < factors.length; i++) {
      matrix[i * factors.length + i] = factors[i];
    }
    return Weights.of(matrix, factors.length, factors.length);
  }
}
