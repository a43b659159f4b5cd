package org.rheobase.onnx;

import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.Value.Feature;

/** Normalisations by the statistics of the image itself: instance, group and layer. */
final class NormalisationOperators {
  private NormalisationOperators() {}

  static Value instance(OperatorCall call) {
    Feature in = call.feature(0);
    Refusal.unless(
        in.shape().area() > 1 || call.isVerbatim(),
        "it normalises single values of " + in.onnxShape());
    return call.emit(
        new Op.InstanceNorm(call.weights(1, "scale"), call.weights(2, "bias"), epsilon(call)), in);
  }

  /** Scale and bias belong to channels since opset 21, to groups before. */
  static Value group(OperatorCall call) {
    Feature in = call.feature(0);
    int channels = in.shape().channels();
    int groups = (int) call.attributes().integer("num_groups", 0);
    Refusal.unless(
        groups >= 1 && channels % groups == 0,
        "it has " + groups + " groups for " + channels + " channels");
    float[] scale = perChannel(call, call.weights(1, "scale"), channels, groups);
    float[] bias = perChannel(call, call.weights(2, "bias"), channels, groups);
    return normalised(call, in, groups, Weights.vector(scale), Weights.vector(bias));
  }

  private static float[] perChannel(OperatorCall call, Weights given, int channels, int groups) {
    Refusal.unless(
        given.size() == channels || given.size() == groups,
        "its scale or bias has " + given.size() + " values");
    call.expectRoom(channels);
    float[] values = new float[channels];
    for (int c = 0; c < channels; c++) {
      values[c] = given.get(given.size() == channels ? c : c / (channels / groups));
    }
    return values;
  }

  private static Value normalised(
      OperatorCall call, Feature in, int groups, Weights scale, Weights bias) {
    Feature grouped =
        call.emitFirst(
            "groups", new Op.Reshape(), in, Shape.of(groups, in.shape().size() / groups));
    Feature even =
        call.emitFirst(
            "normalised",
            new Op.InstanceNorm(call.filled(groups, 1), call.filled(groups, 0), epsilon(call)),
            grouped,
            grouped.shape());
    Feature back = call.emitFirst("channels", new Op.Reshape(), even, in.shape());
    return call.emit(Arithmetic.affine(scale, bias), back);
  }

  /** Over the last dimensions, from the axis on; scale and bias have a value for each element. */
  static Value layer(OperatorCall call) {
    Feature in = call.feature(0);
    int axis = call.axis(call.attributes().integer("axis", -1), in.onnxRank());
    Refusal.unless(axis > 0, "it normalises over images");
    int rows = 1;
    for (int d = 0; d < axis - 1; d++) {
      rows *= in.shape().dims().get(d);
    }
    Feature flat =
        call.emitFirst("rows", new Op.Reshape(), in, Shape.of(rows, in.shape().size() / rows));
    Feature even =
        call.emitFirst(
            "normalised",
            new Op.InstanceNorm(call.filled(rows, 1), call.filled(rows, 0), epsilon(call)),
            flat,
            flat.shape());
    Feature back = call.emitFirst("elements", new Op.Reshape(), even, in.shape());
    Feature scale = call.emitConstant(Arithmetic.expanded(call, call.parameters(1, "scale"), in));
    List<Feature> factors = List.of(back, scale);
    if (call.value(2) == null) {
      return call.emit(new Op.Multiply(), factors, in.shape());
    }
    Feature scaled = call.emitFirst("scaled", new Op.Multiply(), factors);
    Feature bias = call.emitConstant(Arithmetic.expanded(call, call.parameters(2, "bias"), in));
    return call.emit(new Op.Add(), List.of(scaled, bias), in.shape());
  }

  /** Over neighbouring channels. */
  static Value localResponse(OperatorCall call) {
    long size = call.attributes().integer("size", 0);
    float alpha = call.attributes().number("alpha", 1e-4f);
    float beta = call.attributes().number("beta", 0.75f);
    float bias = call.attributes().number("bias", 1);
    Refusal.unless(
        size >= 1
            && size % 2 == 1
            && size <= Attributes.LARGEST
            && Float.isFinite(alpha)
            && Float.isFinite(beta)
            && Float.isFinite(bias),
        "its size, alpha, beta and bias are "
            + List.of(size, alpha, beta, bias)
            + "; expected an odd size and finite numbers");
    return call.emit(new Op.LocalResponseNorm((int) size, alpha, beta, bias), call.feature(0));
  }

  private static float epsilon(OperatorCall call) {
    float epsilon = call.attributes().number("epsilon", 1e-5f);
    Refusal.unless(epsilon >= 0 && Float.isFinite(epsilon), "its epsilon is " + epsilon);
    return epsilon;
  }
}
