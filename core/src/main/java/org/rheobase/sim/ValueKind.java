package org.rheobase.sim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/** What a node's value is while the network runs. */
enum ValueKind {
  /** Depends on the image alone: the same at every step. */
  CONSTANT,
  /** Spikes of one step: 0, or the threshold of the neuron. */
  SPIKES,
  /** Sums of spikes of one step: small integers when spikes are bits. */
  COUNTS,
  /** Real values that change from step to step. */
  ANALOG;

  /** Whether the value is mostly zeros and cheap to follow event by event. */
  boolean isEvents() {
    return this == SPIKES || this == COUNTS;
  }

  /** The kind of every node, in topological order. */
  static Map<String, ValueKind> of(Graph graph) {
    Map<String, ValueKind> kinds = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      kinds.put(
          node.name(),
          of(node.op(), node.inputs().stream().map(i -> kinds.getOrDefault(i, CONSTANT)).toList()));
    }
    return kinds;
  }

  /**
   * Whether a convolution only adds up its window: depthwise, more than one cell, every weight 1,
   * no bias. Such a convolution is pooling; its 1/k² stands in the weights that follow it.
   */
  static boolean isSummedPool(Op.Conv conv) {
    if (!conv.isDepthwise()
        || conv.inChannels() != conv.outChannels()
        || conv.window().kernelHeight() * conv.window().kernelWidth() == 1) {
      return false;
    }
    for (float w : conv.weight().values()) {
      if (w != 1f) {
        return false;
      }
    }
    return conv.bias().maxAbs() == 0f;
  }

  private static ValueKind of(Op op, List<ValueKind> inputs) {
    if (op instanceof Op.IntegrateFire) {
      return SPIKES;
    }
    if (inputs.stream().allMatch(k -> k == CONSTANT)) {
      return CONSTANT;
    }
    boolean events = inputs.stream().allMatch(ValueKind::isEvents);
    return switch (op) {
      case Op.Conv conv -> events && isSummedPool(conv) ? COUNTS : ANALOG;
      case Op.Add _ -> events ? COUNTS : ANALOG;
      case Op.Concat _, Op.MaxPool _, Op.Pad _, Op.Reshape _, Op.Identity _ ->
          !events ? ANALOG : inputs.contains(COUNTS) ? COUNTS : SPIKES;
      case Op.Input _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.AveragePool _,
          Op.Softmax _,
          Op.IntegrateFire _ ->
          ANALOG;
    };
  }
}
