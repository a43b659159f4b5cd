package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Small files that ask for much: of memory, of time, of the stack. A fuzzer does not find them,
 * because each needs many equal steps.
 */
public final class HostileModels {
  private static final int MANY = 3000;
  private static final int WIDE = 1 << 26;

  private HostileModels() {}

  /** By what they ask for. */
  public static Map<String, ModelProto> all() {
    Map<String, ModelProto> models = new LinkedHashMap<>();
    models.put("a long chain of activations", chain(i -> "Relu"));
    models.put("a long chain of functions", chain(i -> "Sigmoid"));
    models.put("a neuron and a long chain behind it", behindNeuron());
    models.put("a long chain of refused nodes", refusedChain());
    models.put("neurons that all read a long chain", fan());
    models.put("sums of sums of themselves", doubled(60, "Add"));
    models.put("concatenations of concatenations", concatenated());
    models.put("many poolings behind activations", pools());
    models.put("many outputs", outputs());
    models.put("many channels, scaled again and again", repeated("Neg", 1, WIDE, 1, 1));
    models.put("many groups", normalised());
    models.put("many constants", constants());
    models.put("weights read again and again", rereading());
    models.put("pooling over a large map in front of a neuron", largePool());
    models.put("windows along a long side", windows());
    models.put("long names, repeated by functions", names());
    return models;
  }

  private static TinyModel image(int... shape) {
    return TinyModel.image(13, 0, shape);
  }

  private static ModelProto chain(IntFunction<String> operator) {
    TinyModel tiny = image(1, 2, 2);
    for (int i = 0; i < MANY; i++) {
      tiny.node(operator.apply(i), i == 0 ? "x" : "t" + i, "t" + (i + 1));
    }
    return tiny.proto();
  }

  private static ModelProto behindNeuron() {
    TinyModel tiny = image(1, 2, 2).node("Relu", "x", "t0");
    for (int i = 0; i < MANY; i++) {
      tiny.node("Sigmoid", "t" + i, "t" + (i + 1));
    }
    return tiny.proto();
  }

  private static ModelProto refusedChain() {
    TinyModel tiny = image(1, 2, 2);
    for (int i = 0; i < MANY; i++) {
      tiny.node("Sin", i == 0 ? "x" : "t" + i, "t" + (i + 1));
      tiny.graph.addValueInfo(
          TinyModel.info("u" + i, ai.onnx.proto.OnnxMl.TensorShapeProto.newBuilder()));
    }
    return tiny.proto();
  }

  /** Half of the nodes in a chain, the other half activations of its end. */
  private static ModelProto fan() {
    TinyModel tiny = image(1, 2, 2);
    String last = "x";
    for (int i = 0; i < MANY / 2; i++) {
      tiny.node("Add", last + " x", "a" + i);
      last = "a" + i;
    }
    for (int i = 0; i < MANY / 2; i++) {
      tiny.scalar("s" + i, i).node("Add", last + " s" + i, "b" + i).node("Relu", "b" + i, "r" + i);
    }
    tiny.graph.addNode(joined(MANY / 2));
    return tiny.proto();
  }

  private static NodeProto joined(int count) {
    NodeProto.Builder sum = NodeProto.newBuilder().setOpType("Sum").addOutput("sum");
    for (int i = 0; i < count; i++) {
      sum.addInput("r" + i);
    }
    return sum.build();
  }

  private static ModelProto doubled(int times, String operator) {
    TinyModel tiny = image(1, 2, 2).node("Relu", "x", "t0");
    for (int i = 0; i < times; i++) {
      tiny.node(operator, "t" + i + " t" + i, "t" + (i + 1));
    }
    return tiny.node("Relu", "t" + times, "y").proto();
  }

  /** Two concatenations of the two before, with a pooling behind the last. */
  private static ModelProto concatenated() {
    TinyModel tiny = image(1, 4, 4).node("Relu", "x", "a0").node("Sigmoid", "x", "b0");
    int depth = 22;
    for (int i = 0; i < depth; i++) {
      tiny.node("Concat", "a" + i + " b" + i, "a" + (i + 1), "axis", 1);
      tiny.node("Concat", "b" + i + " a" + i, "b" + (i + 1), "axis", 1);
    }
    return tiny.node("MaxPool", "a" + depth, "y", "kernel_shape", TinyModel.ints(2, 2)).proto();
  }

  private static ModelProto pools() {
    TinyModel tiny = image(1, 2, 2);
    String last = "x";
    for (int i = 0; i < MANY / 2; i++) {
      tiny.node("Relu", last, "r" + i);
      tiny.node(
          "MaxPool",
          "r" + i,
          "p" + i,
          "kernel_shape",
          TinyModel.ints(3, 3),
          "pads",
          TinyModel.ints(1, 1, 1, 1));
      last = "p" + i;
    }
    return tiny.proto();
  }

  private static ModelProto outputs() {
    TinyModel tiny = image(1, 2, 2);
    for (int i = 0; i < MANY; i++) {
      tiny.node("Relu", i == 0 ? "x" : "t" + i, "t" + (i + 1)).output("t" + (i + 1));
    }
    return tiny.proto();
  }

  private static ModelProto repeated(String operator, int... shape) {
    TinyModel tiny = TinyModel.image(13, 0, shape[1], shape[2], shape[3]);
    for (int i = 0; i < 100; i++) {
      tiny.node(operator, i == 0 ? "x" : "t" + i, "t" + (i + 1));
    }
    return tiny.proto();
  }

  private static ModelProto normalised() {
    TinyModel tiny = TinyModel.image(18, 0, WIDE, 1, 1).vector("s", 1).vector("b", 0);
    return tiny.node("GroupNormalization", "x s b", "y", "num_groups", 1).proto();
  }

  private static ModelProto constants() {
    TinyModel tiny = image(1, 2, 2).longs("zero", 0).longs("end", 1 << 16).longs("one", 1);
    for (int i = 0; i < MANY; i++) {
      tiny.node("Range", "zero end one", "c" + i);
    }
    return tiny.node("Relu", "x", "y").proto();
  }

  private static ModelProto rereading() {
    TinyModel tiny = image(1, 2, 2).weights("w", 250_000);
    for (int i = 0; i < MANY; i++) {
      tiny.node("Mul", "x w", "m" + i).node("Neg", "w", "n" + i).node("Shape", "w", "s" + i);
    }
    return tiny.node("Relu", "x", "y").proto();
  }

  private static ModelProto largePool() {
    return image(4, 1 << 13, 1 << 13)
        .node("GlobalAveragePool", "x", "p")
        .node("Relu", "p", "y")
        .proto();
  }

  private static ModelProto windows() {
    TinyModel tiny = image(1, 1, WIDE);
    for (int i = 0; i < 1000; i++) {
      tiny.node(
          "MaxPool",
          i == 0 ? "x" : "t" + i,
          "t" + (i + 1),
          "kernel_shape",
          TinyModel.ints(1, 3),
          "pads",
          TinyModel.ints(0, 1, 0, 1));
    }
    return tiny.proto();
  }

  /** Functions of two calls each, sixteen deep, and a tensor with a name of 100 kB in the last. */
  private static ModelProto names() {
    TinyModel tiny = image(1, 2, 2);
    tiny.model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1));
    int depth = 16;
    for (int i = 0; i < depth; i++) {
      String next = "F" + (i + 1);
      tiny.model.addFunctions(
          function("F" + i).addNode(call(next, "in", "m")).addNode(call(next, "m", "out")));
    }
    String name = "n".repeat(100_000);
    tiny.model.addFunctions(
        function("F" + depth).addNode(node("Relu", "in", name)).addNode(node("Relu", name, "out")));
    tiny.graph.addNode(call("F0", "x", "y"));
    return tiny.proto();
  }

  private static FunctionProto.Builder function(String name) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain("own")
        .addInput("in")
        .addOutput("out");
  }

  private static NodeProto.Builder node(String operator, String input, String output) {
    return NodeProto.newBuilder().setOpType(operator).addInput(input).addOutput(output);
  }

  private static NodeProto.Builder call(String function, String input, String output) {
    return node(function, input, output).setDomain("own");
  }
}
