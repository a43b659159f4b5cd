package org.rheobase.transform;

import java.util.List;
import java.util.Map;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * Folds every batch normalisation into the convolution or fully connected layer behind or in front
 * of which it stands: {@code W <- W factor, b <- b factor + offset} (S1 eq. 19, with epsilon).
 * Products and sums are taken in double precision and stored as float.
 *
 * <p>What cannot be folded exactly (after a sum, a concatenation, a layer that others read too, or
 * before a padded convolution, whose border would see another value than zero) becomes a layer of
 * its own under the normalisation's name: a depthwise 1x1 convolution, or over features a diagonal
 * fully connected layer. Only over more than {@value #LARGEST_DIAGONAL} features it stays.
 */
public final class FoldBatchNorm {
  /** A diagonal matrix of this many rows takes 256 MiB. */
  static final int LARGEST_DIAGONAL = 8192;

  private FoldBatchNorm() {}

  public static Graph apply(Graph graph) {
    return standAlone(fold(graph.pruned()));
  }

  private static Graph fold(Graph graph) {
    GraphDraft draft = new GraphDraft(graph);
    Map<String, List<Node>> consumers = graph.consumers();
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case Op.BatchNorm norm -> {
          if (isSole(graph, consumers, node.input())) {
            foldBehind(draft, node, norm);
          } else {
            draft.add(node);
          }
        }
        case Op.Conv conv -> foldInFront(draft, node, conv);
        case Op.Linear linear ->
            foldInFront(draft, node, linear, isSole(graph, consumers, node.input()));
        case Op.Input _,
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
            draft.add(node);
      }
    }
    return draft.finish();
  }

  private static boolean isSole(Graph graph, Map<String, List<Node>> consumers, String name) {
    return consumers.getOrDefault(name, List.of()).size() == 1 && !graph.isOutput(name);
  }

  /** Layer, then normalisation; or two normalisations in a row. */
  private static void foldBehind(GraphDraft draft, Node node, Op.BatchNorm norm) {
    Node before = draft.resolved(node.input());
    Affine after = Affine.of(norm);
    switch (before.op()) {
      case Op.Conv conv -> {
        draft.replace(
            before.name(),
            conv.with(scaledRows(conv.weight(), after.factor), scaledBias(conv.bias(), after)));
        draft.alias(node.name(), before.name());
      }
      case Op.Linear linear -> {
        draft.replace(
            before.name(),
            new Op.Linear(
                scaledRows(linear.weight(), after.factor), scaledBias(linear.bias(), after)));
        draft.alias(node.name(), before.name());
      }
      case Op.BatchNorm first ->
          draft.add(node.name(), Affine.of(first).then(after).asBatchNorm(), before.inputs());
      case Op.Input _,
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
          draft.add(node);
    }
  }

  /** Normalisation, then convolution: exact where no padding meets an offset. */
  private static void foldInFront(GraphDraft draft, Node node, Op.Conv conv) {
    Node before = draft.resolved(node.input());
    if (before.op() instanceof Op.BatchNorm norm) {
      Affine first = Affine.of(norm);
      if (!conv.window().isPadded() || first.hasNoOffset()) {
        int perGroup = conv.outChannels() / conv.groups();
        int inputs = conv.weight().dim(1);
        int cells = conv.weight().dim(2) * conv.weight().dim(3);
        Op.Linear rows =
            absorbed(
                conv.weight(), conv.bias(), first, (o, i) -> o / perGroup * inputs + i / cells);
        draft.add(node.name(), conv.with(rows.weight(), rows.bias()), before.inputs());
        return;
      }
    }
    draft.add(node);
  }

  /** Normalisation, then fully connected layer, with or without a flattening between. */
  private static void foldInFront(
      GraphDraft draft, Node node, Op.Linear linear, boolean soleReader) {
    Node before = draft.resolved(node.input());
    if (before.op() instanceof Op.BatchNorm norm) {
      draft.add(
          node.name(),
          absorbed(linear.weight(), linear.bias(), Affine.of(norm), (_, i) -> i),
          before.inputs());
      return;
    }
    if (before.op() instanceof Op.Reshape
        && draft.resolved(before.input()).op() instanceof Op.BatchNorm norm) {
      Node map = draft.resolved(before.input());
      int area = map.shape().area();
      String flat = soleReader ? before.name() : draft.freeName(before.name() + ".normalised");
      draft.add(new Node(flat, before.op(), map.inputs(), before.shape()));
      draft.add(
          node.name(),
          absorbed(linear.weight(), linear.bias(), Affine.of(norm), (_, i) -> i / area),
          List.of(flat));
      return;
    }
    draft.add(node);
  }

  private static Graph standAlone(Graph graph) {
    GraphDraft draft = new GraphDraft(graph);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.BatchNorm norm) {
        draft.add(node.name(), asLayer(node, Affine.of(norm)), node.inputs());
      } else {
        draft.add(node);
      }
    }
    return draft.finish();
  }

  private static Op asLayer(Node node, Affine affine) {
    int c = affine.factor.length;
    if (node.shape().rank() == 3) {
      return new Op.Conv(
          Weights.of(floats(affine.factor), c, 1, 1, 1),
          Weights.vector(floats(affine.offset)),
          Window.of(1, 1),
          c);
    }
    if (node.shape().rank() == 1 && c <= LARGEST_DIAGONAL) {
      float[] diagonal = new float[c * c];
      for (int i = 0; i < c; i++) {
        diagonal[i * c + i] = (float) affine.factor[i];
      }
      return new Op.Linear(Weights.of(diagonal, c, c), Weights.vector(floats(affine.offset)));
    }
    return node.op();
  }

  private static Weights scaledRows(Weights weight, double[] factor) {
    int row = weight.size() / factor.length;
    float[] scaled = new float[weight.size()];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (weight.get(i) * factor[i / row]);
    }
    return new Weights(weight.dims(), scaled);
  }

  private static Weights scaledBias(Weights bias, Affine after) {
    float[] scaled = new float[bias.size()];
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] = (float) (bias.get(c) * after.factor[c] + after.offset[c]);
    }
    return new Weights(bias.dims(), scaled);
  }

  /** The input channel that weight {@code i} of row {@code o} reads. */
  private interface InputChannel {
    int of(int o, int i);
  }

  private static Op.Linear absorbed(
      Weights weight, Weights bias, Affine first, InputChannel channel) {
    int rows = bias.size();
    int row = weight.size() / rows;
    float[] newWeight = new float[weight.size()];
    float[] newBias = new float[rows];
    for (int o = 0; o < rows; o++) {
      double sum = bias.get(o);
      for (int i = 0; i < row; i++) {
        int c = channel.of(o, i);
        double w = weight.get(o * row + i);
        newWeight[o * row + i] = (float) (w * first.factor[c]);
        sum += w * first.offset[c];
      }
      newBias[o] = (float) sum;
    }
    return new Op.Linear(new Weights(weight.dims(), newWeight), new Weights(bias.dims(), newBias));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** {@code y = factor x + offset}, per channel. */
  private record Affine(double[] factor, double[] offset) {
    static Affine of(Op.BatchNorm norm) {
      int channels = norm.scale().size();
      Affine affine = new Affine(new double[channels], new double[channels]);
      for (int c = 0; c < channels; c++) {
        affine.factor[c] = norm.factor(c);
        affine.offset[c] = norm.offset(c);
      }
      return affine;
    }

    Affine then(Affine next) {
      Affine both = new Affine(new double[factor.length], new double[factor.length]);
      for (int c = 0; c < factor.length; c++) {
        both.factor[c] = factor[c] * next.factor[c];
        both.offset[c] = offset[c] * next.factor[c] + next.offset[c];
      }
      return both;
    }

    boolean hasNoOffset() {
      for (double o : offset) {
        if (o != 0) {
          return false;
        }
      }
      return true;
    }

    Op.BatchNorm asBatchNorm() {
      int c = factor.length;
      return new Op.BatchNorm(
          Weights.vector(floats(factor)),
          Weights.vector(floats(offset)),
          Weights.filled(c, 0),
          Weights.filled(c, 1),
          0);
    }
  }
}
