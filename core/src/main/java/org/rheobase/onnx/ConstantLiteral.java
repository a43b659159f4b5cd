package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Floats;
import org.rheobase.onnx.Value.Longs;

/** The value of a Constant node. */
final class ConstantLiteral {
  private ConstantLiteral() {}

  static Constant of(OperatorCall call) {
    Attributes attributes = call.attributes();
    AttributeProto value = attributes.get("value");
    if (value != null) {
      return new TensorDecoder(call.model()).decode(value.getT(), call.name());
    }
    if (attributes.has("value_float")) {
      float[] one = {attributes.number("value_float", 0)};
      return new Floats(call.name(), List.of(), one);
    }
    if (attributes.has("value_int")) {
      return new Longs(call.name(), List.of(), new long[] {attributes.integer("value_int", 0)});
    }
    AttributeProto floats = attributes.get("value_floats");
    if (floats != null) {
      float[] values = new float[floats.getFloatsCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = floats.getFloats(i);
      }
      return new Floats(call.name(), List.of(values.length), values);
    }
    List<Long> ints =
        Refusal.unlessPresent(
            attributes.integers("value_ints"), "its value is neither a tensor nor numbers");
    long[] values = ints.stream().mapToLong(Long::longValue).toArray();
    return new Longs(call.name(), List.of(values.length), values);
  }

  /** A constant of the network itself, {@code [1, shape…]}. */
  static Value ofNetwork(OperatorCall call) {
    Constant constant = of(call);
    Refusal.unless(
        constant instanceof Floats && constant.rank() > 1 && constant.dims().get(0) == 1,
        "its value is not [1,…]");
    Weights values =
        new Weights(constant.dims().subList(1, constant.rank()), ((Floats) constant).values());
    return call.emit(new Op.Constant(values), List.of(), new Shape(values.dims()));
  }
}
