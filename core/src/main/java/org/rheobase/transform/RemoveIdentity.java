package org.rheobase.transform;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * Removes what passes its input on: Identity, an empty Pad, a Concat of one, a pooling of single
 * cells, movements that move nothing. Whoever read it, the network's outputs included, reads its
 * input.
 */
public final class RemoveIdentity {
  private RemoveIdentity() {}

  public static Graph apply(Graph graph) {
    GraphDraft draft = new GraphDraft(graph);
    Map<String, Node> byName = graph.byName();
    for (Node node : graph.nodes()) {
      if (passesInputOn(node, byName)) {
        draft.alias(node.name(), node.input());
      } else {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  private static boolean passesInputOn(Node node, Map<String, Node> byName) {
    return switch (node.op()) {
      case Op.Identity _ -> true;
      case Op.Pad pad -> pad.equals(new Op.Pad(0, 0, 0, 0, 0, 0));
      case Op.Concat _ -> node.inputs().size() == 1;
      case Op.MaxPool pool -> pool.window().isPointwise();
      case Op.AveragePool pool -> pool.window().isPointwise();
      case Op.Reshape _, Op.Transpose _, Op.Select _ -> movesNothing(node, byName);
      case Op.Input _,
          Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.Add _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          false;
    };
  }

  private static boolean movesNothing(Node node, Map<String, Node> byName) {
    Node before = byName.get(node.input());
    if (before == null || !before.shape().equals(node.shape())) {
      return false;
    }
    return switch (node.op()) {
      case Op.Transpose transpose -> {
        List<Integer> dims = node.shape().dims();
        List<Integer> moving =
            transpose.permutation().stream().filter(d -> dims.get(d) > 1).toList();
        yield moving.equals(moving.stream().sorted().toList());
      }
      case Op.Select select -> {
        List<Integer> indices = select.indices();
        yield IntStream.range(0, indices.size()).allMatch(i -> indices.get(i) == i);
      }
      // A reshape to the shape that is there already.
      default -> true;
    };
  }
}
