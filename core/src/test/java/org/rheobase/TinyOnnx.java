package org.rheobase;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/** ONNX models of one node, for comparison with {@link OnnxRuntimeOracle}. */
public final class TinyOnnx {
  private TinyOnnx() {}

  /**
   * A model from input {@code x}, {@code [1, shape]}, to output {@code y}.
   *
   * @param node without its data inputs and output
   * @param parameters further inputs of the node, after {@code x}
   */
  public static byte[] model(
      int opset, Shape shape, NodeProto.Builder node, Weights... parameters) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
    node.addInput("x");
    for (int i = 0; i < parameters.length; i++) {
      TensorProto.Builder tensor =
          TensorProto.newBuilder()
              .setName("p" + i)
              .setDataType(TensorProto.DataType.FLOAT.getNumber());
      parameters[i].dims().forEach(d -> tensor.addDims(d));
      for (float value : parameters[i].values()) {
        tensor.addFloatData(value);
      }
      graph.addInitializer(tensor);
      node.addInput("p" + i);
    }
    TensorShapeProto.Builder dims =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1));
    shape.dims().forEach(d -> dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(d)));
    graph
        .addInput(
            ValueInfoProto.newBuilder()
                .setName("x")
                .setType(
                    TypeProto.newBuilder()
                        .setTensorType(
                            TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(dims))))
        .addNode(node.addOutput("y"))
        .addOutput(ValueInfoProto.newBuilder().setName("y"));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  public static NodeProto.Builder node(String type, AttributeProto... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setName("node").setOpType(type);
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    return node;
  }

  public static AttributeProto ints(String name, int... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (int value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  public static AttributeProto integer(String name, int value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
