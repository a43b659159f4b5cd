package org.rheobase.transform;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * The scale in which each node's readers want its value, found from the outputs backwards. A site
 * wants its thresholds, wherever sums, poolings, paddings, concatenations and reshapes stand
 * between; convolutions and fully connected layers take any scale; everything else wants 1. Where
 * wishes differ, that of the first site counts.
 */
final class WantedScales {
  private final Graph graph;
  private final Map<String, Node> byName;
  private final Map<String, List<Node>> consumers;
  private final Map<String, double[]> wishes = new LinkedHashMap<>();

  private WantedScales(Graph graph) {
    this.graph = graph;
    this.byName = graph.byName();
    this.consumers = graph.consumers();
  }

  /** Per node the wanted scales, one per channel; absent where every reader takes any scale. */
  static Map<String, double[]> of(Graph graph) {
    WantedScales wanted = new WantedScales(graph);
    for (Node node : graph.nodes().reversed()) {
      double[] wish = wanted.merged(node);
      if (wish != null) {
        wanted.wishes.put(node.name(), wish);
      }
    }
    return wanted.wishes;
  }

  private double @Nullable [] merged(Node node) {
    double[] merged = null;
    boolean readInAnyScale = false;
    for (Node consumer : consumers.getOrDefault(node.name(), List.of())) {
      for (int i = 0; i < consumer.inputs().size(); i++) {
        if (consumer.inputs().get(i).equals(node.name())) {
          double[] wish = wish(consumer, i, node);
          merged = preferred(merged, wish);
          readInAnyScale |= wish == null;
        }
      }
    }
    if (graph.isOutput(node.name())) {
      merged = preferred(merged, ChannelScales.ones(node.shape().channels()));
      readInAnyScale = true;
    }
    if (merged == null || !readInAnyScale) {
      return merged;
    }
    return Arrays.stream(merged).map(s -> s == ChannelScales.UNREAD ? 1 : s).toArray();
  }

  private static double @Nullable [] preferred(
      double @Nullable [] first, double @Nullable [] second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    double[] both = ChannelScales.common(first, second, ChannelScales.UNREAD);
    if (both != null) {
      return both;
    }
    double[] winner = ChannelScales.areOnes(first) ? second : first;
    return Arrays.stream(winner).map(s -> s == ChannelScales.UNREAD ? 1 : s).toArray();
  }

  /** What {@code consumer} wants of {@code node}, its input number {@code index}. */
  private double @Nullable [] wish(Node consumer, int index, Node node) {
    int channels = node.shape().channels();
    double[] own = wishes.get(consumer.name());
    return switch (consumer.op()) {
      case Op.Conv _, Op.Linear _, Op.Input _, Op.Constant _ -> null;
      case Op.IntegrateFire site -> NormalizeThresholds.thresholds(site, ChannelScales.UNREAD);
      case Op.Relu _, Op.BatchNorm _, Op.NonLinear _ -> ChannelScales.ones(channels);
      case Op.MaxPool _, Op.AveragePool _, Op.Resize _ -> own;
      case Op.Add _ -> own == null ? ChannelScales.ones(channels) : own;
      case Op.Pad pad ->
          own == null
              ? null
              : Arrays.copyOfRange(own, pad.channelsBefore(), pad.channelsBefore() + channels);
      case Op.Concat _ -> {
        int first = 0;
        for (int i = 0; i < index; i++) {
          Node other = byName.get(consumer.inputs().get(i));
          first += other == null ? 0 : other.shape().channels();
        }
        yield own == null ? null : Arrays.copyOfRange(own, first, first + channels);
      }
      case Op.Movement movement ->
          own == null
              ? null
              : ChannelScales.before(
                  own, channels, Movements.channels(movement, node.shape(), consumer.shape()));
    };
  }
}
