package org.rheobase.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;

/**
 * A graph in the making. A transform walks its source in topological order and adds nodes; a node
 * that vanishes becomes an alias of the one that computes its value, and nodes added later read
 * that one.
 */
final class GraphDraft {
  private final Graph source;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, String> aliases = new LinkedHashMap<>();
  private final Map<String, String> outputs = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  GraphDraft(Graph source) {
    this.source = source;
    source.nodes().forEach(n -> taken.add(n.name()));
  }

  /** Adds a node of the source, reading what its inputs became, its shape inferred anew. */
  void add(Node node) {
    add(node.name(), node.op(), node.inputs(), node.shape());
  }

  /** Adds a new node, its shape inferred. */
  void add(String name, Op op, List<String> inputs) {
    if (op instanceof Op.Reshape || op instanceof Op.Input) {
      throw new IllegalArgumentException(op.label() + " needs a declared shape");
    }
    add(name, op, inputs, Shape.of());
  }

  private void add(String name, Op op, List<String> inputs, Shape declared) {
    List<String> resolved = inputs.stream().map(this::resolve).toList();
    List<Shape> shapes = resolved.stream().map(i -> node(i).shape()).toList();
    nodes.put(name, new Node(name, op, resolved, ShapeInference.infer(op, shapes, declared)));
  }

  /** Gives an added node another operation; nodes that read it already must not mind. */
  void replace(String name, Op op) {
    Node old = node(name);
    List<Shape> shapes = old.inputs().stream().map(i -> node(i).shape()).toList();
    nodes.put(
        name, new Node(name, op, old.inputs(), ShapeInference.infer(op, shapes, old.shape())));
  }

  /** From now on, whoever reads {@code name} reads {@code replacement}. */
  void alias(String name, String replacement) {
    aliases.put(name, resolve(replacement));
  }

  /** The node that computes the value of a node of the source. */
  Node resolved(String name) {
    return node(resolve(name));
  }

  /** Makes an output of the network read a node of the draft. */
  void output(String name, String node) {
    outputs.put(name, node);
  }

  /** A name that no node has, the wanted one if possible. */
  String freeName(String wanted) {
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + "." + i;
    }
    return name;
  }

  Graph finish() {
    List<Graph.Output> resolved =
        source.outputs().stream()
            .map(o -> new Graph.Output(o.name(), outputs.getOrDefault(o.name(), resolve(o.node()))))
            .toList();
    return new Graph(source.name(), new ArrayList<>(nodes.values()), resolved).pruned();
  }

  private String resolve(String name) {
    String found = aliases.get(name);
    return found == null ? name : found;
  }

  private Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new IllegalStateException("no node " + name + " has been added yet");
    }
    return node;
  }
}
