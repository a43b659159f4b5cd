package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Shape;

/** What can be known of a refused node's output, so that the nodes behind it can be examined. */
final class RefusedShape {
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Abs",
          "Acos",
          "Asin",
          "Atan",
          "Add",
          "BatchNormalization",
          "Cast",
          "Ceil",
          "Celu",
          "Cos",
          "Clip",
          "Div",
          "Elu",
          "Erf",
          "Exp",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "InstanceNormalization",
          "Floor",
          "LRN",
          "LeakyRelu",
          "LogSoftmax",
          "Mish",
          "Mul",
          "Neg",
          "PRelu",
          "Pow",
          "Reciprocal",
          "Round",
          "Selu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Softmax",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Sub",
          "Tanh");

  private RefusedShape() {}

  static Value guess(
      Map<String, ValueInfoProto> declared,
      NodeProto proto,
      Map<String, Value> values,
      String name) {
    if (proto.getOutputCount() == 0) {
      return new Value.Unknown();
    }
    Shape shape = declared(declared.get(proto.getOutput(0)));
    if (shape == null && ELEMENTWISE.contains(proto.getOpType())) {
      shape = common(proto, values);
    }
    if (shape == null && proto.getOpType().equals("Transpose")) {
      shape = transposed(proto, values);
    }
    return shape == null ? new Value.Unknown() : new Value.Feature(name, shape);
  }

  /** The one shape of all inputs that depend on the image. */
  private static @Nullable Shape common(NodeProto proto, Map<String, Value> values) {
    Shape shape = null;
    for (String input : proto.getInputList()) {
      if (values.get(input) instanceof Value.Feature f) {
        if (shape != null && !shape.equals(f.shape())) {
          return null;
        }
        shape = f.shape();
      }
    }
    return shape;
  }

  private static @Nullable Shape transposed(NodeProto proto, Map<String, Value> values) {
    if (proto.getInputCount() != 1
        || proto.getAttributeCount() != 1
        || !(values.get(proto.getInput(0)) instanceof Value.Feature in)) {
      return null;
    }
    List<Integer> dims = new ArrayList<>();
    List<Long> perm = proto.getAttribute(0).getIntsList();
    for (int i = 0; i < perm.size(); i++) {
      long axis = perm.get(i);
      if (i == 0 ? axis != 0 : axis < 1 || axis > in.shape().rank()) {
        return null;
      }
      if (i > 0) {
        dims.add(in.shape().dims().get((int) axis - 1));
      }
    }
    return dims.size() == in.shape().rank() ? new Shape(dims) : null;
  }

  private static @Nullable Shape declared(@Nullable ValueInfoProto info) {
    if (info == null) {
      return null;
    }
    TensorShapeProto declared = info.getType().getTensorType().getShape();
    if (declared.getDimCount() < 2) {
      return null;
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 1; i < declared.getDimCount(); i++) {
      long dim = declared.getDim(i).getDimValue();
      if (dim < 1 || dim > Integer.MAX_VALUE) {
        return null;
      }
      dims.add((int) dim);
    }
    try {
      return new Shape(dims);
    } catch (IllegalArgumentException _) {
      return null; // Too large to be true.
    }
  }
}
