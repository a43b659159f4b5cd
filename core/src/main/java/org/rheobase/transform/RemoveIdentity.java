package org.rheobase.transform;

import java.util.stream.IntStream;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * Removes what passes its input on: Identity, an empty Pad, a Concat of one, a pooling of single
 * cells, movements that move nothing. Whoever read it, the network's outputs included, reads its
 * input.
 */
public final class RemoveIdentity {
  private RemoveIdentity() {}

  public static Graph apply(Graph graph) {
    GraphDraft draft = new GraphDraft(graph);
    for (Node node : graph.nodes()) {
      if (passesInputOn(node, graph)) {
        draft.alias(node.name(), node.input());
      } else {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  private static boolean passesInputOn(Node node, Graph graph) {
    return switch (node.op()) {
      case Op.Identity _ -> true;
      case Op.Pad pad -> pad.equals(new Op.Pad(0, 0, 0, 0, 0, 0));
      case Op.Concat _ -> node.inputs().size() == 1;
      case Op.MaxPool pool -> pool.window().isPointwise();
      case Op.AveragePool pool -> pool.window().isPointwise();
      case Op.Reshape _, Op.Transpose _, Op.Select _ -> movesNothing(node, graph);
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

  private static boolean movesNothing(Node node, Graph graph) {
    Shape in = graph.node(node.input()).shape();
    if (!in.equals(node.shape()) || !(node.op() instanceof Op.Movement movement)) {
      return false;
    }
    int[] sources = Movements.sources(movement, in, node.shape());
    return IntStream.range(0, sources.length).allMatch(i -> sources[i] == i);
  }
}
