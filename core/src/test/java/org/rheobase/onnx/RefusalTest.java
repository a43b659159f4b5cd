package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rheobase.onnx.TinyModel.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Verdict;

/** What is not supported is refused with a precise reason, and never mistranslated. */
class RefusalTest {
  @TempDir Path folder;

  static Stream<Arguments> refused() {
    return Stream.of(
        form("Rheobase does not know this operator", image(13).node("Acos", "x", "y")),
        form("two spatial dimensions", image(13).weights("w", 4, 3, 2).node("Conv", "x w", "y")),
        form("its weight is computed", image(13).node("Conv", "x x", "y")),
        form(
            "auto_pad is DIAGONAL",
            image(13).weights("w", 4, 3, 1, 1).node("Conv", "x w", "y", "auto_pad", "DIAGONAL")),
        form(
            "pads [-1, 0, 0, 0]; expected 0 to",
            image(13).weights("w", 4, 3, 1, 1).node("Conv", "x w", "y", "pads", ints(-1, 0, 0, 0))),
        form(
            "strides [0, 1]; expected 1 to",
            image(13).weights("w", 4, 3, 1, 1).node("Conv", "x w", "y", "strides", ints(0, 1))),
        form("transA is set", features().weights("w", 4, 12).node("Gemm", "f w", "y", "transA", 1)),
        form(
            "its C has the dimensions [12, 1]",
            features().weights("w", 12, 12).weights("c", 12, 1).node("Gemm", "f w c", "y")),
        form(
            "first operand is a constant",
            features().weights("w", 4, 12).node("MatMul", "w f", "y")),
        form("expected features [n,k]", image(13).weights("w", 2, 2).node("MatMul", "x w", "y")),
        form(
            "training mode",
            norm(14).node("BatchNormalization", "x v v v v", "y", "training_mode", 1)),
        form("training mode", norm(9).node("BatchNormalization", "x v v v v", "y a b c d")),
        form("spatial is 0", norm(8).node("BatchNormalization", "x v v v v", "y", "spatial", 0)),
        form(
            "the neurons of y stand behind it",
            image(13)
                .scalar("lo", -1)
                .scalar("hi", 1)
                .node("Clip", "x lo hi", "c")
                .node("Relu", "c", "y")),
        form(
            "its min 2.0 is above its max 1.0",
            image(13).scalar("lo", 2).scalar("hi", 1).node("Clip", "x lo hi", "y")),
        form(
            "its output 1 (where) is used",
            image(13).node("MaxPool", "x", "y where", "kernel_shape", ints(2, 2)).output("where")),
        form(
            "storage_order",
            image(13).node("MaxPool", "x", "y", "kernel_shape", ints(2, 2), "storage_order", 1)),
        form(
            "lies in the padding alone",
            image(13)
                .node("MaxPool", "x", "y", "kernel_shape", ints(2, 2), "pads", ints(2, 0, 0, 0))),
        form(
            "kernel_shape [3] has 1 values; expected 2",
            image(13).node("AveragePool", "x", "y", "kernel_shape", ints(3))),
        form(
            "dilations",
            image(19)
                .node(
                    "AveragePool",
                    "x",
                    "y",
                    "kernel_shape",
                    ints(2, 2),
                    "dilations",
                    ints(2, 2),
                    "pads",
                    ints(1, 1, 1, 1))),
        form("it reduces the batch too", image(13).node("ReduceMean", "x", "y")),
        form("it reduces the batch", image(13).node("ReduceMax", "x", "y", "axes", ints(0))),
        form(
            "its mode is wrap",
            image(19).longs("p", 0, 0, 1, 0, 0, 0, 0, 0).node("Pad", "x p", "y", "mode", "wrap")),
        form(
            "expected 0 to 1",
            image(13)
                .longs("p", 0, 0, 2, 0, 0, 0, 0, 0)
                .node("Pad", "x p", "y", "mode", "reflect")),
        form(
            "auto_pad is SAME_UPPER",
            image(13)
                .weights("w", 3, 2, 2, 2)
                .node("ConvTranspose", "x w", "y", "auto_pad", "SAME_UPPER")),
        form("does not fit", image(13).weights("w", 4, 2, 2, 2).node("ConvTranspose", "x w", "y")),
        form(
            "it fills with 1.0",
            image(13).longs("p", 0, 0, 1, 0, 0, 0, 0, 0).scalar("v", 1).node("Pad", "x p v", "y")),
        form(
            "expected 0 to", image(13).longs("p", 0, 0, -1, 0, 0, 0, 0, 0).node("Pad", "x p", "y")),
        form(
            "pads the batch", image(13).longs("p", 1, 0, 0, 0, 0, 0, 0, 0).node("Pad", "x p", "y")),
        form(
            "its operands are [n,3,2,2] and [n,12]",
            image(13).node("Flatten", "x", "f").node("Add", "x f", "y")),
        form(
            "expected one shape, or 1",
            image(13)
                .node("AveragePool", "x", "p", "kernel_shape", ints(1, 2))
                .node("Concat", "x x x", "c", "axis", 2)
                .node("Mul", "x c", "y")),
        form("does not fit", image(13).weights("c", 2, 3).node("Add", "x c", "y")),
        form("does not fit", image(13).weights("c", 2, 3, 1, 1).node("Add", "x c", "y")),
        form("divides by 0", image(13).scalar("c", 0).node("Div", "x c", "y")),
        form("which joins images", image(13).node("Concat", "x x", "y", "axis", 0)),
        form(
            "its input 1 is the constant c",
            image(13).weights("c", 1, 3, 2, 2).node("Concat", "x c", "y", "axis", 1)),
        form("which mixes images", image(13).node("Flatten", "x", "y", "axis", 2)),
        form("would mix the images", reshape(-1, 6)),
        form("would mix the images", reshape(1, -1)),
        form("would mix the images", reshape(-1, 24)),
        form("would mix the images", reshape(2, 12)),
        form("would mix the images", reshape(3, -1, 2, 2)),
        form("would mix the images", reshape(-1)),
        form("leaves two dimensions open", reshape(-1, -1)),
        form("copies a dimension that is not there", reshape(-1, 3, 2, 2, 0)),
        form(
            "empty dimension",
            image(14).longs("s", 0, 12).node("Reshape", "x s", "y", "allowzero", 1)),
        form("its shape is computed", image(13).node("Reshape", "x x", "y")),
        form("the batch dimension", features().node("Squeeze", "f", "y", "axes", ints(0))),
        form(
            "removes the batch dimension too",
            TinyModel.image(13, 1, 3, 2, 2)
                .node("GlobalAveragePool", "x", "p")
                .node("Squeeze", "p", "y")),
        form("before the batch", features().node("Unsqueeze", "f", "y", "axes", ints(0))),
        form(
            "which moves the batch",
            image(13).node("Transpose", "x", "y", "perm", ints(1, 0, 2, 3))),
        form("which moves the batch", image(13).node("Transpose", "x", "y")),
        form("its perm is", image(13).node("Transpose", "x", "y", "perm", ints(0, 1, 1, 2))),
        form("picks images", image(13).longs("i", 0).node("Gather", "x i", "y")),
        form("axis 3 of", image(13).longs("i", 3).node("Gather", "x i", "y", "axis", 1)),
        form("its indices is computed", image(13).node("Gather", "x x", "y", "axis", 1)),
        form(
            "it cuts the batch", image(13).longs("a", 0).longs("b", 1).node("Slice", "x a b", "y")),
        form(
            "it keeps nothing of axis 1",
            image(13).longs("a", 2).longs("b", 1).longs("c", 1).node("Slice", "x a b c", "y")),
        form("its step is 0", slice(0)),
        form("it splits the batch", image(13).node("Split", "x", "y z")),
        form(
            "into parts of [1, 1]",
            image(12).node("Split", "x", "y z", "axis", 1, "split", ints(1, 1))),
        form("its mode is cubic", resize("cubic", 1, 1, 2, 2)),
        form("more than rows and columns", resize("nearest", 1, 2, 2, 2)),
        form("not above 0", resize("nearest", 1, 1, 0, 2)),
        form("resizes to 0", resize("nearest", 1, 1, 0.1f, 2)),
        form("resizes to", resize("linear", 1, 1, 1e8f, 2)),
        form(
            "it casts to INT64",
            image(13).node("Cast", "x", "y", "to", DataType.INT64.getNumber())),
        form("which mixes images", image(13).node("Softmax", "x", "y", "axis", 0)),
        form(
            "the neurons of r stand behind it",
            image(13)
                .node("Softmax", "x", "s", "axis", 1)
                .node("Flatten", "s", "f")
                .node("Relu", "f", "r")),
        form(
            "the neurons of r stand behind it",
            image(11).node("Softmax", "x", "s", "axis", 1).node("Relu", "s", "r")),
        form(
            "expected keepdims 1",
            image(13).node("ReduceMax", "x", "y", "axes", ints(1, 2, 3), "keepdims", 0)),
        form(
            "it cuts the batch",
            image(13)
                .longs("a", 0)
                .longs("b", Long.MAX_VALUE)
                .longs("d", 2)
                .node("Slice", "x a b a d", "y")),
        form(
            "its slope [2] is not one value or one per channel",
            image(13).vector("s", 1, 2).node("PRelu", "x s", "y")),
        form(
            "its exponent is not one number",
            image(13).weights("e", 3, 1, 1).node("Pow", "x e", "y")),
        form(
            "reads only constants",
            image(13).scalar("c", 1).node("Relu", "c", "d").node("Add", "x d", "y")),
        form("only operators of the domain ai.onnx", domain("com.microsoft", "FusedConv")),
        form("a function of the file that uses other opsets", function()),
        form(
            "it stands behind post-processing",
            image(13).node("ArgMax", "x", "c", "axis", 1).node("Relu", "c", "y")),
        form("Rheobase does not know this operator", subgraph()));
  }

  private static Arguments form(String reason, TinyModel model) {
    return Arguments.of(reason, model);
  }

  private static TinyModel image(int opset) {
    return TinyModel.image(opset, 0, 3, 2, 2);
  }

  private static TinyModel slice(long step) {
    return image(13)
        .longs("a", 0)
        .longs("b", 1)
        .longs("c", 1)
        .longs("d", step)
        .node("Slice", "x a b c d", "y");
  }

  private static TinyModel resize(String mode, float... scales) {
    return image(13).vector("s", scales).node("Resize", "x _ s", "y", "mode", mode);
  }

  private static TinyModel features() {
    return image(11).node("Flatten", "x", "f");
  }

  private static TinyModel norm(int opset) {
    return image(opset).vector("v", 1, 2, 3);
  }

  private static TinyModel reshape(long... shape) {
    return image(13).longs("s", shape).node("Reshape", "x s", "y");
  }

  private static TinyModel domain(String domain, String op) {
    TinyModel tiny = image(13).node(op, "x", "y");
    tiny.graph.getNodeBuilder(0).setDomain(domain);
    tiny.model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
    return tiny;
  }

  private static TinyModel function() {
    TinyModel tiny = domain("my.own", "Twice");
    tiny.model.addFunctions(
        FunctionProto.newBuilder()
            .setDomain("my.own")
            .setName("Twice")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(9)));
    return tiny;
  }

  private static TinyModel subgraph() {
    TinyModel tiny = image(13).scalar("c", 1).node("If", "c", "y");
    tiny.graph
        .getNodeBuilder(0)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("then_branch")
                .setType(AttributeType.GRAPH)
                .setG(GraphProto.newBuilder().addNode(NodeProto.newBuilder().setOpType("Relu"))));
    return tiny;
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedWithItsReason(String reason, TinyModel tiny) {
    Path file = tiny.in(folder);
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tiny.onnx: node ")
        .hasMessageContaining(", domain ")
        .hasMessageContaining(", opset ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
    assertThat(OnnxReader.refusals(file)).hasSize(1);
  }

  @Test
  void theMessageNamesTheFirstAndCountsTheOthers() {
    Path file =
        image(13)
            .node("Acos", "x", "a")
            .node("Relu", "a", "b")
            .node("Celu", "b", "c")
            .node("Flatten", "c", "d", "axis", 2)
            .in(folder);
    assertThatThrownBy(() -> OnnxReader.read(file))
        .hasMessageEndingWith(
            "tiny.onnx: node a (Acos, domain ai.onnx, opset 13) is not supported: Rheobase does not"
                + " know this operator; 2 other nodes are not supported either ('rheobase inspect'"
                + " lists them)");
    assertThat(OnnxReader.refusals(file))
        .extracting(NodeVerdict::node)
        .containsExactly("a", "c", "d");
  }

  @Test
  void castingToHalfPrecisionIsCalledAnApproximation() {
    Path file = image(13).node("Cast", "x", "y", "to", DataType.FLOAT16.getNumber()).in(folder);
    assertThat(OnnxReader.read(file).verdicts())
        .extracting(NodeVerdict::verdict)
        .containsExactly(Verdict.APPROXIMATED);
  }

  @Test
  void opsetsOutsideTheRangeAreRefused() {
    for (int opset : new int[] {6, 23}) {
      Path file = image(opset).node("Relu", "x", "y").in(folder);
      assertThatThrownBy(() -> OnnxReader.read(file))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("expected opset 7 to 22, found " + opset);
    }
  }

  @Test
  void inputsOtherThanOneImageAreRefused() {
    TinyModel two = image(13).node("Add", "x z", "y");
    two.graph.addInput(TinyModel.info("z", TensorShapeProto.newBuilder()));
    assertUnsupported(two, "expected one input, an image [n,c,h,w], found 2 (x, z)");
    assertUnsupported(
        TinyModel.image(13, 0, 3, 8).node("Relu", "x", "y"), "x is [n,3,8]; expected an image");
    assertUnsupported(
        TinyModel.image(13, 4, 3, 8, 8).node("Relu", "x", "y"), "expected a batch size of 1");
    assertUnsupported(
        TinyModel.image(13, 0, 3, 0, 0).node("Relu", "x", "y"), "leaves the image size open");
    TinyModel bytes = image(13).node("Relu", "x", "y");
    bytes
        .graph
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(DataType.UINT8.getNumber());
    assertUnsupported(bytes, "elements of type UINT8");
  }

  @Test
  void anImageSizeThatContradictsTheModelIsMisuse() {
    Path file = image(13).node("Relu", "x", "y").in(folder);
    for (Shape wrong : List.of(Shape.of(1, 2, 2), Shape.of(3, 4, 2), Shape.of(12))) {
      assertThatThrownBy(() -> OnnxReader.read(file, ReadOptions.of(wrong)))
          .isInstanceOf(MisuseException.class)
          .hasMessageContaining("x is [n,3,2,2]");
    }
  }

  private void assertUnsupported(TinyModel tiny, String reason) {
    Path file = tiny.in(folder);
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(reason);
  }
}
