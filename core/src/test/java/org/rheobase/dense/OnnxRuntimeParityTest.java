package org.rheobase.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.OnnxRuntimeOracle;
import org.rheobase.TinyOnnx;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Tensor;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Operations against those of ONNX Runtime on models of one node. */
class OnnxRuntimeParityTest {
  private static final Tensor IMAGES = images(Shape.of(3, 7, 8));

  private static Tensor images(Shape shape) {
    return new Tensor(2, shape, ConvolutionCase.gaussian(new Random(1), 2 * shape.size()));
  }

  /** A pooling along both axes, ceil mode included. */
  private record Pooling(
      int kernel, int stride, int dilation, int padBefore, int padAfter, boolean ceil) {

    /** Cells by which the last window hangs over the padded map of {@code size}. */
    int overhang(int size) {
      int span = dilation * (kernel - 1) + 1;
      int rest = (size + padBefore + padAfter - span) % stride;
      if (!ceil || rest == 0) {
        return 0;
      }
      // A window that would start in the padding behind the map is dropped.
      int start = (size + padBefore + padAfter - span) / stride * stride + stride;
      return start >= size + padBefore ? 0 : stride - rest;
    }

    Window window(Shape in) {
      return Window.of(kernel, kernel)
          .withStride(stride, stride)
          .withDilation(dilation, dilation)
          .withPadding(
              padBefore,
              padBefore,
              padAfter + overhang(in.height()),
              padAfter + overhang(in.width()));
    }

    NodeProto.Builder node(String type) {
      NodeProto.Builder node =
          TinyOnnx.node(
              type,
              TinyOnnx.ints("kernel_shape", kernel, kernel),
              TinyOnnx.ints("strides", stride, stride),
              TinyOnnx.ints("pads", padBefore, padBefore, padAfter, padAfter),
              TinyOnnx.integer("ceil_mode", ceil ? 1 : 0));
      if (dilation > 1) {
        node.addAttribute(TinyOnnx.ints("dilations", dilation, dilation));
      }
      return node;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 1, 0, 0, false",
    "2, 2, 1, 0, 0, true",
    "3, 2, 1, 1, 1, false",
    "3, 2, 1, 1, 1, true",
    "3, 2, 1, 0, 1, true",
    "3, 3, 1, 1, 0, true",
    "3, 1, 2, 1, 2, false",
    "3, 2, 2, 2, 1, true",
    "2, 3, 1, 1, 1, true",
  })
  void maxPoolAgrees(int kernel, int stride, int dilation, int before, int after, boolean ceil) {
    Pooling pooling = new Pooling(kernel, stride, dilation, before, after, ceil);
    agrees(
        new Op.MaxPool(pooling.window(IMAGES.shape())),
        TinyOnnx.model(17, IMAGES.shape(), pooling.node("MaxPool")),
        0);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, 0, false",
    "2, 2, 0, 0, true",
    "3, 2, 1, 1, false",
    "3, 2, 1, 1, true",
    "3, 2, 0, 1, true",
    "3, 3, 1, 0, true",
    "3, 1, 2, 1, false",
    "4, 3, 2, 1, true",
    "2, 3, 1, 1, true",
  })
  void averagePoolAgrees(int kernel, int stride, int before, int after, boolean ceil) {
    Pooling pooling = new Pooling(kernel, stride, 1, before, after, ceil);
    Shape in = IMAGES.shape();
    for (boolean countIncludePad : new boolean[] {false, true}) {
      Op.AveragePool pool =
          new Op.AveragePool(
              pooling.window(in),
              countIncludePad,
              pooling.overhang(in.height()),
              pooling.overhang(in.width()));
      // Opset 19 stated the definition anew.
      for (int opset : new int[] {11, 19}) {
        NodeProto.Builder node =
            pooling
                .node("AveragePool")
                .addAttribute(TinyOnnx.integer("count_include_pad", countIncludePad ? 1 : 0));
        agrees(pool, TinyOnnx.model(opset, in, node), 1e-6f);
      }
    }
  }

  @Test
  void globalAveragePoolAgrees() {
    agrees(
        new Op.AveragePool(Window.of(7, 8), false, 0, 0),
        TinyOnnx.model(17, IMAGES.shape(), TinyOnnx.node("GlobalAveragePool")),
        1e-6f);
  }

  @Test
  void aMaximumOverNothingButPaddingAgrees() {
    Shape one = Shape.of(1, 1, 1);
    Window window = Window.of(2, 2).withDilation(2, 2).withPadding(1, 1, 1, 1);
    Tensor images = images(one);
    byte[] model =
        TinyOnnx.model(
            17,
            one,
            TinyOnnx.node(
                "MaxPool",
                TinyOnnx.ints("kernel_shape", 2, 2),
                TinyOnnx.ints("dilations", 2, 2),
                TinyOnnx.ints("pads", 1, 1, 1, 1)));
    agrees(images, new Op.MaxPool(window), model, 0);
  }

  @Test
  void convolutionAgrees() {
    Window window = Window.of(3, 2).withStride(2, 1).withDilation(1, 2).withPadding(1, 0, 2, 1);
    ConvolutionCase c = ConvolutionCase.of(window, 3, 3, 6, 7, 8, 5);
    agrees(
        c.conv(),
        TinyOnnx.model(
            17,
            IMAGES.shape(),
            TinyOnnx.node(
                "Conv",
                TinyOnnx.ints("kernel_shape", 3, 2),
                TinyOnnx.ints("strides", 2, 1),
                TinyOnnx.ints("dilations", 1, 2),
                TinyOnnx.ints("pads", 1, 0, 2, 1),
                TinyOnnx.integer("group", 3)),
            c.conv().weight(),
            c.conv().bias()),
        1e-5f);
  }

  @Test
  void batchNormalizationAgrees() {
    Weights scale = Weights.vector(1, -2, 0.5f);
    Weights shift = Weights.vector(0.1f, 0, -3);
    Weights mean = Weights.vector(0.3f, -1, 2);
    Weights variance = Weights.vector(1, 0.01f, 4);
    agrees(
        new Op.BatchNorm(scale, shift, mean, variance, 1e-5f),
        TinyOnnx.model(
            17, IMAGES.shape(), TinyOnnx.node("BatchNormalization"), scale, shift, mean, variance),
        1e-5f);
  }

  @Test
  void softmaxOverChannelsAgrees() {
    agrees(
        new Op.Softmax(),
        TinyOnnx.model(17, IMAGES.shape(), TinyOnnx.node("Softmax", TinyOnnx.integer("axis", 1))),
        1e-6f);
  }

  private static void agrees(Op op, byte[] model, float tolerance) {
    agrees(IMAGES, op, model, tolerance);
  }

  private static void agrees(Tensor images, Op op, byte[] model, float tolerance) {
    Shape in = images.shape();
    Node input = new Node("x", new Op.Input(), List.of(), in);
    Node node = new Node("y", op, List.of("x"), ShapeInference.infer(op, List.of(in), in));
    Graph graph = new Graph("tiny", List.of(input, node), List.of(new Graph.Output("y", "y")));
    try (DenseExecutor executor = new DenseExecutor(graph, new JavaBackend());
        OnnxRuntimeOracle oracle = OnnxRuntimeOracle.of(model)) {
      Tensor found = executor.output(images, 1);
      Tensor expected = oracle.run(images, "y");
      assertThat(found.shape()).isEqualTo(expected.shape());
      assertThat(found.values())
          .as(Arrays.toString(expected.values()))
          .containsExactly(expected.values(), within(tolerance));
    }
  }
}
