package org.rheobase.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The non-linear end of a spiking network: everything from the first operation behind the last site
 * that is not linear. It works on the average over the counted steps; all before it works step by
 * step.
 *
 * @param nodes names of the tail's nodes
 * @param averaged names of the nodes that are averaged over time, each with the name of the first
 *     output it serves, and a number behind it from that output's second on
 */
public record Tail(Set<String> nodes, Map<String, String> averaged) {

  /** Finds the tail of a graph without nodes that lead nowhere. */
  public static Tail of(Graph graph) {
    Set<String> beforeSites = beforeSites(graph);
    Map<String, ValueKind> kinds = ValueKinds.of(graph);
    Set<String> tail = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      boolean begins =
          node.op() instanceof Op.Constant
              || ((node.op() instanceof Op.NonLinear
                      || node.op() instanceof Op.Relu
                      || node.op() instanceof Op.MaxPool)
                  && kinds.get(node.name()) != ValueKind.CONSTANT);
      if (!beforeSites.contains(node.name())
          && (begins || node.inputs().stream().anyMatch(tail::contains))) {
        tail.add(node.name());
      }
    }
    Map<String, String> averaged = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    graph.outputs().forEach(output -> taken.add(output.name()));
    for (Graph.Output output : graph.outputs()) {
      int number = 1;
      for (String cut : cuts(graph, tail, output.node())) {
        String name = output.name();
        while (number > 1 && !taken.add(output.name() + number)) {
          number++;
        }
        averaged.putIfAbsent(cut, number == 1 ? name : name + number);
        number++;
      }
    }
    return new Tail(tail, averaged);
  }

  /**
   * The nodes whose averages one node of the tail, or an averaged node itself, is computed from.
   */
  public List<String> averagedFor(Graph graph, String node) {
    return List.copyOf(cuts(graph, nodes, node));
  }

  private static Set<String> cuts(Graph graph, Set<String> tail, String node) {
    Map<String, Node> byName = graph.byName();
    Set<String> cuts = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      String name = open.pop();
      Node found = byName.get(name);
      if (!tail.contains(name)) {
        cuts.add(name);
      } else if (found != null && seen.add(name)) {
        found.inputs().reversed().forEach(open::push);
      }
    }
    return cuts;
  }

  private static Set<String> beforeSites(Graph graph) {
    Set<String> before = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.op() instanceof Op.IntegrateFire || before.contains(node.name())) {
        before.addAll(node.inputs());
      }
    }
    return before;
  }
}
