package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Verdict;
import org.rheobase.graph.Weights;
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
    Refusal.unless(
        !noMin && min == 0, "its min is " + (noMin ? "absent" : min) + "; expected 0, as in ReLU6");
    Refusal.unless(noMax || max > 0, "its max is " + max + "; expected more than 0");
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
    if (call.value(0) instanceof Feature && call.value(1) instanceof Feature) {
      return sumOf(call, call.features());
    }
    return withConstant(call, (c, _) -> new float[] {1, c});
  }

  static Value sub(OperatorCall call) {
    return withConstant(
        call, (c, constantFirst) -> constantFirst ? new float[] {-1, c} : new float[] {1, -c});
  }

  static Value mul(OperatorCall call) {
    return withConstant(call, (c, _) -> new float[] {c, 0});
  }

  static Value div(OperatorCall call) {
    return withConstant(
        call,
        (c, constantFirst) -> {
          Refusal.unless(!constantFirst, "it divides a constant by a value of the image");
          Refusal.unless(c != 0, "it divides by 0");
          float inverse = (float) (1.0 / c);
          Refusal.unless(Float.isFinite(inverse), "it divides by " + c);
          return new float[] {inverse, 0};
        });
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

  /** Over channels; until opset 12 all dimensions from the axis on count as one. */
  static Value softmax(OperatorCall call) {
    Feature in = call.feature(0);
    boolean old = call.opset() < 13;
    int axis = call.axis(call.attributes().integer("axis", old ? 1 : -1), in.onnxRank());
    Refusal.unless(
        axis == 1, "its axis is " + axis + " of " + in.onnxShape() + "; expected the channels, 1");
    Refusal.unless(
        !old || in.shape().area() == 1,
        "before opset 13 it spans all of " + in.onnxShape() + "; expected the channels alone");
    return call.emit(new Op.Softmax(), in);
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

  /** Scale and shift of one channel from the constant's value there. */
  private interface Affine {
    float[] of(float constant, boolean constantFirst);
  }

  private static Value withConstant(OperatorCall call, Affine affine) {
    Refusal.unless(
        !(call.value(0) instanceof Feature && call.value(1) instanceof Feature),
        "both operands are values of the image; expected one constant");
    boolean constantFirst = call.value(0) instanceof Constant;
    Feature in = call.feature(constantFirst ? 1 : 0);
    Floats constant = call.parameters(constantFirst ? 0 : 1, "constant operand");
    int channels = in.shape().channels();
    Refusal.unless(
        in.shape().rank() >= 1 && channels <= 1 << 20,
        "its operand " + in.onnxShape() + " has no or too many channels");
    Refusal.unless(
        isPerChannel(constant, in),
        "its constant "
            + constant.dims()
            + " is not one value or one per channel of "
            + in.onnxShape());
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      float[] scaleAndShift =
          affine.of(constant.values()[constant.size() == 1 ? 0 : c], constantFirst);
      scale[c] = scaleAndShift[0];
      shift[c] = scaleAndShift[1];
    }
    call.note("read as BatchNormalization: a constant per channel");
    return call.emit(
        new Op.BatchNorm(
            Weights.vector(scale),
            Weights.vector(shift),
            Weights.filled(channels, 0),
            Weights.filled(channels, 1),
            0f),
        in);
  }

  /** Aligned at the last dimension, the constant varies over channels at most. */
  private static boolean isPerChannel(Floats constant, Feature in) {
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
