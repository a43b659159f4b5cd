package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.graph.Function;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;

/** Operators that are not linear: functions of single values, softmax, reductions. */
final class FunctionOperators {
  private FunctionOperators() {}

  static Operators.Operator of(Function function) {
    return call -> call.emit(new Op.Pointwise(function), call.feature(0));
  }

  static Value leakyRelu(OperatorCall call) {
    float slope = finite(call, call.attributes().number("alpha", 0.01f));
    return call.emit(
        new Op.Pointwise(new Function.LeakyRelu(Weights.vector(slope))), call.feature(0));
  }

  static Value pRelu(OperatorCall call) {
    Feature in = call.feature(0);
    Floats slope = call.parameters(1, "slope");
    Refusal.unless(
        PointwiseOperators.isPerChannel(slope, in),
        "its slope " + slope.dims() + " is not one value or one per channel of " + in.onnxShape());
    return call.emit(new Op.Pointwise(new Function.LeakyRelu(Weights.vector(slope.values()))), in);
  }

  static Value hardSigmoid(OperatorCall call) {
    float alpha = finite(call, call.attributes().number("alpha", 0.2f));
    float beta = finite(call, call.attributes().number("beta", 0.5f));
    return call.emit(new Op.Pointwise(new Function.HardSigmoid(alpha, beta)), call.feature(0));
  }

  static Value elu(OperatorCall call) {
    float alpha = finite(call, call.attributes().number("alpha", 1));
    return call.emit(new Op.Pointwise(new Function.Elu(alpha)), call.feature(0));
  }

  /** {@code gamma} times an Elu; the defaults are those of the operator. */
  static Value selu(OperatorCall call) {
    float alpha = finite(call, call.attributes().number("alpha", 1.6732632f));
    float gamma = finite(call, call.attributes().number("gamma", 1.050701f));
    Feature in = call.feature(0);
    Feature elu = call.emitFirst("elu", new Op.Pointwise(new Function.Elu(alpha)), in);
    return scaled(call, elu, gamma);
  }

  /** {@code x tanh(softplus(x))}. */
  static Value mish(OperatorCall call) {
    Feature in = call.feature(0);
    Feature plus = call.emitFirst("softplus", new Op.Pointwise(new Function.Softplus()), in);
    Feature gate = call.emitFirst("tanh", new Op.Pointwise(new Function.Tanh()), plus);
    return call.emit(new Op.Multiply(), List.of(in, gate), in.shape());
  }

  /**
   * {@code x (1 + erf(x / sqrt 2)) / 2}, or with {@code approximate} "tanh" {@code x (1 +
   * tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}.
   */
  static Value gelu(OperatorCall call) {
    String approximate = call.attributes().string("approximate", "none");
    Refusal.unless(
        approximate.equals("none") || approximate.equals("tanh"),
        "approximate is " + approximate + "; expected none or tanh");
    Feature in = call.feature(0);
    Feature gate;
    if (approximate.equals("none")) {
      Feature argument = affineFirst(call, "argument", in, (float) Math.sqrt(0.5), 0);
      gate = call.emitFirst("erf", new Op.Pointwise(new Function.ErrorFunction()), argument);
    } else {
      Feature square = call.emitFirst("square", new Op.Multiply(), List.of(in, in));
      float scale = (float) Math.sqrt(2 / Math.PI);
      Feature factor = affineFirst(call, "factor", square, 0.044715f * scale, scale);
      Feature argument = call.emitFirst("argument", new Op.Multiply(), List.of(in, factor));
      gate = call.emitFirst("tanh", new Op.Pointwise(new Function.Tanh()), argument);
    }
    Feature half = affineFirst(call, "half", gate, 0.5f, 0.5f);
    return call.emit(new Op.Multiply(), List.of(in, half), in.shape());
  }

  private static Feature scaled(OperatorCall call, Feature in, float factor) {
    int channels = in.shape().channels();
    return call.emit(
        Arithmetic.affine(call.filled(channels, factor), call.filled(channels, 0)), in);
  }

  static Value negative(OperatorCall call) {
    return scaled(call, call.feature(0), -1);
  }

  private static Feature affineFirst(
      OperatorCall call, String part, Feature in, float factor, float offset) {
    int channels = in.shape().channels();
    return call.emitFirst(
        part, Arithmetic.affine(call.filled(channels, factor), call.filled(channels, offset)), in);
  }

  /** {@code x - max - log(sum(exp(x - max)))}, which keeps what a softmax rounds to 0. */
  static Value logSoftmax(OperatorCall call) {
    Feature in = call.feature(0);
    long axis = call.attributes().integer("axis", call.opset() < 13 ? 1 : -1);
    int last = call.axis(axis, in.onnxRank());
    Refusal.unless(last > 0, "its axis is 0, which mixes images");
    Refusal.unless(
        call.opset() >= 13 || in.shape().dims().stream().skip(last).allMatch(d -> d == 1),
        "before opset 13 it counts all dimensions from its axis on as one");
    Op max = new Op.Reduce(Op.Reduce.Kind.MAX, last - 1);
    Op sum = new Op.Reduce(Op.Reduce.Kind.SUM, last - 1);
    Feature largest = MovementOperators.broadcast(call, call.emitFirst("max", max, in), in.shape());
    Feature minusMax = affineFirst(call, "negated", largest, -1, 0);
    Feature shifted = call.emitFirst("shifted", new Op.Add(), List.of(in, minusMax));
    Feature exp = call.emitFirst("exp", new Op.Pointwise(new Function.Exp()), shifted);
    Feature total = call.emitFirst("sum", sum, exp);
    Feature log = call.emitFirst("log", new Op.Pointwise(new Function.Log()), total);
    Feature minusLog =
        affineFirst(call, "minus", MovementOperators.broadcast(call, log, in.shape()), -1, 0);
    return call.emit(new Op.Add(), List.of(shifted, minusLog), in.shape());
  }

  static Value pow(OperatorCall call) {
    Floats exponent = call.parameters(1, "exponent");
    Refusal.unless(exponent.size() == 1, "its exponent is not one number");
    return call.emit(new Op.Pointwise(new Function.Power(exponent.values()[0])), call.feature(0));
  }

  private static float finite(OperatorCall call, float value) {
    Refusal.unless(Float.isFinite(value), call.proto().getOpType() + " with " + value);
    return value;
  }

  /** Until opset 12 all dimensions from the axis on count as one. */
  static Value softmax(OperatorCall call) {
    Feature in = call.feature(0);
    boolean old = call.opset() < 13;
    int axis = call.axis(call.attributes().integer("axis", old ? 1 : -1), in.onnxRank());
    Refusal.unless(axis > 0, "its axis is 0, which mixes images");
    int behind = 1;
    for (int d = axis; d < in.shape().rank(); d++) {
      behind *= in.shape().dims().get(d);
    }
    if (!old || behind == 1) {
      return call.emit(new Op.Softmax(axis - 1), in);
    }
    // Flattened from the axis on, then over what became one dimension.
    List<Integer> dims = new ArrayList<>(in.shape().dims().subList(0, axis - 1));
    dims.add(in.shape().dims().get(axis - 1) * behind);
    Feature flat = call.emitFirst("flat", new Op.Reshape(), in, new Shape(dims));
    Feature soft = call.emitFirst("soft", new Op.Softmax(axis - 1), flat, flat.shape());
    return call.emit(new Op.Reshape(), List.of(soft), in.shape());
  }

  /** Axes are an attribute until some opset, an input since. */
  static Operators.Operator reduce(Op.Reduce.Kind kind) {
    return call -> {
      Feature in = call.feature(0);
      List<Long> given = call.axes(1);
      boolean keep = call.attributes().flag("keepdims", true);
      List<Integer> axes = new ArrayList<>();
      if (given == null || given.isEmpty()) {
        if (call.attributes().flag("noop_with_empty_axes", false)) {
          return call.emit(new Op.Identity(), in);
        }
        Refusal.unless(call.isBatchOne(), "it reduces the batch too");
        for (int d = 0; d < in.shape().rank(); d++) {
          axes.add(d);
        }
      } else {
        for (long axis : given) {
          axes.add(call.axis(axis, in.onnxRank()) - 1);
        }
      }
      Refusal.unless(!axes.isEmpty() && !axes.contains(-1), "it reduces the batch");
      Feature value = in;
      for (int axis : keep ? axes.subList(0, axes.size() - 1) : axes) {
        value = call.emitFirst("axis" + axis, new Op.Reduce(kind, axis), value, value.shape());
      }
      if (keep) {
        return call.emit(new Op.Reduce(kind, axes.getLast()), value);
      }
      List<Integer> rest = new ArrayList<>();
      for (int d = 0; d < in.shape().rank(); d++) {
        if (!axes.contains(d)) {
          rest.add(in.shape().dims().get(d));
        }
      }
      Refusal.unless(!rest.isEmpty(), "it leaves one number for each image; expected keepdims 1");
      return call.emit(new Op.Reshape(), List.of(value), new Shape(rest));
    };
  }
}
