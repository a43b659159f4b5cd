package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Function;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Verdict;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;
import org.rheobase.onnx.Value.Longs;

/** Operators that keep the shape: activations, sums, per-channel arithmetic, identities. */
final class PointwiseOperators {
  private PointwiseOperators() {}

  static Value relu(OperatorCall call) {
    return call.emit(new Op.Relu(Float.POSITIVE_INFINITY), call.feature(0));
  }

  /** {@code Clip(0, cap)}; bounds are attributes until opset 10, inputs since opset 11. */
  static Value clip(OperatorCall call) {
    Feature in = call.feature(0);
    Attributes attributes = call.attributes();
    boolean asInputs = call.opset() >= 11;
    float min = asInputs ? bound(call, 1, "min") : attributes.number("min", Float.NaN);
    float max = asInputs ? bound(call, 2, "max") : attributes.number("max", Float.NaN);
    // Exporters write the absence of a bound as the largest float.
    boolean noMin = Float.isNaN(min) || min <= -Float.MAX_VALUE;
    boolean noMax = Float.isNaN(max) || max >= Float.MAX_VALUE;
    if (noMin && noMax) {
      call.note("read as Identity: it has no bounds");
      return call.emit(new Op.Identity(), in);
    }
    Refusal.unless(noMin || noMax || min <= max, "its min " + min + " is above its max " + max);
    if (noMin || min != 0 || (!noMax && max <= 0)) {
      return call.emit(
          new Op.Pointwise(
              new Function.Clip(
                  noMin ? Float.NEGATIVE_INFINITY : min, noMax ? Float.POSITIVE_INFINITY : max)),
          in);
    }
    return call.emit(new Op.Relu(noMax ? Float.POSITIVE_INFINITY : max), in);
  }

  private static float bound(OperatorCall call, int index, String what) {
    Constant constant = call.constant(index, what);
    if (constant == null) {
      return Float.NaN;
    }
    Refusal.unless(
        constant instanceof Floats && constant.size() == 1,
        "its " + what + " has the dimensions " + constant.dims() + "; expected one number");
    float value = ((Floats) constant).values()[0];
    if (Float.isNaN(value)) {
      throw call.model()
          .unreadable("tensor " + constant.name() + " holds NaN; expected a number as " + what);
    }
    return value;
  }

  static Value add(OperatorCall call) {
    return Arithmetic.of(call, Arithmetic.Kind.ADD);
  }

  static Value sub(OperatorCall call) {
    return Arithmetic.of(call, Arithmetic.Kind.SUBTRACT);
  }

  static Value mul(OperatorCall call) {
    return Arithmetic.of(call, Arithmetic.Kind.MULTIPLY);
  }

  static Value div(OperatorCall call) {
    return Arithmetic.of(call, Arithmetic.Kind.DIVIDE);
  }

  static Value sum(OperatorCall call) {
    List<Feature> in = call.features();
    if (in.size() == 1) {
      call.note("read as Identity: a sum of one");
      return call.emit(new Op.Identity(), in.get(0));
    }
    return sumOf(call, in);
  }

  static Value identity(OperatorCall call) {
    return call.emit(new Op.Identity(), call.feature(0));
  }

  static Value dropout(OperatorCall call) {
    Constant training = call.constant(2, "training_mode");
    Refusal.unless(
        training == null || (training instanceof Longs l && l.size() == 1 && l.values()[0] == 0),
        "it is in training mode");
    call.note("read as Identity: inactive at inference");
    return call.emit(new Op.Identity(), call.feature(0));
  }

  static Value cast(OperatorCall call) {
    @Nullable DataType to = DataType.forNumber((int) call.attributes().integer("to", 0));
    boolean half = to == DataType.FLOAT16 || to == DataType.BFLOAT16;
    Refusal.unless(
        half || to == DataType.FLOAT || to == DataType.DOUBLE,
        "it casts to " + to + "; expected a floating-point type");
    if (half) {
      call.note(Verdict.APPROXIMATED, "computed in 32-bit floating point, not rounded to " + to);
    } else {
      call.note("read as Identity");
    }
    return call.emit(new Op.Identity(), call.feature(0));
  }

  private static Value sumOf(OperatorCall call, List<Feature> in) {
    for (Feature f : in) {
      Refusal.unless(
          f.shape().equals(in.get(0).shape()),
          "its operands have the shapes "
              + in.get(0).onnxShape()
              + " and "
              + f.onnxShape()
              + "; expected one shape");
    }
    return call.emit(new Op.Add(), in, in.get(0).shape());
  }

  /** Aligned at the last dimension, the constant varies over channels at most. */
  static boolean isPerChannel(Floats constant, Feature in) {
    Shape shape = in.shape();
    if (constant.rank() > in.onnxRank()) {
      return false;
    }
    for (int i = 0; i < constant.rank(); i++) {
      int axis = in.onnxRank() - constant.rank() + i;
      int dim = constant.dims().get(i);
      if (dim != 1 && !(axis == 1 && dim == shape.channels())) {
        return false;
      }
    }
    return true;
  }
}
