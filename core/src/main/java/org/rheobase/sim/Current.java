package org.rheobase.sim;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.Window;

/**
 * The input current of a site as an expression over values that exist on their own: spikes, sums of
 * spikes, constants and analog values. Leaves are rounded to the site's units as they enter; the
 * operations above them (sums, maxima, concatenation, padding) are exact on that grid.
 */
sealed interface Current {
  /** {@code [c,h,w]} or {@code [c]}. */
  Shape shape();

  /**
   * A convolution of spikes or counts.
   *
   * @param node the convolution or fully connected layer
   * @param conv its operation; a fully connected layer is a 1x1 convolution of one position
   * @param input the node whose spikes it reads, of shape {@code inShape}
   */
  record Synapses(Node node, Op.Conv conv, Node input, Shape inShape) implements Current {
    @Override
    public Shape shape() {
      return node.shape();
    }
  }

  /** Spikes or counts that enter as they are, with weight 1. */
  record Direct(Node node) implements Current {
    @Override
    public Shape shape() {
      return node.shape();
    }
  }

  /** A constant or analog value. */
  record Value(Node node, boolean isConstant) implements Current {
    @Override
    public Shape shape() {
      return node.shape();
    }
  }

  record Sum(List<Current> terms) implements Current {
    @Override
    public Shape shape() {
      return terms.get(0).shape();
    }
  }

  /** The maximum of the instantaneous current over windows. */
  record Maximum(Window window, Current of, Shape shape) implements Current {}

  record Concatenation(List<Current> parts, Shape shape) implements Current {}

  record Padded(Op.Pad pad, Current of, Shape shape) implements Current {}

  /**
   * The current that feeds {@code site}. Operations that several nodes read are leaves: they are
   * computed once, as analog values, except for convolutions of spikes.
   */
  static Current of(
      Graph graph,
      Map<String, Node> byName,
      Map<String, ValueKind> kinds,
      Map<String, List<Node>> readers,
      Node site) {
    return new Builder(graph, byName, kinds, readers).build(named(byName, site.input()));
  }

  /** A convolution or fully connected layer as a convolution. */
  static Op.Conv asConvolution(Op op) {
    return switch (op) {
      case Op.Conv conv -> conv;
      case Op.Linear linear -> linear.asConvolution();
      case Op.Input _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.MaxPool _,
          Op.AveragePool _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Movement _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          throw new IllegalArgumentException(op.label() + " is no convolution");
    };
  }

  /** Every leaf, from left to right. */
  default Stream<Current> leaves() {
    return switch (this) {
      case Synapses _, Direct _, Value _ -> Stream.of(this);
      case Sum sum -> sum.terms().stream().flatMap(Current::leaves);
      case Maximum max -> max.of().leaves();
      case Concatenation cat -> cat.parts().stream().flatMap(Current::leaves);
      case Padded padded -> padded.of().leaves();
    };
  }

  private static Node named(Map<String, Node> byName, String name) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return node;
  }

  /** Walks from a site towards its sources. */
  record Builder(
      Graph graph,
      Map<String, Node> byName,
      Map<String, ValueKind> kinds,
      Map<String, List<Node>> readers) {

    private Current build(Node node) {
      ValueKind kind = kinds.getOrDefault(node.name(), ValueKind.ANALOG);
      if (kind.isSpikeDriven()) {
        return new Direct(node);
      }
      Current value = new Value(node, kind == ValueKind.CONSTANT);
      if (kind == ValueKind.CONSTANT) {
        return value;
      }
      boolean isShared =
          readers.getOrDefault(node.name(), List.of()).size() > 1 || graph.isOutput(node.name());
      return switch (node.op()) {
        case Op.Conv _, Op.Linear _ -> {
          Node input = named(byName, node.input());
          yield kinds.getOrDefault(input.name(), ValueKind.ANALOG).isSpikeDriven()
              ? new Synapses(node, asConvolution(node.op()), input, input.shape())
              : value;
        }
        case Op.Add _ -> isShared ? value : new Sum(parts(node));
        case Op.Concat _ -> isShared ? value : new Concatenation(parts(node), node.shape());
        case Op.MaxPool pool ->
            isShared ? value : new Maximum(pool.window(), part(node), node.shape());
        case Op.Pad pad -> isShared ? value : new Padded(pad, part(node), node.shape());
        case Op.Identity _ -> isShared ? value : part(node);
        case Op.Reshape _ ->
            isShared || node.shape().area() > 1 || part(node).shape().area() > 1
                ? value
                : part(node);
        case Op.Transpose _, Op.Select _ -> value;
        case Op.Input _,
            Op.BatchNorm _,
            Op.Relu _,
            Op.AveragePool _,
            Op.Resize _,
            Op.Constant _,
            Op.NonLinear _,
            Op.IntegrateFire _ ->
            value;
      };
    }

    private Current part(Node node) {
      return build(named(byName, node.input()));
    }

    private List<Current> parts(Node node) {
      return node.inputs().stream().map(name -> build(named(byName, name))).toList();
    }
  }
}
