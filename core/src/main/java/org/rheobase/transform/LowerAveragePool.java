package org.rheobase.transform;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

/**
 * Rewrites average pooling in front of neurons as what it is to spikes: a depthwise convolution
 * with the constant weight {@code 1/(kh kw)} (S1, "Convert AP"), under the pooling's name. A
 * pooling whose divisor differs at the border stays, and so does one that no neuron follows, such
 * as the global pooling before the classifier.
 */
public final class LowerAveragePool {
  /** What becomes of the averaged spikes. */
  public enum Mode {
    /** The layer behind receives averages of spikes: small integers, the divisor in its weights. */
    LINEAR,
    /**
     * Neurons of their own, {@code <pool>.relu}, turn the averages into spikes again. Only where
     * the averages cannot be negative, so that the artificial network stays the same.
     */
    SPIKING
  }

  private LowerAveragePool() {}

  public static Graph apply(Graph graph, Mode mode) {
    Set<String> beforeSites = beforeSites(graph);
    Set<String> nonNegative = NonNegative.of(graph);
    Map<String, List<Node>> consumers = graph.consumers();
    GraphDraft draft = new GraphDraft(graph);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.AveragePool pool
          && isUniform(pool)
          && beforeSites.contains(node.name())) {
        draft.add(node.name(), asConvolution(pool, node.shape().channels()), node.inputs());
        boolean reachesReluAnyway =
            !graph.isOutput(node.name())
                && consumers.getOrDefault(node.name(), List.of()).stream()
                    .allMatch(n -> n.op() instanceof Op.Relu);
        if (mode == Mode.SPIKING && nonNegative.contains(node.input()) && !reachesReluAnyway) {
          String neuron = draft.freeName(node.name() + ".relu");
          draft.add(neuron, new Op.Relu(Float.POSITIVE_INFINITY), List.of(node.name()));
          draft.alias(node.name(), neuron);
        }
      } else {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  /** Whether every window of the pooling is divided by the same number, its cells. */
  public static boolean isUniform(Op.AveragePool pool) {
    return !pool.window().isPadded()
        || (pool.countIncludePad() && pool.overhangHeight() == 0 && pool.overhangWidth() == 0);
  }

  /** Names of the nodes on which a Relu, or a population of neurons, depends. */
  static Set<String> beforeSites(Graph graph) {
    Set<String> before = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      boolean site = node.op() instanceof Op.Relu || node.op() instanceof Op.IntegrateFire;
      if (site || before.contains(node.name())) {
        before.addAll(node.inputs());
      }
    }
    return before;
  }

  private static Op.Conv asConvolution(Op.AveragePool pool, int channels) {
    int kh = pool.window().kernelHeight();
    int kw = pool.window().kernelWidth();
    Weights constant = Weights.filled(channels * kh * kw, (float) (1.0 / (kh * kw)));
    return new Op.Conv(
        Weights.of(constant.values(), channels, 1, kh, kw),
        Weights.filled(channels, 0),
        pool.window(),
        channels);
  }
}
