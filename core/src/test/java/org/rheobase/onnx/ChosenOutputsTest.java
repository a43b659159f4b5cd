package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rheobase.onnx.TinyModel.ints;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.NodeVerdict;

/** A network ends in front of post-processing, or where the caller says. */
class ChosenOutputsTest {
  @TempDir Path folder;

  @Test
  void argMaxIsLeftOutAndItsInputReturned() {
    Path file =
        segmenter()
            .node("ArgMax", "logits", "class", "axis", 1, "keepdims", 0)
            .node("Cast", "class", "mask", "to", 1)
            .in(folder);
    OnnxModel model = OnnxReader.read(file);
    assertThat(model.graph().outputs()).containsExactly(new Graph.Output("logits", "logits"));
    assertThat(model.leftOut()).extracting(NodeVerdict::node).containsExactly("class", "mask");
    assertThat(model.leftOut().get(1).reason())
        .isEqualTo("post-processing, left out: the network ends at logits");
  }

  /** Scores choose boxes by their indices: both are results of the network. */
  @Test
  void suppressionOfBoxesReturnsBoxesAndScores() {
    TinyModel tiny =
        TinyModel.image(13, 1, 3, 4, 4)
            .weights("w", 8, 3, 1, 1)
            .node("Conv", "x w", "maps")
            .longs("bs", 1, -1, 4)
            .longs("ss", 1, 1, -1)
            .node("Relu", "maps", "positive")
            .node("Reshape", "positive bs", "boxes")
            .node("Reshape", "maps ss", "scores")
            .longs("k", 5)
            .node("NonMaxSuppression", "boxes scores k", "chosen")
            .longs("two", 2)
            .node("Gather", "chosen two", "index", "axis", 1)
            .node("TopK", "scores k", "best bestIndex")
            .node("Gather", "positive bestIndex", "picked", "axis", 2);
    tiny.output("index").output("best").output("picked");
    OnnxModel model = OnnxReader.read(tiny.in(folder));
    assertThat(model.graph().outputs())
        .extracting(Graph.Output::name)
        .containsExactly("boxes", "scores", "positive");
    assertThat(model.leftOut())
        .extracting(NodeVerdict::op)
        .containsExactly("NonMaxSuppression", "Gather", "TopK", "Gather");
  }

  @Test
  void chosenNodesAreTheOutputsAndTheOthersAreLeftOut() {
    TinyModel tiny = segmenter().node("Acos", "logits", "angle").node("Neg", "relu", "other");
    tiny.graph.getNodeBuilder(1).setName("neurons");
    Path file = tiny.in(folder);
    OnnxModel model =
        OnnxReader.read(file, new ReadOptions(null, List.of("logits", "neurons", "relu")));
    assertThat(model.graph().outputs())
        .containsExactly(new Graph.Output("logits", "logits"), new Graph.Output("relu", "neurons"));
    assertThat(model.leftOut()).extracting(NodeVerdict::node).containsExactly("angle", "other");
    assertThat(model.leftOut().get(0).reason()).contains("the chosen outputs do not need it");
  }

  @Test
  void unknownNamesAreMisuse() {
    Path file = segmenter().in(folder);
    assertThatThrownBy(() -> OnnxReader.read(file, new ReadOptions(null, List.of("logit"))))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining(
            "no node or tensor is called logit; expected one that 'rheobase inspect'")
        .hasMessageContaining("an output of the file (logits)");
  }

  private static TinyModel segmenter() {
    return TinyModel.image(13, 0, 3, 4, 4)
        .weights("w", 5, 3, 3, 3)
        .weights("v", 2, 5, 1, 1)
        .node("Conv", "x w", "conv", "pads", ints(1, 1, 1, 1))
        .node("Relu", "conv", "relu")
        .node("Conv", "relu v", "logits");
  }
}
