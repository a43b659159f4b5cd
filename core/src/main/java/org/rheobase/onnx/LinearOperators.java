package org.rheobase.onnx;

import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;

/** Convolution, fully connected layers and batch normalisation. */
final class LinearOperators {
  private LinearOperators() {}

  static Value conv(OperatorCall call) {
    Weights weight = call.weights(1, "weight");
    Refusal.unless(
        weight.dims().size() == 4,
        "its weight has the dimensions "
            + weight.dims()
            + "; expected a convolution over two spatial dimensions");
    Feature in = call.map(0);
    Attributes attributes = call.attributes();
    List<Integer> kernel = attributes.sizes("kernel_shape", 2, 1, 0);
    if (attributes.has("kernel_shape")
        && (kernel.get(0) != weight.dim(2) || kernel.get(1) != weight.dim(3))) {
      throw call.model()
          .unreadable(
              "node "
                  + call.name()
                  + " has kernel_shape "
                  + kernel
                  + ", but its weight has the dimensions "
                  + weight.dims());
    }
    Refusal.unless(
        weight.dim(2) <= Attributes.LARGEST && weight.dim(3) <= Attributes.LARGEST,
        "its kernel is larger than " + Attributes.LARGEST);
    Window window =
        SlidingWindow.read(call, in.shape(), weight.dim(2), weight.dim(3), false).window();
    long groups = attributes.integer("group", 1);
    if (groups < 1 || groups > weight.dim(0)) {
      throw call.model()
          .unreadable(
              "node "
                  + call.name()
                  + " has "
                  + groups
                  + " groups for "
                  + weight.dim(0)
                  + " output channels");
    }
    Weights bias =
        call.value(2) == null ? Weights.filled(weight.dim(0), 0) : call.weights(2, "bias");
    return call.emit(new Op.Conv(weight, bias, window, (int) groups), in);
  }

  static Value gemm(OperatorCall call) {
    Attributes attributes = call.attributes();
    Refusal.unless(!attributes.flag("transA", false), "transA is set, which mixes images");
    Feature in = features(call);
    Floats b = matrix(call);
    boolean outFirst = attributes.flag("transB", false);
    Weights weight = scaled(outFirst ? weightsOf(b) : transposed(b), attributes.number("alpha", 1));
    int out = weight.dim(0);
    float beta = attributes.number("beta", 1);
    Weights bias = Weights.filled(out, 0);
    if (call.value(2) != null) {
      Floats c = call.parameters(2, "C");
      boolean row = c.rank() == 0 || c.dims().get(c.rank() - 1) == c.size();
      Refusal.unless(
          row && c.rank() <= 2 && (c.size() == 1 || c.size() == out),
          "its C has the dimensions " + c.dims() + "; expected one value or [" + out + "]");
      float[] values = new float[out];
      for (int i = 0; i < out; i++) {
        values[i] = beta * c.values()[c.size() == 1 ? 0 : i];
      }
      bias = Weights.vector(values);
    }
    return call.emit(new Op.Linear(weight, bias), in);
  }

  static Value matMul(OperatorCall call) {
    Refusal.unless(
        call.value(0) instanceof Feature,
        "its first operand is a constant; expected features times a constant matrix");
    Feature in = features(call);
    Weights weight = transposed(matrix(call));
    return call.emit(new Op.Linear(weight, Weights.filled(weight.dim(0), 0)), in);
  }

  static Value batchNormalization(OperatorCall call) {
    Attributes attributes = call.attributes();
    Refusal.unless(!attributes.flag("training_mode", false), "it is in training mode");
    Refusal.unless(
        call.proto().getOutputList().stream().filter(o -> !o.isEmpty()).count() == 1,
        "it is in training mode: it has more than one output");
    Refusal.unless(
        attributes.flag("spatial", true), "spatial is 0: its statistics are not per channel");
    Feature in = call.feature(0);
    float epsilon = attributes.number("epsilon", 1e-5f);
    Weights variance = call.weights(4, "variance");
    for (float v : variance.values()) {
      if (!(v + (double) epsilon > 0)) {
        throw call.model()
            .unreadable(
                "node "
                    + call.name()
                    + " has the variance "
                    + v
                    + " and epsilon "
                    + epsilon
                    + "; expected a sum above 0");
      }
    }
    return call.emit(
        new Op.BatchNorm(
            call.weights(1, "scale"),
            call.weights(2, "shift"),
            call.weights(3, "mean"),
            variance,
            epsilon),
        in);
  }

  private static Feature features(OperatorCall call) {
    Feature in = call.feature(0);
    Refusal.unless(
        in.shape().rank() == 1, "its input is " + in.onnxShape() + "; expected features [n,k]");
    return in;
  }

  private static Floats matrix(OperatorCall call) {
    Floats b = call.parameters(1, "matrix");
    Refusal.unless(b.rank() == 2, "its matrix has the dimensions " + b.dims() + "; expected two");
    return b;
  }

  private static Weights weightsOf(Floats floats) {
    return new Weights(floats.dims(), floats.values());
  }

  private static Weights transposed(Floats matrix) {
    int rows = matrix.dims().get(0);
    int columns = matrix.dims().get(1);
    float[] values = new float[matrix.size()];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        values[c * rows + r] = matrix.values()[r * columns + c];
      }
    }
    return Weights.of(values, columns, rows);
  }

  private static Weights scaled(Weights weights, float alpha) {
    if (alpha == 1) {
      return weights;
    }
    float[] values = new float[weights.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = alpha * weights.get(i);
    }
    return new Weights(weights.dims(), values);
  }
}
