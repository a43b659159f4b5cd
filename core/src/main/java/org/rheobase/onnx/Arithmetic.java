package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;

/**
 * Add, Sub, Mul and Div. A constant per channel is read as BatchNormalization, which folds into the
 * layers around it; any other constant becomes a value of its own.
 */
final class Arithmetic {
  private static final int MOST_CHANNELS = 1 << 20;

  private Arithmetic() {}

  /** Which operator. */
  enum Kind {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE
  }

  static Value of(OperatorCall call, Kind kind) {
    if (call.value(0) instanceof Feature && call.value(1) instanceof Feature) {
      return ofFeatures(call, kind);
    }
    boolean constantFirst = call.value(0) instanceof Constant;
    Feature in = call.feature(constantFirst ? 1 : 0);
    Floats constant = call.parameters(constantFirst ? 0 : 1, "constant operand");
    boolean quotient = kind == Kind.DIVIDE && constantFirst;
    if (!quotient
        && in.shape().rank() >= 1
        && in.shape().channels() <= MOST_CHANNELS
        && PointwiseOperators.isPerChannel(constant, in)) {
      return perChannel(call, kind, in, constant, constantFirst);
    }
    Feature value = call.emitConstant(expanded(call, constant, in));
    return switch (kind) {
      case ADD -> call.emit(new Op.Add(), List.of(in, value), in.shape());
      case SUBTRACT ->
          constantFirst
              ? call.emit(new Op.Add(), List.of(value, negated(call, in)), in.shape())
              : call.emit(new Op.Add(), List.of(in, negated(call, value)), in.shape());
      case MULTIPLY -> call.emit(new Op.Multiply(), List.of(in, value), in.shape());
      case DIVIDE ->
          call.emit(
              new Op.Divide(), constantFirst ? List.of(value, in) : List.of(in, value), in.shape());
    };
  }

  private static Value ofFeatures(OperatorCall call, Kind kind) {
    Feature first = call.feature(0);
    Feature second = call.feature(1);
    Refusal.unless(
        first.shape().rank() == second.shape().rank(),
        "its operands are " + first.onnxShape() + " and " + second.onnxShape());
    int[] dims = new int[first.shape().rank()];
    for (int d = 0; d < dims.length; d++) {
      int a = first.shape().dims().get(d);
      int b = second.shape().dims().get(d);
      Refusal.unless(
          a == b || a == 1 || b == 1,
          "its operands have the shapes "
              + first.onnxShape()
              + " and "
              + second.onnxShape()
              + "; expected one shape, or 1 where they differ");
      dims[d] = Math.max(a, b);
    }
    Shape shape = Shape.of(dims);
    Feature left = MovementOperators.broadcast(call, first, shape);
    Feature right = MovementOperators.broadcast(call, second, shape);
    return switch (kind) {
      case ADD -> call.emit(new Op.Add(), List.of(left, right), shape);
      case SUBTRACT -> call.emit(new Op.Add(), List.of(left, negated(call, right)), shape);
      case MULTIPLY -> call.emit(new Op.Multiply(), List.of(left, right), shape);
      case DIVIDE -> call.emit(new Op.Divide(), List.of(left, right), shape);
    };
  }

  private static Feature negated(OperatorCall call, Feature in) {
    int channels = in.shape().channels();
    return call.emitFirst(
        "negated", affine(call.filled(channels, -1), call.filled(channels, 0)), in, in.shape());
  }

  static Op.BatchNorm affine(Weights scale, Weights shift) {
    return new Op.BatchNorm(
        scale, shift, Weights.filled(scale.size(), 0), Weights.filled(scale.size(), 1), 0f);
  }

  private static Value perChannel(
      OperatorCall call, Kind kind, Feature in, Floats constant, boolean constantFirst) {
    int channels = in.shape().channels();
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      float value = constant.values()[constant.size() == 1 ? 0 : c];
      switch (kind) {
        case ADD -> {
          scale[c] = 1;
          shift[c] = value;
        }
        case SUBTRACT -> {
          scale[c] = constantFirst ? -1 : 1;
          shift[c] = constantFirst ? value : -value;
        }
        case MULTIPLY -> scale[c] = value;
        case DIVIDE -> {
          Refusal.unless(value != 0, "it divides by 0");
          scale[c] = (float) (1.0 / value);
          Refusal.unless(Float.isFinite(scale[c]), "it divides by " + value);
        }
      }
    }
    call.note("read as BatchNormalization: a constant per channel");
    return call.emit(affine(Weights.vector(scale), Weights.vector(shift)), in);
  }

  /** The constant repeated to the other operand's shape, aligned at the last dimension. */
  static Weights expanded(OperatorCall call, Floats constant, Feature in) {
    List<Integer> wanted = new ArrayList<>(in.shape().dims());
    wanted.add(0, 1);
    Refusal.unless(
        constant.rank() <= wanted.size() && fits(constant.dims(), wanted),
        "its constant " + constant.dims() + " does not fit " + in.onnxShape());
    call.expectRoom(2L * in.shape().size());
    int[] indices = Broadcast.indices(constant.dims(), wanted);
    float[] values = new float[indices.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = constant.values()[indices[i]];
    }
    return new Weights(in.shape().dims(), values);
  }

  private static boolean fits(List<Integer> dims, List<Integer> wanted) {
    for (int i = 0; i < dims.size(); i++) {
      int expected = wanted.get(wanted.size() - dims.size() + i);
      if (dims.get(i) != 1 && dims.get(i) != expected) {
        return false;
      }
    }
    return true;
  }
}
