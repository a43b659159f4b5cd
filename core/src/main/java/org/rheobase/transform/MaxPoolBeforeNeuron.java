package org.rheobase.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.ValueKinds;

/**
 * Swaps a maximum pooling with the Relu in front of it (S2 Theorem 2: both are monotone, so is the
 * clipping of a capped Relu), so that in the spiking network the pooling works on currents and the
 * neurons stand behind it. Chains of poolings move one by one. Behind a concatenation, every branch
 * gets its own pooling.
 *
 * <p>A Relu that others read as well stays for them; behind the pooling stands a second one, {@code
 * <relu>.pooled}, which reads the pooled pre-activation. It is a site of its own: a layer that it
 * feeds spikes at the pooled resolution. Giving both the same threshold keeps their common current
 * in one unit.
 */
public final class MaxPoolBeforeNeuron {
  private MaxPoolBeforeNeuron() {}

  public static Graph apply(Graph graph) {
    Graph current = graph.pruned();
    for (Graph next = step(current); next != null; next = step(current)) {
      current = next;
    }
    return current;
  }

  /**
   * Whether a maximum pooling, once in front of its neurons, keeps its value in the spiking
   * network: its input is then a current that is the same at every step. Otherwise the mean of the
   * maximum exceeds the maximum of the means.
   */
  public static boolean exact(Graph graph, Node pool) {
    return isConstant(graph, pool.input(), ValueKinds.of(graph));
  }

  private static boolean isConstant(Graph graph, String name, Map<String, ValueKind> kinds) {
    if (kinds.get(name) == ValueKind.CONSTANT) {
      return true;
    }
    Node node = graph.node(name);
    return switch (node.op()) {
      case Op.Relu _, Op.Concat _, Op.MaxPool _ ->
          node.inputs().stream().allMatch(i -> isConstant(graph, i, kinds));
      case Op.Input _,
          Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.AveragePool _,
          Op.Pad _,
          Op.Add _,
          Op.Movement _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          false;
    };
  }

  private static @Nullable Graph step(Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.MaxPool) {
        Node before = graph.node(node.input());
        if (before.op() instanceof Op.Relu) {
          return behindPool(graph, before, node);
        }
        if (before.op() instanceof Op.Concat && holdsRelu(graph, before)) {
          return intoBranches(graph, before, node);
        }
      }
    }
    return null;
  }

  private static boolean holdsRelu(Graph graph, Node concat) {
    return concat.inputs().stream()
        .map(graph::node)
        .anyMatch(
            n -> n.op() instanceof Op.Relu || (n.op() instanceof Op.Concat && holdsRelu(graph, n)));
  }

  private static Graph behindPool(Graph graph, Node relu, Node pool) {
    boolean shared = isShared(graph, relu);
    GraphDraft draft = new GraphDraft(graph);
    for (Node node : graph.nodes()) {
      if (node.equals(pool)) {
        draft.add(pool.name(), pool.op(), relu.inputs());
        String neuron = shared ? draft.freeName(relu.name() + ".pooled") : relu.name();
        draft.add(neuron, relu.op(), List.of(pool.name()));
        draft.alias(pool.name(), neuron);
      } else if (!node.equals(relu) || shared) {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  private static Graph intoBranches(Graph graph, Node concat, Node pool) {
    boolean shared = isShared(graph, concat);
    GraphDraft draft = new GraphDraft(graph);
    for (Node node : graph.nodes()) {
      if (node.equals(pool)) {
        List<String> branches = new ArrayList<>();
        for (String input : concat.inputs()) {
          String branch = draft.freeName(pool.name() + "." + (branches.size() + 1));
          draft.add(branch, pool.op(), List.of(input));
          branches.add(branch);
        }
        String joined = shared ? draft.freeName(concat.name() + ".pooled") : concat.name();
        draft.add(joined, concat.op(), branches);
        draft.alias(pool.name(), joined);
      } else if (!node.equals(concat) || shared) {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  private static boolean isShared(Graph graph, Node node) {
    return graph.isOutput(node.name())
        || graph.consumers().getOrDefault(node.name(), List.of()).size() > 1;
  }
}
