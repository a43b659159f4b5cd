package org.rheobase.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a network falls apart between its sites, the populations of neurons: {@link Op.IntegrateFire}
 * nodes of a spiking network, {@link Op.Relu} nodes of an artificial one.
 *
 * @param modules one per site, in topological order
 * @param islands convolutions and fully connected layers that read what another one wrote with no
 *     site between: exact, but not spike-driven. Poolings written as depthwise convolutions do not
 *     count, nor does what depends on the image only. The tail's are included.
 * @param tail nodes after the last site: no site depends on them
 * @param kinds of value by node name
 */
public record SpikingModules(
    List<SpikingModule> modules,
    List<Node> islands,
    List<Node> tail,
    Map<String, ValueKind> kinds) {

  /**
   * A site and the linear subgraph that feeds it.
   *
   * @param graph that it is part of
   */
  public record SpikingModule(Node site, Graph graph) {
    /**
     * Everything between the site and the sites before it or the image, in topological order. A
     * node that feeds several sites is in the module of each.
     */
    public List<Node> linear() {
      return linearBefore(graph, site);
    }
  }

  public static SpikingModules of(Graph graph) {
    boolean spiking = graph.isSpiking();
    Map<String, ValueKind> kinds = ValueKinds.of(graph);
    List<SpikingModule> modules = new ArrayList<>();
    List<Node> islands = new ArrayList<>();
    Set<String> beforeSites = new HashSet<>();
    Set<String> afterLayer = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean layer = isLayer(node.op());
      boolean reached = node.inputs().stream().anyMatch(afterLayer::contains);
      if (layer && reached) {
        islands.add(node);
      }
      if (ValueKinds.isSite(node, spiking)) {
        modules.add(new SpikingModule(node, graph));
      } else if ((layer || reached) && kinds.get(node.name()) != ValueKind.CONSTANT) {
        afterLayer.add(node.name());
      }
    }
    for (Node node : graph.nodes().reversed()) {
      if (ValueKinds.isSite(node, spiking) || beforeSites.contains(node.name())) {
        beforeSites.addAll(node.inputs());
      }
    }
    List<Node> tail =
        graph.nodes().stream()
            .filter(n -> !ValueKinds.isSite(n, spiking) && !beforeSites.contains(n.name()))
            .toList();
    return new SpikingModules(modules, islands, tail, kinds);
  }

  /**
   * Whether a convolution or fully connected layer reads spikes, so that its work is synaptic
   * operations.
   */
  public boolean isSpikeDriven(Node node) {
    return (node.op() instanceof Op.Conv || node.op() instanceof Op.Linear)
        && kind(node.input()).isSpikeDriven();
  }

  public ValueKind kind(String node) {
    ValueKind kind = kinds.get(node);
    if (kind == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return kind;
  }

  private static boolean isLayer(Op op) {
    return op instanceof Op.Linear || (op instanceof Op.Conv c && !ValueKinds.isPooling(c));
  }

  private static List<Node> linearBefore(Graph graph, Node site) {
    boolean spiking = graph.isSpiking();
    Map<String, Node> byName = graph.byName();
    Set<String> found = new HashSet<>();
    List<String> open = new ArrayList<>(site.inputs());
    while (!open.isEmpty()) {
      String name = open.removeLast();
      Node node = byName.get(name);
      if (node != null
          && !(node.op() instanceof Op.Input)
          && !(node.op() instanceof Op.Softmax)
          && !ValueKinds.isSite(node, spiking)
          && found.add(name)) {
        open.addAll(node.inputs());
      }
    }
    return graph.nodes().stream().filter(n -> found.contains(n.name())).toList();
  }
}
