package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Writes small ONNX models for tests, as a list of nodes. The image is called {@code x}; the output
 * of the last node is the network's.
 */
final class TinyModel {
  final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
  final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
  private final Random random = new Random(7);

  TinyModel(int opset) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
  }

  /** An image {@code [n,c,h,w]}; a batch of 0 is left open. */
  static TinyModel image(int opset, int batch, int... shape) {
    TinyModel tiny = new TinyModel(opset);
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    if (batch == 0) {
      dims.addDimBuilder().setDimParam("n");
    } else {
      dims.addDimBuilder().setDimValue(batch);
    }
    Arrays.stream(shape).forEach(d -> dims.addDimBuilder().setDimValue(d));
    tiny.graph.addInput(info("x", dims));
    return tiny;
  }

  static ValueInfoProto info(String name, TensorShapeProto.Builder dims) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT.getNumber())
                        .setShape(dims)))
        .build();
  }

  /**
   * Adds a node.
   *
   * @param attributes name, value, name, value, …; values are numbers, lists of integers, strings
   *     or tensors
   */
  TinyModel node(String op, String inputs, String outputs, Object... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(op)
            .addAllInput(names(inputs))
            .addAllOutput(names(outputs));
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    graph.addNode(node);
    return this;
  }

  private static List<String> names(String spaced) {
    return spaced.isEmpty()
        ? List.of()
        : Arrays.stream(spaced.split(" ")).map(s -> s.equals("_") ? "" : s).toList();
  }

  static AttributeProto.Builder attribute(String name, Object value) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    return switch (value) {
      case Integer i -> a.setType(AttributeType.INT).setI(i);
      case Float f -> a.setType(AttributeType.FLOAT).setF(f);
      case String s -> a.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
      case TensorProto t -> a.setType(AttributeType.TENSOR).setT(t);
      case int[] ints ->
          a.setType(AttributeType.INTS)
              .addAllInts(Arrays.stream(ints).asLongStream().boxed().toList());
      default -> throw new IllegalArgumentException(String.valueOf(value));
    };
  }

  static int[] ints(int... values) {
    return values;
  }

  static TensorProto longTensor(long... values) {
    return TensorProto.newBuilder()
        .setDataType(DataType.INT64.getNumber())
        .addDims(values.length)
        .addAllInt64Data(Arrays.stream(values).boxed().toList())
        .build();
  }

  static TensorProto longScalar(long value) {
    return longTensor(value).toBuilder().clearDims().build();
  }

  /** Weights between -1 and 1. */
  TinyModel weights(String name, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return floats(name, dims, values);
  }

  TinyModel floats(String name, int[] dims, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    Arrays.stream(dims).forEach(tensor::addDims);
    for (float v : values) {
      tensor.addFloatData(v);
    }
    graph.addInitializer(tensor);
    return this;
  }

  TinyModel scalar(String name, float value) {
    return floats(name, new int[0], value);
  }

  TinyModel vector(String name, float... values) {
    return floats(name, ints(values.length), values);
  }

  TinyModel longs(String name, long... values) {
    graph.addInitializer(longTensor(values).toBuilder().setName(name));
    return this;
  }

  TinyModel output(String name) {
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()))));
    return this;
  }

  ModelProto proto() {
    if (graph.getOutputCount() == 0) {
      output(graph.getNode(graph.getNodeCount() - 1).getOutput(0));
    }
    return model.setGraph(graph).build();
  }

  /** Writes {@code tiny.onnx}. */
  Path in(Path folder) {
    return write(proto(), folder);
  }

  static Path write(ModelProto proto, Path folder) {
    Path file = folder.resolve("tiny.onnx");
    try {
      Files.write(file, proto.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
