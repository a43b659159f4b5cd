package org.rheobase.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnsupportedModelException;
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
 * <p>A Relu that others read as well stays where it is, one site with one state, and the pooling
 * takes the maximum of its spikes; so does a pooling of a concatenation that others read.
 */
public final class MaxPoolBeforeNeuron {
  /** Nodes visited by all moves together: branches of branches could multiply without end. */
  private static final long MOST_VISITS = 1 << 17;

  private MaxPoolBeforeNeuron() {}

  public static Graph apply(Graph graph) {
    Graph current = graph.pruned();
    long visits = 0;
    for (Graph next = step(current); next != null; next = step(current)) {
      current = next;
      visits += current.nodes().size();
      if (visits > MOST_VISITS) {
        throw new UnsupportedModelException(
            "model "
                + graph.name()
                + " has so many max poolings behind activations that moving them in front takes more"
                + " than "
                + MOST_VISITS
                + " steps; no network in use comes near");
      }
    }
    return current;
  }

  /**
   * Whether a maximum pooling, once in front of its neurons, keeps its value in the spiking
   * network: its input is then a current that is the same at every step. Otherwise the mean of the
   * maximum exceeds the maximum of the means.
   */
  public static boolean exact(Graph graph, Node pool) {
    return constant(graph).contains(pool.input());
  }

  /** The nodes behind which a maximum pooling is {@link #exact}. */
  static Set<String> constant(Graph graph) {
    Map<String, ValueKind> kinds = ValueKinds.of(graph);
    Set<String> shared = shared(graph);
    Set<String> constant = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean passes =
          switch (node.op()) {
            case Op.Relu _, Op.Concat _ ->
                !shared.contains(node.name()) && constant.containsAll(node.inputs());
            case Op.MaxPool _ -> constant.containsAll(node.inputs());
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
      if (passes || kinds.get(node.name()) == ValueKind.CONSTANT) {
        constant.add(node.name());
      }
    }
    return constant;
  }

  private static @Nullable Graph step(Graph graph) {
    Map<String, Node> byName = new HashMap<>();
    Set<String> passable = passable(graph);
    for (Node node : graph.nodes()) {
      byName.put(node.name(), node);
      Node before = node.op() instanceof Op.MaxPool ? byName.get(node.input()) : null;
      if (before != null && passable.contains(before.name())) {
        return before.op() instanceof Op.Relu
            ? behindPool(graph, before, node)
            : intoBranches(graph, before, node);
      }
    }
    return null;
  }

  /** Relus, and concatenations with Relus, that a maximum pooling behind them moves past. */
  static Set<String> passable(Graph graph) {
    Set<String> shared = shared(graph);
    Set<String> passable = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (!shared.contains(node.name())
          && (node.op() instanceof Op.Relu
              || (node.op() instanceof Op.Concat
                  && node.inputs().stream().anyMatch(passable::contains)))) {
        passable.add(node.name());
      }
    }
    return passable;
  }

  private static Graph behindPool(Graph graph, Node relu, Node pool) {
    GraphDraft draft = new GraphDraft(graph);
    for (Node node : graph.nodes()) {
      if (node.equals(pool)) {
        draft.add(pool.name(), pool.op(), relu.inputs());
        draft.add(relu.name(), relu.op(), List.of(pool.name()));
        draft.alias(pool.name(), relu.name());
      } else if (!node.equals(relu)) {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  private static Graph intoBranches(Graph graph, Node concat, Node pool) {
    GraphDraft draft = new GraphDraft(graph);
    Map<String, String> pooled = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.equals(pool)) {
        List<String> branches = new ArrayList<>();
        for (String input : concat.inputs()) {
          String branch = pooled.get(input);
          if (branch == null) {
            branch = draft.freeName(pool.name() + "." + (branches.size() + 1));
            draft.add(branch, pool.op(), List.of(input));
            pooled.put(input, branch);
          }
          branches.add(branch);
        }
        draft.add(concat.name(), concat.op(), branches);
        draft.alias(pool.name(), concat.name());
      } else if (!node.equals(concat)) {
        draft.add(node);
        if (node.op().equals(pool.op())) {
          // What is pooled already need not be pooled again: branches may share theirs.
          pooled.putIfAbsent(node.input(), node.name());
        }
      }
    }
    return draft.finish();
  }

  /** Nodes that are outputs or have more than one reader. */
  private static Set<String> shared(Graph graph) {
    Set<String> shared = new HashSet<>();
    graph
        .consumers()
        .forEach((name, readers) -> {
          if (readers.size() > 1) {
            shared.add(name);
          }
        });
    graph.outputs().forEach(output -> shared.add(output.node()));
    return shared;
  }
}
