package org.rheobase.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network with one image as input: nodes in topological order, each with the shape of its output.
 * Immutable; the constructor checks names, order and shapes.
 *
 * @param name of the model
 * @param nodes the first is the {@link Op.Input}
 * @param outputs what the network returns, by the names that the model file gives them
 */
public record Graph(String name, List<Node> nodes, List<Output> outputs) {

  /**
   * One output of the network.
   *
   * @param name in the model file
   * @param node whose value it is
   */
  public record Output(String name, String node) {}

  public Graph {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Node node : nodes) {
      List<Shape> inputShapes = new ArrayList<>();
      for (String input : node.inputs()) {
        Shape shape = shapes.get(input);
        if (shape == null) {
          throw new IllegalArgumentException(
              "node " + node.name() + " reads " + input + ", which no earlier node computes");
        }
        inputShapes.add(shape);
      }
      if ((node.op() instanceof Op.Input) != shapes.isEmpty()) {
        throw new IllegalArgumentException(
            "exactly the first node must be the input: " + node.name());
      }
      ShapeInference.check(node, inputShapes);
      if (shapes.put(node.name(), node.shape()) != null) {
        throw new IllegalArgumentException("two nodes are called " + node.name());
      }
    }
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("graph " + name + " has no output");
    }
    for (Output output : outputs) {
      if (!shapes.containsKey(output.node())) {
        throw new IllegalArgumentException(
            "output " + output.name() + " reads unknown node " + output.node());
      }
    }
  }

  public Node input() {
    return nodes.get(0);
  }

  public Node node(String nodeName) {
    for (Node node : nodes) {
      if (node.name().equals(nodeName)) {
        return node;
      }
    }
    throw new IllegalArgumentException("no node " + nodeName + " in graph " + name);
  }

  /** Nodes by name, in topological order. */
  public Map<String, Node> byName() {
    Map<String, Node> map = new LinkedHashMap<>();
    nodes.forEach(n -> map.put(n.name(), n));
    return map;
  }

  /** For every node, the nodes that read it, each as often as it does. */
  public Map<String, List<Node>> consumers() {
    Map<String, List<Node>> map = new LinkedHashMap<>();
    nodes.forEach(n -> map.put(n.name(), new ArrayList<>()));
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        map.getOrDefault(input, List.of()).add(node);
      }
    }
    return map;
  }

  public boolean isOutput(String nodeName) {
    return outputs.stream().anyMatch(o -> o.node().equals(nodeName));
  }

  /** The integrate-and-fire populations, in topological order; empty for an artificial network. */
  public List<Node> sites() {
    return nodes.stream().filter(n -> n.op() instanceof Op.IntegrateFire).toList();
  }

  /** Whether this is a spiking network. */
  public boolean isSpiking() {
    return !sites().isEmpty();
  }

  /** The same graph without nodes that no output depends on; the input stays. */
  public Graph pruned() {
    Set<String> live = new HashSet<>();
    outputs.forEach(o -> live.add(o.node()));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (live.contains(nodes.get(i).name())) {
        live.addAll(nodes.get(i).inputs());
      }
    }
    return new Graph(
        name,
        nodes.stream().filter(n -> n.op() instanceof Op.Input || live.contains(n.name())).toList(),
        outputs);
  }
}
