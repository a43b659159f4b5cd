package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rheobase.graph.Coordinates;
import org.rheobase.graph.Op;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Longs;

/** Resize and its predecessor Upsample: nearest neighbours or bilinear, rows and columns only. */
final class ResizeOperators {
  private static final String BEFORE_OPSET_11 = "none";

  private ResizeOperators() {}

  /** Output rows and columns, each with the scale that its coordinates are computed with. */
  private record Size(int height, int width, float scaleHeight, float scaleWidth) {}

  static Value upsample(OperatorCall call) {
    Feature in = call.map(0);
    float[] scales;
    if (call.opset() < 9) {
      scales = floats(Refusal.unlessPresent(call.attributes().get("scales"), "it has no scales"));
    } else {
      scales = call.parameters(1, "scales").values();
    }
    return emit(call, in, scaled(in, scales), Coordinates.ASYMMETRIC, BEFORE_OPSET_11);
  }

  private static float[] floats(ai.onnx.proto.OnnxMl.AttributeProto attribute) {
    float[] values = new float[attribute.getFloatsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attribute.getFloats(i);
    }
    return values;
  }

  static Value resize(OperatorCall call) {
    Feature in = call.map(0);
    Attributes attributes = call.attributes();
    if (call.opset() < 11) {
      return emit(
          call,
          in,
          scaled(in, call.parameters(1, "scales").values()),
          Coordinates.ASYMMETRIC,
          BEFORE_OPSET_11);
    }
    Refusal.unless(!attributes.flag("antialias", false), "antialias is set");
    Refusal.unless(!attributes.flag("exclude_outside", false), "exclude_outside is set");
    Refusal.unless(attributes.integers("axes") == null, "it names axes; expected all of them");
    String policy = attributes.string("keep_aspect_ratio_policy", "stretch");
    Refusal.unless(policy.equals("stretch"), "keep_aspect_ratio_policy is " + policy);
    String mode = attributes.string("coordinate_transformation_mode", "half_pixel");
    Coordinates coordinates =
        switch (mode) {
          case "half_pixel" -> Coordinates.HALF_PIXEL;
          case "pytorch_half_pixel" -> Coordinates.PYTORCH_HALF_PIXEL;
          case "align_corners" -> Coordinates.ALIGN_CORNERS;
          case "asymmetric" -> Coordinates.ASYMMETRIC;
          default -> throw new Refusal("coordinate_transformation_mode is " + mode);
        };
    return emit(
        call,
        in,
        size(call, in),
        coordinates,
        attributes.string("nearest_mode", "round_prefer_floor"));
  }

  private static Size size(OperatorCall call, Feature in) {
    Constant sizes = call.constant(3, "sizes");
    if (sizes != null && sizes.size() > 0) {
      Refusal.unless(
          sizes instanceof Longs l
              && l.size() == 4
              && (l.values()[0] == Longs.BATCH || l.values()[0] == 1)
              && l.values()[1] == in.shape().channels(),
          "its sizes change more than rows and columns");
      int height = side(((Longs) sizes).values()[2]);
      int width = side(((Longs) sizes).values()[3]);
      return new Size(
          height, width, (float) height / in.shape().height(), (float) width / in.shape().width());
    }
    return scaled(in, call.parameters(2, "scales").values());
  }

  private static Size scaled(Feature in, float[] scales) {
    Refusal.unless(
        scales.length == 4 && scales[0] == 1 && scales[1] == 1,
        "its scales change more than rows and columns");
    Refusal.unless(scales[2] > 0 && scales[3] > 0, "its scales are not above 0");
    return new Size(
        side((long) Math.floor(in.shape().height() * scales[2])),
        side((long) Math.floor(in.shape().width() * scales[3])),
        scales[2],
        scales[3]);
  }

  private static int side(long pixels) {
    Refusal.unless(
        pixels >= 1 && pixels <= Attributes.LARGEST,
        "it resizes to " + pixels + " rows or columns; expected 1 to " + Attributes.LARGEST);
    return (int) pixels;
  }

  private static Value emit(
      OperatorCall call, Feature in, Size size, Coordinates coordinates, String rounding) {
    String mode = call.attributes().string("mode", "nearest");
    return switch (mode) {
      case "linear", "bilinear" ->
          call.emit(
              new Op.Resize(
                  coordinates,
                  size.height,
                  size.width,
                  fitting(size.scaleHeight, in.shape().height(), size.height),
                  fitting(size.scaleWidth, in.shape().width(), size.width)),
              in);
      case "nearest" -> {
        List<Integer> rows =
            nearest(coordinates, rounding, in.shape().height(), size.height, size.scaleHeight);
        List<Integer> columns =
            nearest(coordinates, rounding, in.shape().width(), size.width, size.scaleWidth);
        call.note("read as two choices of rows and columns");
        Feature tall = call.emitFirst("rows", new Op.Select(1, rows), in, in.shape());
        yield call.emit(new Op.Select(2, columns), tall);
      }
      default -> throw new Refusal("its mode is " + mode + "; expected nearest or linear");
    };
  }

  /** The scale, or the next one with which a runtime that multiplies finds the same size. */
  private static float fitting(float scale, int in, int out) {
    float fitting = scale;
    while ((int) (in * fitting) < out) {
      fitting = Math.nextUp(fitting);
    }
    return fitting;
  }

  private static List<Integer> nearest(
      Coordinates coordinates, String rounding, int in, int out, float scale) {
    if (in == out && scale == 1) {
      return IntStream.range(0, in).boxed().toList();
    }
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < out; i++) {
      double place = coordinates.source(i, in, out, scale);
      double index =
          switch (rounding) {
            // Before opset 11, ONNX Runtime rounds up where it leaves rows out.
            case BEFORE_OPSET_11 -> scale < 1 ? Math.ceil(place) : Math.floor(place);
            case "floor" -> Math.floor(place);
            case "ceil" -> Math.ceil(place);
            case "round_prefer_floor" -> Math.ceil(place - 0.5);
            case "round_prefer_ceil" -> Math.floor(place + 0.5);
            default -> throw new Refusal("its nearest_mode is " + rounding);
          };
      indices.add((int) Math.clamp(index, 0.0, in - 1.0));
    }
    return indices;
  }
}
