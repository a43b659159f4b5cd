package org.rheobase.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.ValueKinds;

/**
 * What both simulators know about a spiking graph before they run it.
 *
 * @param kinds of every node
 * @param largestCounts the most spikes that one element of a value of spikes or counts stands for
 * @param currents of every site
 * @param units of every site, if the network is quantised
 * @param tail nodes that are applied once to the averaged output: the first Softmax or Relu after
 *     the last site and everything downstream of it
 * @param averaged nodes whose values are averaged over time: what the tail reads, or the output
 *     itself when there is no tail
 */
record SpikingStructure(
    Graph graph,
    Map<String, ValueKind> kinds,
    Map<String, Integer> largestCounts,
    Map<String, Current> currents,
    SiteUnits units,
    Set<String> tail,
    List<String> averaged) {

  static SpikingStructure of(Graph graph) {
    if (!graph.isSpiking()) {
      throw new MisuseException(
          "network "
              + graph.name()
              + " has no integrate-and-fire site, expected a spiking network: convert it first");
    }
    Map<String, ValueKind> kinds = ValueKinds.of(graph);
    Map<String, Node> byName = graph.byName();
    Map<String, List<Node>> readers = graph.consumers();
    Map<String, Current> currents = new LinkedHashMap<>();
    for (Node site : graph.sites()) {
      currents.put(site.name(), Current.of(graph, byName, kinds, readers, site));
    }
    Set<String> tail = tail(graph, kinds);
    return new SpikingStructure(
        graph,
        kinds,
        ValueKinds.largestCounts(graph),
        currents,
        SiteUnits.of(graph, currents),
        tail,
        averaged(graph, tail));
  }

  ValueKind kind(String node) {
    return kinds.getOrDefault(node, ValueKind.ANALOG);
  }

  Current current(String site) {
    Current current = currents.get(site);
    if (current == null) {
      throw new IllegalArgumentException("no site " + site);
    }
    return current;
  }

  /** The most spikes that one element of a value of spikes or counts can stand for. */
  int largestCount(String name) {
    Integer largest = largestCounts.get(name);
    if (largest == null) {
      throw new IllegalArgumentException(name + " is no count of spikes");
    }
    return largest;
  }

  /** The node that the network's first output names. */
  String output() {
    return graph.outputs().get(0).node();
  }

  private static Set<String> tail(Graph graph, Map<String, ValueKind> kinds) {
    Set<String> beforeSites = new HashSet<>();
    List<Node> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.op() instanceof Op.IntegrateFire || beforeSites.contains(node.name())) {
        beforeSites.addAll(node.inputs());
      }
    }
    Set<String> tail = new LinkedHashSet<>();
    for (Node node : nodes) {
      boolean isNonLinear =
          (node.op() instanceof Op.Softmax || node.op() instanceof Op.Relu)
              && kinds.get(node.name()) != ValueKind.CONSTANT;
      if (!beforeSites.contains(node.name())
          && (isNonLinear || node.inputs().stream().anyMatch(tail::contains))) {
        tail.add(node.name());
      }
    }
    return tail;
  }

  private static List<String> averaged(Graph graph, Set<String> tail) {
    String output = graph.outputs().get(0).node();
    if (!tail.contains(output)) {
      return List.of(output);
    }
    Set<String> read = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (tail.contains(node.name())) {
        read.addAll(node.inputs());
      }
    }
    read.removeAll(tail);
    return new ArrayList<>(read);
  }
}
