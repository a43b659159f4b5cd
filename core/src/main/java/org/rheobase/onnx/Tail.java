package org.rheobase.onnx;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * The non-linear end of a network: every softmax and what follows it. It works on the average over
 * the counted steps; all before it works step by step.
 *
 * @param nodes names of the tail's nodes
 * @param averaged names of the nodes that are averaged over time, each with the name of the first
 *     output it serves, and a number behind it from that output's second on
 */
record Tail(Set<String> nodes, Map<String, String> averaged) {

  /** Whether {@code op} may follow a softmax. */
  static boolean mayContain(Op op) {
    return switch (op) {
      case Op.Softmax _, Op.Reshape _, Op.Identity _, Op.Concat _ -> true;
      case Op.Input _,
          Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.MaxPool _,
          Op.AveragePool _,
          Op.Pad _,
          Op.Add _,
          Op.IntegrateFire _ ->
          false;
    };
  }

  /**
   * Finds the tail.
   *
   * @throws IllegalArgumentException when a node of the tail is no longer a tail's, or leads
   *     nowhere
   */
  static Tail of(Graph graph) {
    Set<String> tail = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Softmax || node.inputs().stream().anyMatch(tail::contains)) {
        if (!mayContain(node.op())) {
          throw new IllegalArgumentException(
              "node " + node.name() + " (" + node.op().label() + ") reads a softmax");
        }
        tail.add(node.name());
      }
    }
    Map<String, Node> byName = graph.byName();
    Map<String, String> averaged = new LinkedHashMap<>();
    Set<String> reached = new HashSet<>();
    for (Graph.Output output : graph.outputs()) {
      Set<String> cuts = new LinkedHashSet<>();
      collect(output.node(), byName, tail, reached, cuts);
      int number = 1;
      for (String cut : cuts) {
        averaged.putIfAbsent(cut, output.name() + (number == 1 ? "" : String.valueOf(number)));
        number++;
      }
    }
    if (!reached.containsAll(tail)) {
      throw new IllegalArgumentException("a softmax leads to no output; prune the graph");
    }
    return new Tail(tail, averaged);
  }

  private static void collect(
      String name,
      Map<String, Node> byName,
      Set<String> tail,
      Set<String> reached,
      Set<String> cuts) {
    if (!tail.contains(name)) {
      cuts.add(name);
      return;
    }
    reached.add(name);
    Node node = byName.get(name);
    if (node != null) {
      node.inputs().forEach(input -> collect(input, byName, tail, reached, cuts));
    }
  }
}
