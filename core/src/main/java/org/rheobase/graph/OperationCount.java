package org.rheobase.graph;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Dense work and parameters of a network, by node name in topological order.
 *
 * @param macs multiply-accumulates for one image, counted as publications do: every output element
 *     of a convolution reads its whole window, padding included. Operations without weights count
 *     0.
 * @param parameters stored numbers that training or calibration chose: a bias that is all zeros and
 *     the statistics of a batch normalisation are not counted
 */
public record OperationCount(Map<String, Long> macs, Map<String, Long> parameters) {

  public static OperationCount of(Graph graph) {
    Map<String, Long> macs = new LinkedHashMap<>();
    Map<String, Long> parameters = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      macs.put(node.name(), macs(node));
      parameters.put(node.name(), parameters(node.op()));
    }
    return new OperationCount(macs, parameters);
  }

  public long totalMacs() {
    return macs.values().stream().mapToLong(Long::longValue).sum();
  }

  public long totalParameters() {
    return parameters.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Multiply-accumulates of one node for one image (or one step). */
  public static long macs(Node node) {
    return switch (node.op()) {
      case Op.Conv conv -> (long) node.shape().size() * (conv.weight().size() / conv.outChannels());
      case Op.Linear linear -> linear.weight().size();
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
          0;
    };
  }

  private static long parameters(Op op) {
    return switch (op) {
      case Op.Conv conv -> conv.weight().size() + nonZero(conv.bias());
      case Op.Linear linear -> linear.weight().size() + nonZero(linear.bias());
      case Op.BatchNorm norm -> norm.scale().size() + norm.shift().size();
      case Op.IntegrateFire site ->
          site.threshold().size() + nonZero(site.biasCurrent()) + nonZero(site.initialPotential());
      case Op.Input _,
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
          0;
    };
  }

  private static long nonZero(Weights weights) {
    return weights.maxAbs() == 0 ? 0 : weights.size();
  }
}
