package org.rheobase.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.error.UnsupportedModelException;

/**
 * The {@link ValueKind} of every node. In a spiking network the {@link Op.IntegrateFire} nodes emit
 * spikes and a remaining {@link Op.Relu} is analog; in an artificial one every Relu counts as the
 * site that it will become.
 */
public final class ValueKinds {
  private ValueKinds() {}

  /** Kinds by node name, in topological order. */
  public static Map<String, ValueKind> of(Graph graph) {
    boolean spiking = graph.isSpiking();
    Map<String, ValueKind> kinds = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      List<ValueKind> inputs =
          node.inputs().stream().map(i -> kinds.getOrDefault(i, ValueKind.ANALOG)).toList();
      kinds.put(node.name(), kind(node.op(), inputs, spiking));
    }
    return kinds;
  }

  /**
   * The largest value that a node of kind {@link ValueKind#SPIKES} or {@link ValueKind#COUNTS} can
   * take in a normalised network, 1 for spikes; nodes of other kinds are absent.
   */
  public static Map<String, Integer> largestCounts(Graph graph) {
    Map<String, Integer> largest = new LinkedHashMap<>();
    Map<String, ValueKind> kinds = of(graph);
    for (Node node : graph.nodes()) {
      ValueKind kind = kinds.get(node.name());
      if (kind != null && kind.isSpikeDriven()) {
        try {
          largest.put(node.name(), largest(node, largest));
        } catch (ArithmeticException e) {
          throw new UnsupportedModelException(
              "model "
                  + graph.name()
                  + ": node "
                  + node.name()
                  + " adds up more than 2^31 - 1 spikes, expected fewer; put a neuron in between",
              e);
        }
      }
    }
    return largest;
  }

  /**
   * Whether every site has threshold 1, or is dead, so that spikes are bits. False for a network
   * without sites.
   */
  public static boolean isNormalized(Graph graph) {
    return graph.isSpiking()
        && graph.sites().stream()
            .allMatch(n -> {
              for (float theta : ((Op.IntegrateFire) n.op()).threshold().values()) {
                if (theta > 0 && theta != 1) {
                  return false;
                }
              }
              return true;
            });
  }

  /**
   * Whether a convolution is an average pooling in disguise: depthwise, one positive constant as
   * every weight, no bias, more than one cell.
   */
  public static boolean isPooling(Op.Conv conv) {
    float first = conv.weight().get(0);
    return conv.weight().dim(2) * conv.weight().dim(3) > 1 && first > 0 && isConstant(conv, first);
  }

  /**
   * Whether a convolution adds up the cells of its window, more than one, channel by channel: an
   * average pooling whose divisor stands in the weights that follow it.
   */
  public static boolean isSum(Op.Conv conv) {
    return isPooling(conv) && conv.weight().get(0) == 1;
  }

  /** Whether a node is a population of neurons, or will be one after conversion. */
  public static boolean isSite(Node node, boolean spiking) {
    return spiking ? node.op() instanceof Op.IntegrateFire : node.op() instanceof Op.Relu;
  }

  private static boolean isConstant(Op.Conv conv, float value) {
    if (!conv.isDepthwise() || conv.bias().maxAbs() != 0) {
      return false;
    }
    for (float w : conv.weight().values()) {
      if (w != value) {
        return false;
      }
    }
    return true;
  }

  private static ValueKind kind(Op op, List<ValueKind> inputs, boolean spiking) {
    return switch (op) {
      case Op.Input _ -> ValueKind.CONSTANT;
      case Op.IntegrateFire _ -> ValueKind.SPIKES;
      case Op.Relu _ -> spiking ? constantOrAnalog(inputs) : ValueKind.SPIKES;
      case Op.Conv conv ->
          inputs.get(0).isSpikeDriven() && (spiking ? isSum(conv) : isPooling(conv))
              ? ValueKind.COUNTS
              : constantOrAnalog(inputs);
      case Op.Add _ ->
          // In an artificial network the heights of spikes are not known yet.
          spiking && inputs.stream().allMatch(ValueKind::isSpikeDriven)
              ? ValueKind.COUNTS
              : constantOrAnalog(inputs);
      case Op.Constant _ -> ValueKind.CONSTANT;
      case Op.Linear _, Op.BatchNorm _, Op.AveragePool _, Op.Resize _, Op.NonLinear _ ->
          constantOrAnalog(inputs);
      case Op.MaxPool _, Op.Pad _, Op.Movement _ -> inputs.get(0);
      case Op.Concat _ -> inputs.stream().reduce(ValueKind::beside).orElse(ValueKind.ANALOG);
    };
  }

  private static ValueKind constantOrAnalog(List<ValueKind> inputs) {
    return inputs.stream().allMatch(k -> k == ValueKind.CONSTANT)
        ? ValueKind.CONSTANT
        : ValueKind.ANALOG;
  }

  private static int largest(Node node, Map<String, Integer> largest) {
    List<Integer> inputs = node.inputs().stream().map(i -> largest.getOrDefault(i, 1)).toList();
    return switch (node.op()) {
      case Op.Conv conv ->
          Math.multiplyExact(
              inputs.get(0), Math.multiplyExact(conv.weight().dim(2), conv.weight().dim(3)));
      case Op.Add _ -> inputs.stream().reduce(0, Math::addExact);
      case Op.MaxPool _, Op.Pad _, Op.Movement _ -> inputs.get(0);
      case Op.Concat _ -> inputs.stream().reduce(1, Math::max);
      case Op.Input _,
          Op.IntegrateFire _,
          Op.Relu _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.AveragePool _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _ ->
          1;
    };
  }
}
