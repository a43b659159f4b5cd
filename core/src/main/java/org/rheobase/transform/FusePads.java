package org.rheobase.transform;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Moves zero padding of rows and columns into the window of the convolution or pooling behind it,
 * where that computes the same: always into a convolution; into an average pooling whose divisor
 * counts every cell; into a maximum pooling only when no value is below 0 and no window lies in the
 * padding alone, since cells outside the map do not take part there. Padding of channels stays.
 */
public final class FusePads {
  private FusePads() {}

  public static Graph apply(Graph source) {
    Graph graph = source.pruned();
    GraphDraft draft = new GraphDraft(graph);
    Map<String, List<Node>> consumers = graph.consumers();
    Set<String> nonNegative = NonNegative.of(graph);
    for (Node node : graph.nodes()) {
      draft.add(node);
      boolean fused = node.inputs().size() == 1;
      while (fused) {
        Node pad = draft.resolved(draft.resolved(node.name()).input());
        boolean sole =
            consumers.getOrDefault(pad.name(), List.of()).size() == 1
                && !graph.isOutput(pad.name());
        fused = pad.op() instanceof Op.Pad op && fuse(draft, node, pad, op, sole, nonNegative);
      }
    }
    return draft.finish();
  }

  private static boolean fuse(
      GraphDraft draft, Node node, Node pad, Op.Pad op, boolean sole, Set<String> nonNegative) {
    boolean padsChannels = op.channelsBefore() + op.channelsAfter() > 0;
    if (op.top() + op.left() + op.bottom() + op.right() == 0 || (padsChannels && !sole)) {
      return false;
    }
    Shape map = draft.resolved(pad.input()).shape();
    boolean positive = nonNegative.contains(pad.input());
    Op padded = padded(draft.resolved(node.name()).op(), op, map, positive);
    if (padded == null) {
      return false;
    }
    if (padsChannels) {
      draft.replace(pad.name(), new Op.Pad(0, 0, 0, 0, op.channelsBefore(), op.channelsAfter()));
      draft.add(node.name(), padded, List.of(pad.name()));
    } else {
      draft.add(node.name(), padded, pad.inputs());
    }
    return true;
  }

  private static @Nullable Op padded(Op op, Op.Pad pad, Shape map, boolean positive) {
    return switch (op) {
      case Op.Conv conv ->
          new Op.Conv(conv.weight(), conv.bias(), wider(conv.window(), pad), conv.groups());
      case Op.AveragePool pool -> {
        Window w = pool.window();
        boolean everyCellCounts =
            pool.countIncludePad()
                || (w.padTop() == 0
                    && w.padLeft() == 0
                    && w.padBottom() == pool.overhangHeight()
                    && w.padRight() == pool.overhangWidth());
        yield everyCellCounts
            ? new Op.AveragePool(wider(w, pad), true, pool.overhangHeight(), pool.overhangWidth())
            : null;
      }
      case Op.MaxPool pool -> {
        Window w = wider(pool.window(), pad);
        yield positive && w.everyWindowMeets(map.height(), map.width()) ? new Op.MaxPool(w) : null;
      }
      case Op.Input _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Movement _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          null;
    };
  }

  private static Window wider(Window window, Op.Pad pad) {
    return window.withPadding(
        window.padTop() + pad.top(),
        window.padLeft() + pad.left(),
        window.padBottom() + pad.bottom(),
        window.padRight() + pad.right());
  }
}
