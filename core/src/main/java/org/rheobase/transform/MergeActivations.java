package org.rheobase.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * Makes one node of activations that compute the same: two ReLUs with one cap on one value become
 * one site, and a ReLU of a ReLU whose cap does not bite is dropped.
 */
public final class MergeActivations {
  private MergeActivations() {}

  private record Key(String input, float cap) {}

  public static Graph apply(Graph graph) {
    Map<String, Node> kept = new LinkedHashMap<>();
    Map<String, String> replacedBy = new HashMap<>();
    Map<Key, String> seen = new HashMap<>();
    for (Node original : graph.nodes()) {
      Node node =
          original.withInputs(
              original.inputs().stream().map(i -> replacedBy.getOrDefault(i, i)).toList());
      if (node.op() instanceof Op.Relu relu) {
        Node before = kept.get(node.input());
        if (before != null && before.op() instanceof Op.Relu inner && inner.cap() <= relu.cap()) {
          replacedBy.put(node.name(), before.name());
          continue;
        }
        String twin = seen.putIfAbsent(new Key(node.input(), relu.cap()), node.name());
        if (twin != null) {
          replacedBy.put(node.name(), twin);
          continue;
        }
      }
      kept.put(node.name(), node);
    }
    List<Graph.Output> outputs = new ArrayList<>();
    for (Graph.Output output : graph.outputs()) {
      outputs.add(
          new Graph.Output(output.name(), replacedBy.getOrDefault(output.node(), output.node())));
    }
    return new Graph(graph.name(), List.copyOf(kept.values()), outputs);
  }
}
