package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * Each supported form of each operator: the graph that is read computes what ONNX Runtime computes
 * from the file, and its nodes are the expected ones.
 */
class OperatorFormsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource({"org.rheobase.onnx.OperatorForms#forms", "org.rheobase.onnx.AnalogForms#forms"})
  void computesWhatOnnxRuntimeComputes(String operations, TinyModel tiny) throws OrtException {
    Path file = tiny.in(folder);
    Graph graph = OnnxReader.read(file).graph();
    List<String> ops = graph.nodes().stream().skip(1).map(n -> n.op().label()).toList();
    assertThat(String.join(" ", ops).replace("Conv (depthwise)", "Conv")).isEqualTo(operations);

    Shape shape = graph.input().shape();
    int batch = 2;
    float[] images = new float[batch * shape.size()];
    Random random = new Random(5);
    for (int i = 0; i < images.length; i++) {
      images[i] = 2 * random.nextFloat() - 1;
    }
    long[] dims = {batch, shape.channels(), shape.height(), shape.width()};
    try (Ort ort = new Ort(file)) {
      Ort.Array expected =
          Reference.present(
              ort.run(Map.of("x", new Ort.Array(dims, images))), graph.outputs().get(0).name());
      Node output = graph.node(graph.outputs().get(0).node());
      assertThat(Arrays.stream(expected.shape()).skip(1).mapToInt(d -> (int) d).toArray())
          .isEqualTo(output.shape().dims().stream().mapToInt(d -> d).toArray());
      for (int n = 0; n < batch; n++) {
        double[] image = new double[shape.size()];
        for (int i = 0; i < image.length; i++) {
          image[i] = images[n * image.length + i];
        }
        double[] found = Reference.eval(graph, image);
        for (int i = 0; i < found.length; i++) {
          float value = expected.values()[n * found.length + i];
          assertThat(found[i]).isCloseTo(value, Offset.offset(1e-5 * Math.max(1, Math.abs(value))));
        }
      }
    }
  }

  @Test
  void aBatchOfOneBakedIntoTheModelIsFlattenedAway() {
    Path file =
        TinyModel.image(13, 1, 3, 2, 2).longs("s", 1, -1).node("Reshape", "x s", "y").in(folder);
    Graph graph = OnnxReader.read(file).graph();
    assertThat(graph.nodes().get(1))
        .isEqualTo(new Node("y", new Op.Reshape(), List.of("x"), Shape.of(12)));
  }

  @Test
  void takesTheImageSizeFromTheCallerWhereTheModelLeavesItOpen() {
    Path file = TinyModel.image(13, 0, 3, 0, 0).node("Flatten", "x", "y").in(folder);
    Graph graph = OnnxReader.read(file, ReadOptions.of(Shape.of(3, 4, 5))).graph();
    assertThat(graph.nodes().get(1).shape()).isEqualTo(Shape.of(60));
  }

  @Test
  void initializersListedAsInputsAreNotInputs() {
    TinyModel tiny = TinyModel.image(7, 0, 3, 2, 2).weights("w", 4, 3, 1, 1);
    tiny.graph.addInput(TinyModel.info("w", ai.onnx.proto.OnnxMl.TensorShapeProto.newBuilder()));
    Path file = tiny.node("Conv", "x w", "y").in(folder);
    assertThat(OnnxReader.read(file).graph().nodes()).hasSize(2);
  }

  @Test
  void nodesAreCalledAsInTheFileOrElseByTheirOutput() {
    TinyModel tiny = TinyModel.image(13, 0, 3, 2, 2);
    tiny.node("Relu", "x", "a")
        .node("Relu", "a", "b")
        .node("Relu", "b", "c")
        .node("Relu", "c", "d");
    tiny.graph.getNodeBuilder(0).setName("own");
    tiny.graph.getNodeBuilder(1).setName("twice");
    tiny.graph.getNodeBuilder(2).setName("twice");
    tiny.graph.getNodeBuilder(3).setName("b");
    Graph graph = OnnxReader.read(tiny.in(folder)).graph();
    assertThat(graph.nodes()).extracting(Node::name).containsExactly("x", "own", "b_2", "c", "b");
    assertThat(graph.outputs()).containsExactly(new Graph.Output("d", "b"));
  }
}
