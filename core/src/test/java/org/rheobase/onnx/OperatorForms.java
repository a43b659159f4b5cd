package org.rheobase.onnx;

import static org.rheobase.onnx.TinyModel.ints;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every supported form of every operator, each with the operations that it is read as. */
final class OperatorForms {
  private OperatorForms() {}

  static Stream<Arguments> forms() {
    return Stream.of(
        // Convolution.
        form("Conv", conv(13, 6, 4, 1, ints(3, 3), "pads", ints(1, 1, 1, 1))),
        form("Conv", conv(7, 6, 4, 2, ints(3, 2), "pads", ints(0, 1, 2, 0), "group", 2)),
        form("Conv", conv(22, 6, 4, 1, ints(3, 3), "strides", ints(2, 3), "dilations", ints(2, 1))),
        form(
            "Conv",
            conv(
                11,
                7,
                8,
                4,
                ints(3, 3),
                "auto_pad",
                "SAME_UPPER",
                "strides",
                ints(2, 2),
                "group",
                4)),
        form("Conv", conv(11, 6, 4, 1, ints(2, 4), "auto_pad", "SAME_LOWER")),
        form(
            "Conv", conv(11, 6, 4, 1, ints(3, 3), "auto_pad", "SAME_LOWER", "strides", ints(2, 2))),
        form(
            "Conv", conv(11, 6, 4, 1, ints(3, 3), "auto_pad", "VALID", "kernel_shape", ints(3, 3))),
        // Pooling.
        form(
            "MaxPool",
            pool("MaxPool", 13, 7, 7, ints(3, 3), "strides", ints(2, 2), "ceil_mode", 1)),
        form(
            "MaxPool",
            pool("MaxPool", 13, 8, 6, ints(3, 3), "strides", ints(2, 2), "ceil_mode", 1)),
        form(
            "MaxPool",
            pool(
                "MaxPool",
                13,
                5,
                5,
                ints(2, 2),
                "strides",
                ints(2, 2),
                "ceil_mode",
                1,
                "pads",
                ints(1, 1, 1, 1))),
        form(
            "MaxPool",
            pool("MaxPool", 13, 6, 6, ints(2, 2), "strides", ints(3, 3), "ceil_mode", 1)),
        form(
            "MaxPool",
            pool("MaxPool", 8, 6, 6, ints(3, 3), "strides", ints(2, 2), "pads", ints(1, 1, 1, 1))),
        form(
            "MaxPool",
            pool(
                "MaxPool",
                12,
                9,
                9,
                ints(3, 2),
                "dilations",
                ints(2, 3),
                "pads",
                ints(1, 0, 1, 0))),
        form(
            "MaxPool",
            pool("MaxPool", 12, 9, 8, ints(3, 3), "auto_pad", "SAME_UPPER", "strides", ints(2, 2))),
        form("MaxPool", pool("MaxPool", 12, 9, 8, ints(2, 2), "auto_pad", "SAME_LOWER")),
        form(
            "MaxPool",
            pool("MaxPool", 12, 9, 8, ints(2, 2), "auto_pad", "VALID", "strides", ints(2, 2))),
        form("AveragePool", pool("AveragePool", 7, 6, 6, ints(3, 3), "pads", ints(1, 1, 1, 1))),
        form(
            "AveragePool",
            pool(
                "AveragePool",
                7,
                6,
                6,
                ints(3, 3),
                "pads",
                ints(1, 1, 0, 1),
                "count_include_pad",
                1)),
        form(
            "AveragePool",
            pool("AveragePool", 11, 6, 7, ints(3, 3), "strides", ints(2, 2), "ceil_mode", 1)),
        form(
            "AveragePool",
            pool(
                "AveragePool",
                19,
                6,
                7,
                ints(3, 3),
                "strides",
                ints(2, 2),
                "pads",
                ints(1, 1, 1, 1),
                "ceil_mode",
                1,
                "count_include_pad",
                1)),
        form(
            "AveragePool",
            pool(
                "AveragePool",
                19,
                6,
                7,
                ints(3, 3),
                "strides",
                ints(2, 2),
                "ceil_mode",
                1,
                "count_include_pad",
                1)),
        form(
            "AveragePool",
            pool(
                "AveragePool",
                11,
                7,
                6,
                ints(3, 3),
                "auto_pad",
                "SAME_UPPER",
                "strides",
                ints(2, 2))),
        form(
            "AveragePool",
            pool(
                "AveragePool",
                11,
                7,
                6,
                ints(4, 3),
                "auto_pad",
                "SAME_LOWER",
                "strides",
                ints(2, 2))),
        form("AveragePool", image(13, 3, 4, 5).node("GlobalAveragePool", "x", "y")),
        form("MaxPool", image(13, 3, 4, 5).node("GlobalMaxPool", "x", "y")),
        form("AveragePool", image(13, 3, 4, 5).node("ReduceMean", "x", "y", "axes", ints(2, 3))),
        form(
            "AveragePool Reshape",
            image(13, 3, 4, 5).node("ReduceMean", "x", "y", "axes", ints(-1, -2), "keepdims", 0)),
        form(
            "AveragePool Reshape",
            image(18, 3, 4, 5)
                .longs("axes", 2, 3)
                .node("ReduceMean", "x axes", "y", "keepdims", 0)),
        // Fully connected.
        form(
            "Reshape Gemm",
            features(13)
                .weights("w", 12, 5)
                .weights("b", 5)
                .node("Gemm", "f w b", "y", "alpha", 0.5f, "beta", 2f)),
        form(
            "Reshape Gemm",
            features(13)
                .weights("w", 5, 12)
                .weights("b", 1, 5)
                .node("Gemm", "f w b", "y", "transB", 1)),
        form(
            "Reshape Gemm",
            features(9).weights("w", 5, 12).scalar("b", 3).node("Gemm", "f w b", "y", "transB", 1)),
        form(
            "Reshape Gemm", features(13).weights("w", 5, 12).node("Gemm", "f w", "y", "transB", 1)),
        form(
            "Reshape Gemm BatchNormalization",
            features(13)
                .weights("w", 12, 5)
                .weights("b", 5)
                .node("MatMul", "f w", "m")
                .node("Add", "m b", "y")),
        form(
            "Reshape Gemm",
            features(13)
                .weights("v", 5, 12)
                .node("Transpose", "v", "w", "perm", ints(1, 0))
                .node("MatMul", "f w", "y")),
        // Normalisation and per-channel arithmetic.
        form("BatchNormalization", norm(8).node("BatchNormalization", "x s b m v", "y")),
        form(
            "BatchNormalization",
            norm(15)
                .node("BatchNormalization", "x s b m v", "y", "epsilon", 0.01f, "momentum", 0.5f)),
        form(
            "BatchNormalization", image(13, 3, 2, 2).weights("c", 3, 1, 1).node("Add", "x c", "y")),
        form(
            "BatchNormalization",
            image(13, 3, 2, 2).weights("c", 1, 3, 1, 1).node("Sub", "x c", "y")),
        form(
            "BatchNormalization",
            image(13, 3, 2, 2).weights("c", 1, 3, 1, 1).node("Sub", "c x", "y")),
        form("BatchNormalization", image(13, 3, 2, 2).scalar("c", 255).node("Div", "x c", "y")),
        form("BatchNormalization", image(13, 3, 2, 2).vector("c", 0.3f).node("Mul", "c x", "y")),
        // Activations.
        form("Relu", image(13, 3, 2, 2).node("Relu", "x", "y")),
        form("Relu (cap 0.5)", image(7, 3, 2, 2).node("Clip", "x", "y", "min", 0f, "max", 0.5f)),
        form("Relu", image(10, 3, 2, 2).node("Clip", "x", "y", "min", 0f)),
        form("Identity", image(10, 3, 2, 2).node("Clip", "x", "y")),
        form(
            "Relu (cap 0.5)",
            image(11, 3, 2, 2).scalar("lo", 0).scalar("hi", 0.5f).node("Clip", "x lo hi", "y")),
        form(
            "Relu",
            image(13, 3, 2, 2)
                .scalar("lo", 0)
                .scalar("hi", Float.MAX_VALUE)
                .node("Clip", "x lo hi", "y")),
        form("Relu", image(13, 3, 2, 2).scalar("lo", 0).node("Clip", "x lo", "y")),
        form("Identity", image(13, 3, 2, 2).node("Clip", "x", "y")),
        form(
            "Relu (cap 0.5)",
            image(13, 3, 2, 2)
                .node("Constant", "", "lo", "value_float", 0f)
                .node("Constant", "", "hi", "value_float", 0.5f)
                .node("Clip", "x lo hi", "y")),
        form("Softmax", image(13, 3, 2, 2).node("Softmax", "x", "y", "axis", 1)),
        form("Softmax", image(13, 3, 2, 2).node("Softmax", "x", "y", "axis", -3)),
        form("Reshape Softmax", features(9).node("Softmax", "f", "y")),
        form("Reshape Softmax", features(13).node("Softmax", "f", "y")),
        form(
            "AveragePool Softmax Reshape",
            image(9, 3, 2, 2)
                .node("GlobalAveragePool", "x", "p")
                .node("Softmax", "p", "s")
                .node("Flatten", "s", "y")),
        // Sums and concatenation.
        form("Relu Add", image(13, 3, 2, 2).node("Relu", "x", "r").node("Add", "r x", "y")),
        form("Relu Add", image(13, 3, 2, 2).node("Relu", "x", "r").node("Sum", "r x x", "y")),
        form("Identity", image(13, 3, 2, 2).node("Sum", "x", "y")),
        form(
            "Relu Concat",
            image(13, 3, 2, 2).node("Relu", "x", "r").node("Concat", "r x", "y", "axis", -3)),
        form("Identity", image(13, 3, 2, 2).node("Concat", "x", "y", "axis", 1)),
        // Padding.
        form("Pad", image(7, 3, 2, 2).node("Pad", "x", "y", "pads", ints(0, 1, 2, 0, 0, 0, 1, 3))),
        form("Pad", image(11, 3, 2, 2).longs("p", 0, 2, 0, 0, 0, 1, 0, 0).node("Pad", "x p", "y")),
        form(
            "Pad",
            image(18, 3, 2, 2)
                .longs("p", 1, 2, 3, 4)
                .longs("a", -1, 2)
                .scalar("v", 0)
                .node("Pad", "x p v a", "y")),
        form(
            "Identity",
            image(13, 3, 2, 2)
                .longs("p", 0, 0, 0, 0, 0, 0, 0, 0)
                .node("Pad", "x p", "y", "mode", "reflect")),
        form("Pad", ExporterForms.torchZeroPad()),
        // The same values under another shape.
        form("Reshape", image(13, 3, 2, 2).node("Flatten", "x", "y")),
        form("Reshape", image(13, 3, 2, 2).node("Flatten", "x", "y", "axis", -3)),
        form("Reshape", reshape(0, -1)),
        form("Reshape", reshape(-1, 12)),
        form("Reshape", reshape(0, 12)),
        form("Reshape", reshape(0, 3, -1)),
        form("Reshape", reshape(-1, 3, 4, 1)),
        form(
            "Reshape Reshape",
            image(13, 3, 2, 2)
                .node("Flatten", "x", "f")
                .longs("s", -1, 12, 1, 1)
                .node("Reshape", "f s", "y")),
        form(
            "AveragePool Reshape",
            image(11, 3, 2, 2)
                .node("GlobalAveragePool", "x", "p")
                .node("Squeeze", "p", "y", "axes", ints(2, -1))),
        form(
            "AveragePool Reshape",
            image(13, 3, 2, 2)
                .node("GlobalAveragePool", "x", "p")
                .longs("a", 3, 2)
                .node("Squeeze", "p a", "y")),
        form(
            "AveragePool Reshape",
            image(13, 3, 2, 2).node("GlobalAveragePool", "x", "p").node("Squeeze", "p", "y")),
        form("Reshape Reshape", features(11).node("Unsqueeze", "f", "y", "axes", ints(2, 3))),
        form("Reshape Reshape", features(13).longs("a", 3, -2).node("Unsqueeze", "f a", "y")),
        form(
            "AveragePool Reshape",
            image(13, 3, 2, 2)
                .node("GlobalAveragePool", "x", "p")
                .node("Transpose", "p", "y", "perm", ints(0, 2, 3, 1))),
        form("Reshape", ExporterForms.torchView()),
        form("Reshape", ExporterForms.torchFlattenByProduct()),
        // Nothing at inference.
        form("Identity", image(13, 3, 2, 2).node("Identity", "x", "y")),
        form("Identity", image(7, 3, 2, 2).node("Dropout", "x", "y", "ratio", 0.5f)),
        form("Identity", image(13, 3, 2, 2).scalar("ratio", 0.5f).node("Dropout", "x ratio", "y")),
        form(
            "Identity",
            image(13, 3, 2, 2).node("Cast", "x", "y", "to", DataType.FLOAT.getNumber())));
  }

  private static Arguments form(String operations, TinyModel model) {
    return Arguments.of(operations, model);
  }

  static TinyModel image(int opset, int... shape) {
    return TinyModel.image(opset, 0, shape);
  }

  private static TinyModel conv(
      int opset, int size, int out, int groups, int[] kernel, Object... attributes) {
    int in = groups == 2 ? 6 : 4;
    return image(opset, in, size, size + 1)
        .weights("w", out, in / groups, kernel[0], kernel[1])
        .weights("b", out)
        .node("Conv", groups == 1 ? "x w" : "x w b", "y", attributes);
  }

  private static TinyModel pool(
      String op, int opset, int height, int width, int[] kernel, Object... attributes) {
    Object[] all = Arrays.copyOf(attributes, attributes.length + 2);
    all[attributes.length] = "kernel_shape";
    all[attributes.length + 1] = kernel;
    return image(opset, 2, height, width).node(op, "x", "y", all);
  }

  private static TinyModel features(int opset) {
    return image(opset, 3, 2, 2).node("Flatten", "x", "f");
  }

  private static TinyModel norm(int opset) {
    return image(opset, 3, 2, 2)
        .weights("s", 3)
        .weights("b", 3)
        .weights("m", 3)
        .vector("v", 0.1f, 2, 30);
  }

  private static TinyModel reshape(long... shape) {
    return image(13, 3, 2, 2).longs("s", shape).node("Reshape", "x s", "y");
  }
}
