package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.Parity;
import org.rheobase.dense.DenseBackends;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Node;

/** Functions that a model defines itself are read as the nodes that they stand for. */
class FunctionInliningTest {
  private static final String DOMAIN = "my.own";

  @TempDir Path folder;

  @Test
  void callsComputeWhatOnnxRuntimeComputes() {
    TinyModel tiny = model().weights("w", 4, 3, 3, 3);
    tiny.model.addFunctions(
        function("Block", "in weight", "out", node("Conv", "in weight", "c"), soft("c", "out")));
    tiny.model.addFunctions(
        function(
                "Soft",
                "in",
                "out",
                leaky("in", "l"),
                node("Sigmoid", "l", "r"),
                node("Add", "r l", "out"))
            .addAttribute("slope"));
    tiny.node("Block", "x w", "a").node("Soft", "a", "y", "slope", 0.5f);
    Path file = own(tiny, 0, 1).in(folder);

    assertThat(OnnxReader.read(file).graph().nodes())
        .extracting(Node::name)
        .containsExactly("x", "a/c", "a_2/l", "a_2/r", "a", "y/l", "y/r", "y");
    Parity.check(file, 2, 1, List.of(DenseBackends.named("java")));
  }

  @Test
  void functionsThatCallThemselvesAreUnreadable() {
    TinyModel tiny = model();
    tiny.model.addFunctions(function("Loop", "in", "out", call("Loop", "in", "out")));
    assertUnreadable(own(tiny.node("Loop", "x", "y"), 0), "calls more than 32 deep");
  }

  @Test
  void functionsThatMultiplyAreUnreadable() {
    TinyModel tiny = model();
    for (int i = 0; i < 24; i++) {
      String next = "F" + (i + 1);
      tiny.model.addFunctions(
          function("F" + i, "in", "out", call(next, "in", "m"), call(next, "m", "out")));
    }
    tiny.model.addFunctions(function("F24", "in", "out", node("Relu", "in", "out")));
    assertUnreadable(own(tiny.node("F0", "x", "y"), 0), "more than 65536 nodes");
  }

  private void assertUnreadable(TinyModel tiny, String what) {
    Path file = tiny.in(folder);
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(UnreadableDataException.class)
        .hasMessageContaining(what);
  }

  private static TinyModel model() {
    TinyModel tiny = TinyModel.image(15, 0, 3, 6, 5);
    tiny.model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1));
    return tiny;
  }

  private static TinyModel own(TinyModel tiny, int... nodes) {
    for (int node : nodes) {
      tiny.graph.getNodeBuilder(node).setDomain(DOMAIN);
    }
    return tiny;
  }

  private static FunctionProto.Builder function(
      String name, String inputs, String output, NodeProto.Builder... nodes) {
    FunctionProto.Builder function =
        FunctionProto.newBuilder()
            .setDomain(DOMAIN)
            .setName(name)
            .addAllInput(List.of(inputs.split(" ", -1)))
            .addOutput(output)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(15))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1));
    for (NodeProto.Builder node : nodes) {
      function.addNode(node);
    }
    return function;
  }

  private static NodeProto.Builder node(String op, String inputs, String output) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .addAllInput(List.of(inputs.split(" ", -1)))
        .addOutput(output);
  }

  private static NodeProto.Builder call(String function, String inputs, String output) {
    return node(function, inputs, output).setDomain(DOMAIN);
  }

  private static NodeProto.Builder soft(String input, String output) {
    return call("Soft", input, output).addAttribute(TinyModel.attribute("slope", 0.25f));
  }

  /** Its slope is the attribute of the function's caller. */
  private static NodeProto.Builder leaky(String input, String output) {
    return node("LeakyRelu", input, output)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("alpha")
                .setType(AttributeType.FLOAT)
                .setRefAttrName("slope"));
  }
}
