package org.rheobase.calibrate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/**
 * The layer whose weights are calibrated for a site: of those whose sum is the site's current, the
 * one deepest in the network, so that a block's shortcut stays as it is (S1). Average pooling in
 * the form of a convolution stays too, and so does a layer that others read or that has more than
 * 16 M weights, whose training would take gigabytes of memory.
 *
 * @param node the convolution or fully connected layer
 * @param conv its operation as a convolution
 * @param input the shape that {@code conv} reads
 */
record TrainedLayer(Node node, Op.Conv conv, Shape input) {
  private static final int MOST_WEIGHTS = 16 << 20;

  static Optional<TrainedLayer> of(Graph snn, Node site) {
    Map<String, Node> byName = snn.byName();
    Map<String, Integer> depth = new HashMap<>();
    for (Node node : snn.nodes()) {
      int deepest = 0;
      for (String input : node.inputs()) {
        deepest = Math.max(deepest, depth.getOrDefault(input, 0));
      }
      depth.put(node.name(), deepest + 1);
    }
    Map<String, List<Node>> consumers = snn.consumers();
    return new Search(snn, byName, consumers, depth)
        .below(site)
        .map(node -> of(node, byName.getOrDefault(node.input(), node).shape()))
        .filter(layer -> layer.conv().weight().size() <= MOST_WEIGHTS);
  }

  private static TrainedLayer of(Node node, Shape input) {
    return switch (node.op()) {
      case Op.Conv conv -> new TrainedLayer(node, conv, input);
      case Op.Linear linear ->
          new TrainedLayer(node, linear.asConvolution(), Shape.of(linear.inFeatures(), 1, 1));
      default -> throw new IllegalArgumentException(node.op().label() + " has no weights");
    };
  }

  /** The node's operation with other weights, in the order of the old ones. */
  Op with(float[] weights) {
    return switch (node.op()) {
      case Op.Conv c -> c.with(new Weights(c.weight().dims(), weights), c.bias());
      case Op.Linear l -> new Op.Linear(new Weights(l.weight().dims(), weights), l.bias());
      default -> throw new IllegalStateException(node.op().label() + " has no weights");
    };
  }

  private record Search(
      Graph snn,
      Map<String, Node> byName,
      Map<String, List<Node>> consumers,
      Map<String, Integer> depth) {

    /** The deepest layer among the terms of what a node reads. */
    Optional<Node> below(Node reader) {
      return reader.inputs().stream()
          .map(byName::get)
          .filter(term -> term != null && isReadOnce(term))
          .flatMap(term -> at(term).stream())
          .reduce(
              (a, b) -> depth.getOrDefault(b.name(), 0) > depth.getOrDefault(a.name(), 0) ? b : a);
    }

    private Optional<Node> at(Node term) {
      return switch (term.op()) {
        case Op.Conv conv -> conv.isPooling() ? Optional.empty() : Optional.of(term);
        case Op.Linear _ -> Optional.of(term);
        case Op.Add _, Op.Identity _ -> below(term);
        case Op.Input _,
            Op.BatchNorm _,
            Op.Relu _,
            Op.MaxPool _,
            Op.AveragePool _,
            Op.Pad _,
            Op.Concat _,
            Op.Reshape _,
            Op.Transpose _,
            Op.Select _,
            Op.Resize _,
            Op.Constant _,
            Op.NonLinear _,
            Op.IntegrateFire _ ->
            Optional.empty();
      };
    }

    private boolean isReadOnce(Node node) {
      return !snn.isOutput(node.name())
          && consumers.getOrDefault(node.name(), List.of()).size() == 1;
    }
  }
}
