package org.rheobase.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.cli.NetworkNode.Kind;
import org.rheobase.cli.report.drawing.Diagram.Mark;

/**
 * Nodes put together into units: a site, or a chain of operations in which each reads the one
 * before and nobody else does. Constants belong to no unit.
 *
 * @param units in topological order
 * @param unitOf the index of a unit, by the names of its nodes
 * @param sources for every unit, the units that it reads
 */
record NetworkUnits(
    List<List<NetworkNode>> units, Map<String, Integer> unitOf, List<Set<Integer>> sources) {
  private static final int LONGEST_CHAIN = 8;

  /**
   * Groups nodes.
   *
   * @param nodes in topological order
   * @param outputs names of nodes whose values leave the network: each ends its chain
   */
  static NetworkUnits of(List<NetworkNode> nodes, Set<String> outputs) {
    return new Grouping(nodes, outputs).run();
  }

  private static final class Grouping {
    private final List<NetworkNode> nodes;
    private final Set<String> outputs;
    private final Map<String, Integer> readers = new HashMap<>();
    private final Map<String, Integer> depth = new HashMap<>();
    private final List<List<NetworkNode>> units = new ArrayList<>();
    private final Map<String, Integer> unitOf = new HashMap<>();

    Grouping(List<NetworkNode> nodes, Set<String> outputs) {
      this.nodes = nodes;
      this.outputs = outputs;
      nodes.forEach(n -> n.inputs().forEach(i -> readers.merge(i, 1, Integer::sum)));
    }

    NetworkUnits run() {
      for (NetworkNode node : nodes) {
        depth.put(
            node.name(),
            1 + node.inputs().stream().mapToInt(i -> depth.getOrDefault(i, 0)).max().orElse(0));
        if (node.kind() == Kind.CONSTANT) {
          continue;
        }
        int unit = unitBefore(node);
        if (unit < 0) {
          unit = units.size();
          units.add(new ArrayList<>());
        }
        units.get(unit).add(node);
        unitOf.put(node.name(), unit);
      }
      return ordered();
    }

    /** The unit that a node continues, or -1. */
    private int unitBefore(NetworkNode node) {
      Set<String> read = new LinkedHashSet<>(node.inputs());
      read.removeIf(i -> !unitOf.containsKey(i));
      boolean joins = read.size() > 1;
      if (node.kind() == Kind.SITE || (joins && node.kind() != Kind.SUM)) {
        return -1;
      }
      int best = -1;
      int deepest = 0;
      for (String input : read) {
        int unit = unitOf.getOrDefault(input, -1);
        // A sum belongs to the longest of its branches; the others are the skip connections.
        if (continues(node, input, units.get(unit)) && depth.getOrDefault(input, 0) > deepest) {
          best = unit;
          deepest = depth.getOrDefault(input, 0);
        }
      }
      return best;
    }

    private boolean continues(NetworkNode node, String input, List<NetworkNode> unit) {
      NetworkNode last = unit.getLast();
      return last.name().equals(input)
          && readers.getOrDefault(input, 0) == 1
          && !outputs.contains(input)
          && unit.size() < LONGEST_CHAIN
          && last.kind() != Kind.INPUT
          && last.kind() != Kind.SITE
          && last.mark() != Mark.REFUSED
          && node.mark() != Mark.REFUSED
          // What a skip connection reaches is the sum, not a layer below it in the same box.
          && (node.kind() != Kind.LAYER || unit.stream().noneMatch(n -> n.kind() == Kind.SUM));
    }

    /** A chain that takes up a late sum may come to stand behind what it reads. */
    private NetworkUnits ordered() {
      List<Integer> order = new ArrayList<>();
      Set<Integer> seen = new HashSet<>();
      // A unit is complete at its last node, and all that it reads is complete before that.
      for (NetworkNode node : nodes) {
        Integer unit = unitOf.get(node.name());
        if (unit != null
            && units.get(unit).getLast().name().equals(node.name())
            && seen.add(unit)) {
          order.add(unit);
        }
      }
      Map<Integer, Integer> position = new HashMap<>();
      order.forEach(u -> position.put(u, position.size()));
      Map<String, Integer> index = new HashMap<>();
      unitOf.forEach((name, unit) -> index.put(name, position.getOrDefault(unit, 0)));
      List<List<NetworkNode>> sorted = order.stream().map(u -> List.copyOf(units.get(u))).toList();
      List<Set<Integer>> sources = new ArrayList<>();
      for (int u = 0; u < sorted.size(); u++) {
        Set<Integer> from = new LinkedHashSet<>();
        for (NetworkNode node : sorted.get(u)) {
          for (String input : node.inputs()) {
            Integer source = index.get(input);
            if (source != null && source != u) {
              from.add(source);
            }
          }
        }
        sources.add(from);
      }
      return new NetworkUnits(sorted, index, sources);
    }
  }
}
