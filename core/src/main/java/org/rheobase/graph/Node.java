package org.rheobase.graph;

import java.util.List;

/**
 * One operation in a graph.
 *
 * @param name unique in its graph; the name in the model file where it has one
 * @param inputs names of the nodes whose values it reads, in order
 * @param shape the shape of its one output, without the batch dimension
 */
public record Node(String name, Op op, List<String> inputs, Shape shape) {
  public Node {
    inputs = List.copyOf(inputs);
  }

  public Node withOp(Op newOp) {
    return new Node(name, newOp, inputs, shape);
  }

  public Node withInputs(List<String> newInputs) {
    return new Node(name, op, newInputs, shape);
  }

  /** The only input of a node with one. */
  public String input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException("node " + name + " has " + inputs.size() + " inputs, not 1");
    }
    return inputs.get(0);
  }
}
