package org.rheobase.transform;

import java.util.HashSet;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

/** Which values can be proven to be at least 0 for every image. */
final class NonNegative {
  private NonNegative() {}

  /** Names of the nodes whose values are. */
  static Set<String> of(Graph graph) {
    Set<String> proven = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean inputs = proven.containsAll(node.inputs());
      boolean holds =
          switch (node.op()) {
            case Op.Input _, Op.BatchNorm _, Op.InstanceNorm _ -> false;
            case Op.Relu _, Op.IntegrateFire _, Op.Softmax _ -> true;
            case Op.Constant constant -> holds(constant.values());
            case Op.Pointwise pointwise -> pointwise.function().isNonNegative();
            case Op.Conv conv -> inputs && holds(conv.weight()) && holds(conv.bias());
            case Op.Linear linear -> inputs && holds(linear.weight()) && holds(linear.bias());
            case Op.MaxPool _,
                Op.AveragePool _,
                Op.Pad _,
                Op.Add _,
                Op.Concat _,
                Op.Movement _,
                Op.Resize _,
                Op.Multiply _,
                Op.Divide _,
                Op.LocalResponseNorm _,
                Op.Reduce _ ->
                inputs;
          };
      if (holds) {
        proven.add(node.name());
      }
    }
    return proven;
  }

  private static boolean holds(Weights weights) {
    for (float w : weights.values()) {
      if (!(w >= 0)) {
        return false;
      }
    }
    return true;
  }
}
