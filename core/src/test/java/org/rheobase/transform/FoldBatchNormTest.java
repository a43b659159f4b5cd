package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class FoldBatchNormTest {
  @Test
  void scalesWeightsAndBiasOfTheConvolutionInFront() {
    GraphBuilding net = new GraphBuilding(1, 1, 3, 3);
    conv(net, "conv", "image", 3, 0.5f);
    // factor 2 / sqrt(3 + 1) = 1, offset 7 - 5 * 1 = 2.
    norm(net, "norm", "conv", 2, 7, 5, 3, 1);
    Graph done = FoldBatchNorm.apply(net.graph("norm"));
    Op.Conv conv = (Op.Conv) done.node("conv").op();
    assertThat(done.nodes()).extracting(Node::name).containsExactly("image", "conv");
    assertThat(conv.weight().get(0)).isEqualTo(3);
    assertThat(conv.bias().get(0)).isEqualTo(2.5f);
    assertThat(done.outputs().get(0).node()).isEqualTo("conv");
  }

  @Test
  void chainOfNormsFoldsIntoOneConvolution() {
    GraphBuilding net = new GraphBuilding(2, 2, 4, 4);
    net.conv("conv", "image", 3, Window.of(2, 2));
    net.batchNorm("n1", "conv");
    net.batchNorm("n2", "n1");
    net.relu("relu", "n2");
    same(net.graph("relu"), "image", "conv", "relu");
  }

  @Test
  void normInFrontOfUnpaddedConvolutionFoldsAndOfGroupedToo() {
    GraphBuilding net = new GraphBuilding(3, 4, 4, 4);
    net.relu("relu", "image");
    net.batchNorm("norm", "relu");
    net.conv("conv", "norm", 6, Window.of(2, 2), 2);
    same(net.graph("conv"), "image", "relu", "conv");
  }

  @Test
  void normInFrontOfPaddedConvolutionBecomesDepthwiseBecauseTheBorderDiffers() {
    GraphBuilding net = new GraphBuilding(4, 2, 4, 4);
    net.relu("relu", "image");
    net.batchNorm("norm", "relu");
    net.conv("conv", "norm", 3, Window.of(3, 3).withPadding(1, 1, 1, 1));
    Graph done = same(net.graph("conv"), "image", "relu", "norm", "conv");
    Op.Conv norm = (Op.Conv) done.node("norm").op();
    assertThat(norm.isDepthwise()).isTrue();
    assertThat(norm.window().isPointwise()).isTrue();
  }

  @Test
  void normWithoutOffsetFoldsIntoPaddedConvolution() {
    GraphBuilding net = new GraphBuilding(5, 1, 4, 4);
    net.relu("relu", "image");
    norm(net, "norm", "relu", 3, 0, 0, 1, 0);
    net.conv("conv", "norm", 3, Window.of(3, 3).withPadding(1, 1, 1, 1));
    same(net.graph("conv"), "image", "relu", "conv");
  }

  @Test
  void convolutionThatOthersReadOrThatIsAnOutputStaysUntouched() {
    GraphBuilding net = new GraphBuilding(6, 2, 4, 4);
    net.conv("conv", "image", 3, Window.of(2, 2));
    net.batchNorm("norm", "conv");
    net.relu("relu", "norm");
    net.add("other", new Op.Relu(1), "conv");
    Graph shared = net.graph("relu", "other");
    assertThat(same(shared, "image", "conv", "norm", "relu", "other").node("conv"))
        .isEqualTo(shared.node("conv"));
    Graph output = net.graph("relu", "conv");
    assertThat(same(output, "image", "conv", "norm", "relu").node("conv"))
        .isEqualTo(output.node("conv"));
  }

  @Test
  void normOverFeaturesFoldsIntoLinearOnEitherSideThroughFlatteningToo() {
    GraphBuilding net = new GraphBuilding(7, 2, 3, 3);
    net.relu("relu", "image");
    net.batchNorm("n0", "relu");
    net.flatten("flat", "n0");
    net.linear("fc1", "flat", 5);
    net.batchNorm("n1", "fc1");
    net.relu("relu1", "n1");
    net.batchNorm("n2", "relu1");
    net.linear("fc2", "n2", 3);
    same(net.graph("fc2"), "image", "relu", "flat", "fc1", "relu1", "fc2");
  }

  @Test
  void flattenedValueThatOthersReadKeepsItsNorm() {
    GraphBuilding net = new GraphBuilding(8, 2, 3, 3);
    net.relu("relu", "image");
    net.batchNorm("norm", "relu");
    net.flatten("flat", "norm");
    net.linear("fc", "flat", 5);
    same(net.graph("fc", "flat"), "image", "relu", "norm", "flat", "flat.normalised", "fc");
  }

  @Test
  void lonelyNormOverFeaturesBecomesADiagonalLayer() {
    GraphBuilding net = new GraphBuilding(9, 4);
    net.relu("relu", "image");
    net.batchNorm("norm", "relu");
    net.relu("end", "norm");
    Graph done = same(net.graph("end"), "image", "relu", "norm", "end");
    assertThat(done.node("norm").op()).isInstanceOf(Op.Linear.class);
  }

  private static Graph same(Graph graph, String... names) {
    Graph done = FoldBatchNorm.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.nodes()).extracting(Node::name).containsExactly(names);
    return done;
  }

  private static void conv(GraphBuilding net, String name, String input, float w, float b) {
    net.add(
        name,
        new Op.Conv(Weights.of(new float[] {w}, 1, 1, 1, 1), Weights.vector(b), Window.of(1, 1), 1),
        input);
  }

  private static void norm(
      GraphBuilding net,
      String name,
      String input,
      float scale,
      float shift,
      float mean,
      float variance,
      float epsilon) {
    net.add(
        name,
        new Op.BatchNorm(
            Weights.vector(scale),
            Weights.vector(shift),
            Weights.vector(mean),
            Weights.vector(variance),
            epsilon),
        input);
  }
}
