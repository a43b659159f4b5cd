package org.rheobase.onnx;

import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * The window of a convolution or pooling with all implicit padding made explicit.
 *
 * @param window padding includes the overhang of ceil mode
 * @param overhangHeight rows below the map and its padding that the last window reaches
 * @param overhangWidth columns to the right of them
 */
record SlidingWindow(Window window, int overhangHeight, int overhangWidth) {

  /**
   * Reads {@code strides}, {@code dilations}, {@code pads}, {@code auto_pad} and, for a pooling,
   * {@code ceil_mode}.
   */
  static SlidingWindow read(
      OperatorCall call, Shape in, int kernelHeight, int kernelWidth, boolean pooling) {
    Attributes attributes = call.attributes();
    List<Integer> strides = attributes.sizes("strides", 2, 1, 1);
    List<Integer> dilations = attributes.sizes("dilations", 2, 1, 1);
    List<Integer> pads = attributes.sizes("pads", 4, 0, 0);
    String autoPad = attributes.string("auto_pad", "NOTSET");
    boolean ceil = pooling && attributes.flag("ceil_mode", false);
    int extentHeight = dilations.get(0) * (kernelHeight - 1) + 1;
    int extentWidth = dilations.get(1) * (kernelWidth - 1) + 1;
    Span rows =
        span(autoPad, in.height(), extentHeight, strides.get(0), pads.get(0), pads.get(2), ceil);
    Span columns =
        span(autoPad, in.width(), extentWidth, strides.get(1), pads.get(1), pads.get(3), ceil);
    Window window =
        new Window(
            kernelHeight,
            kernelWidth,
            strides.get(0),
            strides.get(1),
            dilations.get(0),
            dilations.get(1),
            rows.before,
            columns.before,
            rows.after + rows.overhang,
            columns.after + columns.overhang);
    return new SlidingWindow(window, rows.overhang, columns.overhang);
  }

  /** Whether ceil mode makes exactly the overhang of {@code pool} over a map {@code in}. */
  static boolean isCeilMode(Op.AveragePool pool, Shape in) {
    Window w = pool.window();
    int bottom = w.padBottom() - pool.overhangHeight();
    int right = w.padRight() - pool.overhangWidth();
    return bottom >= 0
        && right >= 0
        && overhang(in.height(), w.kernelHeight(), w.strideHeight(), w.padTop(), bottom)
            == pool.overhangHeight()
        && overhang(in.width(), w.kernelWidth(), w.strideWidth(), w.padLeft(), right)
            == pool.overhangWidth();
  }

  /** Padding of one dimension. */
  private record Span(int before, int after, int overhang) {}

  private static Span span(
      String autoPad, int size, int extent, int stride, int before, int after, boolean ceil) {
    return switch (autoPad) {
      case "NOTSET", "" ->
          new Span(before, after, ceil ? overhang(size, extent, stride, before, after) : 0);
      case "VALID" -> new Span(0, 0, 0);
      case "SAME_UPPER", "SAME_LOWER" -> {
        int out = Math.ceilDiv(size, stride);
        int total = (int) Math.max(0, (out - 1L) * stride + extent - size);
        int smaller = total / 2;
        yield autoPad.equals("SAME_UPPER")
            ? new Span(smaller, total - smaller, 0)
            : new Span(total - smaller, smaller, 0);
      }
      default -> throw new Refusal("auto_pad is " + autoPad);
    };
  }

  /**
   * What ceil mode adds at the end. A last window that would begin behind the map is left out
   * (onnx/onnx issue 5711, as in PyTorch and ONNX Runtime).
   */
  private static int overhang(int size, int extent, int stride, int before, int after) {
    long free = (long) size + before + after - extent;
    if (free < 0) {
      return 0;
    }
    long out = Math.ceilDiv(free, (long) stride) + 1;
    if ((out - 1) * stride >= (long) size + before) {
      out--;
    }
    return (int) Math.max(0, (out - 1) * stride - free);
  }
}
