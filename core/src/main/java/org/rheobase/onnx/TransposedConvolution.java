package org.rheobase.onnx;

import java.util.List;
import java.util.stream.IntStream;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.onnx.Value.Feature;

/**
 * ConvTranspose as what it is: zeros between the input's rows and columns, then a convolution with
 * the turned kernel. The zeros come from padding single cells, so that spikes stay spikes.
 */
final class TransposedConvolution {
  private TransposedConvolution() {}

  static Value translate(OperatorCall call) {
    Weights weight = call.weights(1, "weight");
    Refusal.unless(
        weight.dims().size() == 4,
        "its weight has the dimensions " + weight.dims() + "; expected two spatial dimensions");
    Feature in = call.map(0);
    Attributes attributes = call.attributes();
    String autoPad = attributes.string("auto_pad", "NOTSET");
    Refusal.unless(autoPad.equals("NOTSET"), "auto_pad is " + autoPad);
    Refusal.unless(!attributes.has("output_shape"), "it names an output_shape; expected pads");
    List<Integer> strides = attributes.sizes("strides", 2, 1, 1);
    List<Integer> dilations = attributes.sizes("dilations", 2, 1, 1);
    List<Integer> extra = attributes.sizes("output_padding", 2, 0, 0);
    List<Integer> pads = attributes.sizes("pads", 4, 0, 0);
    long groups = attributes.integer("group", 1);
    Refusal.unless(
        groups >= 1 && weight.dim(0) == in.shape().channels() && weight.dim(0) % groups == 0,
        "its weight " + weight.dims() + " in " + groups + " groups does not fit " + in.onnxShape());
    int reachHeight = dilations.get(0) * (weight.dim(2) - 1);
    int reachWidth = dilations.get(1) * (weight.dim(3) - 1);
    int[] border = {
      reachHeight - pads.get(0),
      reachWidth - pads.get(1),
      reachHeight - pads.get(2) + extra.get(0),
      reachWidth - pads.get(3) + extra.get(1)
    };
    Feature spread = cropped(call, spread(call, in, strides.get(0), strides.get(1)), border);
    Window window =
        Window.of(weight.dim(2), weight.dim(3))
            .withDilation(dilations.get(0), dilations.get(1))
            .withPadding(
                Math.max(0, border[0]),
                Math.max(0, border[1]),
                Math.max(0, border[2]),
                Math.max(0, border[3]));
    Weights turned = turned(weight, (int) groups);
    Weights bias =
        call.value(2) == null ? Weights.filled(turned.dim(0), 0) : call.weights(2, "bias");
    return call.emit(new Op.Conv(turned, bias, window, (int) groups), spread);
  }

  /** Puts {@code stride - 1} zeros between rows and between columns. */
  private static Feature spread(OperatorCall call, Feature in, int down, int across) {
    if (down == 1 && across == 1) {
      return in;
    }
    Shape s = in.shape();
    long size = (long) s.size() * down * across;
    Refusal.unless(size <= 1 << 28, "its result would have " + size + " values");
    Feature cells = call.emitFirst("cells", new Op.Reshape(), in, Shape.of(s.size(), 1, 1));
    Feature padded = call.emitFirst("zeros", new Op.Pad(0, 0, down - 1, across - 1, 0, 0), cells);
    Feature split =
        call.emitFirst(
            "split",
            new Op.Reshape(),
            padded,
            Shape.of(s.channels(), s.height(), s.width(), down, across));
    Feature order =
        call.emitFirst("order", new Op.Transpose(List.of(0, 1, 3, 2, 4)), split, split.shape());
    Feature whole =
        call.emitFirst(
            "spread",
            new Op.Reshape(),
            order,
            Shape.of(s.channels(), s.height() * down, s.width() * across));
    // Nothing stands behind the last row and column.
    return cut(call, whole, 0, (s.height() - 1) * down + 1, 0, (s.width() - 1) * across + 1);
  }

  /** Cuts rows and columns off where the border is negative. */
  private static Feature cropped(OperatorCall call, Feature in, int[] border) {
    int top = Math.max(0, -border[0]);
    int left = Math.max(0, -border[1]);
    int bottom = in.shape().height() - Math.max(0, -border[2]);
    int right = in.shape().width() - Math.max(0, -border[3]);
    Refusal.unless(top < bottom && left < right, "its pads leave nothing");
    return cut(call, in, top, bottom, left, right);
  }

  private static Feature cut(
      OperatorCall call, Feature in, int top, int bottom, int left, int right) {
    call.expectRoomForIndices((long) bottom - top + right - left);
    Feature value = in;
    if (top > 0 || bottom < in.shape().height()) {
      value = call.emitFirst("rows", new Op.Select(1, range(top, bottom)), value, value.shape());
    }
    if (left > 0 || right < in.shape().width()) {
      value = call.emitFirst("columns", new Op.Select(2, range(left, right)), value, value.shape());
    }
    return value;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** {@code [in, out/groups, h, w]} to {@code [out, in/groups, h, w]}, turned by half a circle. */
  private static Weights turned(Weights weight, int groups) {
    int in = weight.dim(0);
    int outPerGroup = weight.dim(1);
    int inPerGroup = in / groups;
    int cells = weight.dim(2) * weight.dim(3);
    float[] values = new float[weight.size()];
    for (int i = 0; i < in; i++) {
      int group = i / inPerGroup;
      for (int o = 0; o < outPerGroup; o++) {
        for (int k = 0; k < cells; k++) {
          int to = ((group * outPerGroup + o) * inPerGroup + i % inPerGroup) * cells;
          values[to + cells - 1 - k] = weight.get((i * outPerGroup + o) * cells + k);
        }
      }
    }
    return Weights.of(values, outPerGroup * groups, inPerGroup, weight.dim(2), weight.dim(3));
  }
}
