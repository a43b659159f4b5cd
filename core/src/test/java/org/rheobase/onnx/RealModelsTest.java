package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.TestData;
import org.rheobase.graph.Graph;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Verdict;

/** The models that users bring. */
class RealModelsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cifar10_resnet20 | [3,32,32] | [10] | Add=9 AveragePool=1 BatchNormalization=19 Conv=21 Gemm=1 Identity=1 Input=1 Relu=19 Reshape=1
          cifar10_resnet8_mlperftiny | [3,32,32] | [10] | Add=3 AveragePool=1 BatchNormalization=7 Conv=9 Gemm=1 Input=1 Relu=7 Reshape=1
          cifar10_vgg16 | [3,32,32] | [10] | AveragePool=5 BatchNormalization=13 Conv=13 Gemm=1 Identity=5 Input=1 Relu=13 Reshape=1
          imagenet_mobilenet_v1_0.25_128 | [3,128,128] | [1001] | AveragePool=1 Conv=15 Conv (depthwise)=13 Input=1 Relu (cap 6.0)=27 Reshape=1
          imagenet_mobilenet_v2_1.0_224 | [3,224,224] | [1001] | Add=10 AveragePool=1 Conv=36 Conv (depthwise)=17 Input=1 Relu (cap 6.0)=35 Reshape=1
          imagenet_squeezenet1.0_227 | [3,227,227] | [1000] | AveragePool=1 Concat=8 Conv=26 Input=1 MaxPool=3 Relu=26 Reshape=1
          vww_mobilenet_v1_0.25_96 | [3,96,96] | [2] | AveragePool=1 BatchNormalization=27 Conv=14 Conv (depthwise)=13 Gemm=1 Input=1 Relu=27 Reshape=1
          """)
  void readsEveryNode(String name, String input, String output, String operations) {
    Path file = TestData.require("models/" + name + ".onnx");
    OnnxModel model = OnnxReader.read(file);
    Graph graph = model.graph();
    assertThat(graph.input().shape()).hasToString(input);
    assertThat(graph.outputs()).hasSize(1);
    assertThat(graph.node(graph.outputs().get(0).node()).shape()).hasToString(output);
    Map<String, Long> counts =
        graph.nodes().stream()
            .collect(
                Collectors.groupingBy(n -> n.op().label(), TreeMap::new, Collectors.counting()));
    assertThat(counts.entrySet().stream().map(Object::toString).collect(Collectors.joining(" ")))
        .isEqualTo(operations);
    assertThat(model.sha256()).matches("[0-9a-f]{64}");
    assertThat(model.spiking()).isNull();
    assertThat(model.verdicts()).extracting(NodeVerdict::verdict).containsOnly(Verdict.EXACT);
    assertThat(OnnxReader.refusals(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar10_resnet20",
        "cifar10_resnet8_mlperftiny",
        "vww_mobilenet_v1_0.25_96",
      })
  void computesWhatOnnxRuntimeComputes(String name) throws OrtException {
    Path file = TestData.require("models/" + name + ".onnx");
    Graph graph = OnnxReader.read(file).graph();
    Shape shape = graph.input().shape();
    float[] image = new float[shape.size()];
    double[] same = new double[image.length];
    Random random = new Random(3);
    for (int i = 0; i < image.length; i++) {
      image[i] = random.nextFloat();
      same[i] = image[i];
    }
    long[] dims = {1, shape.channels(), shape.height(), shape.width()};
    try (Ort ort = new Ort(file)) {
      Map<String, Ort.Array> results =
          ort.run(Map.of(graph.input().name(), new Ort.Array(dims, image)));
      float[] expected = Reference.present(results, graph.outputs().get(0).name()).values();
      double[] found = Reference.eval(graph, same);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-3));
      }
    }
  }

  @Test
  void keepsTheNamesOfNodesAndOutputs() {
    Graph graph = OnnxReader.read(TestData.require("models/cifar10_resnet20.onnx")).graph();
    assertThat(graph.nodes().get(1).name()).isEqualTo("/conv1/Conv");
    assertThat(graph.outputs()).containsExactly(new Graph.Output("logits", "/linear/Gemm"));
  }
}
