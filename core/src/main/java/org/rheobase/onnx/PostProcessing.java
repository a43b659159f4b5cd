package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Verdict;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.PostProcessed;

/**
 * Nodes that choose among the results of a network: classes, the best boxes. They and what follows
 * them is no part of the network, which ends at the tensors that they read.
 */
final class PostProcessing {
  private static final Set<String> FIRST = Set.of("ArgMax", "ArgMin", "NonMaxSuppression", "TopK");

  /** What a network learns: behind a choice, it would be a second network. */
  private static final Set<String> LAYERS =
      Set.of("BatchNormalization", "Conv", "ConvTranspose", "Gemm", "Relu");

  private static final int MOST_TENSORS = 1 << 10;
  private static final int MOST_NAMES = 16;

  private PostProcessing() {}

  /** Whether a node chooses, or works on what was chosen. */
  static boolean is(NodeProto node, List<@Nullable Value> inputs) {
    return inputs.stream().anyMatch(v -> v instanceof PostProcessed)
        || (ModelFile.isStandardDomain(node.getDomain())
            && FIRST.contains(node.getOpType())
            && inputs.stream().anyMatch(v -> v instanceof Feature));
  }

  /**
   * The value of such a node: the tensors in front of all that was left out.
   *
   * @throws Refusal for a layer
   */
  static PostProcessed leaveOut(NodeProto node, List<@Nullable Value> inputs) {
    Refusal.unless(
        !LAYERS.contains(node.getOpType()),
        "it stands behind post-processing (ArgMax, TopK, NonMaxSuppression); choose tensors in"
            + " front of that with --outputs");
    if (inputs.stream().filter(v -> v instanceof PostProcessed || v instanceof Feature).count()
        == 1) {
      for (Value input : inputs) {
        if (input instanceof PostProcessed earlier) {
          return earlier;
        }
      }
    }
    Set<String> tensors = new LinkedHashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      switch (inputs.get(i)) {
        case PostProcessed earlier -> tensors.addAll(earlier.tensors());
        case Feature _ -> tensors.add(node.getInput(i));
        case null, default -> {
          // What does not depend on the image is no result.
        }
      }
    }
    Refusal.unless(
        tensors.size() <= MOST_TENSORS,
        "it chooses among "
            + tensors.size()
            + " results; expected at most "
            + MOST_TENSORS
            + "; choose tensors in front of it with --outputs");
    return new PostProcessed(new ArrayList<>(tensors));
  }

  static NodeVerdict verdict(String name, NodeProto node, PostProcessed value) {
    return new NodeVerdict(
        name,
        node.getOpType(),
        Verdict.ANALOG,
        "post-processing, left out: the network ends at "
            + value.tensors().stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
            + (value.tensors().size() > MOST_NAMES ? ", …" : ""));
  }
}
