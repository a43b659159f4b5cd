package org.rheobase.sim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Tail;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.ValueKinds;

/**
 * What both simulators know about a spiking graph before they run it.
 *
 * @param kinds of every node
 * @param largestCounts the most spikes that one element of a value of spikes or counts stands for
 * @param currents of every site
 * @param units of every site, if the network is quantised
 * @param tail nodes that are applied once to the averaged output
 * @param averaged nodes whose values are averaged over time: what the tail computes the first
 *     output from, or that output itself
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
    Tail tail = Tail.of(graph);
    return new SpikingStructure(
        graph,
        kinds,
        ValueKinds.largestCounts(graph),
        currents,
        SiteUnits.of(graph, currents),
        tail.nodes(),
        tail.averagedFor(graph, graph.outputs().get(0).node()));
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

  /** What one event may stand for: 1 where spikes are single, at least 2 where they are counted. */
  int largestEvent(String name) {
    return kind(name) == ValueKind.COUNTS ? Math.max(2, largestCount(name)) : 1;
  }

  /**
   * Whether a node before the tail is a convolution of constants or analog values: the first layer,
   * linear islands, a classifier behind an average pooling. Its sums are in single precision;
   * whatever else is not exact in integers is in double precision.
   */
  boolean isSingle(Node node) {
    return (node.op() instanceof Op.Conv || node.op() instanceof Op.Linear)
        && !kind(node.input()).isSpikeDriven();
  }

  /** The node that the network's first output names. */
  String output() {
    return graph.outputs().get(0).node();
  }
}
