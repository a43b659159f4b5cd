package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;
import org.rheobase.onnx.Value.Feature;

/** Pooling, global pooling and the mean over the map. */
final class PoolOperators {
  private PoolOperators() {}

  static Value maxPool(OperatorCall call) {
    Feature in = call.map(0);
    Window window = read(call, in).window();
    return call.emit(new Op.MaxPool(window), in);
  }

  static Value averagePool(OperatorCall call) {
    Feature in = call.map(0);
    SlidingWindow sliding = read(call, in);
    Window window = sliding.window();
    Refusal.unless(
        window.dilationHeight() == 1 && window.dilationWidth() == 1,
        "its dilations are " + call.attributes().integers("dilations") + "; expected 1");
    return call.emit(
        new Op.AveragePool(
            window,
            call.attributes().flag("count_include_pad", false),
            sliding.overhangHeight(),
            sliding.overhangWidth()),
        in);
  }

  static Value globalAveragePool(OperatorCall call) {
    Feature in = call.map(0);
    return call.emit(wholeMap(in), in);
  }

  static Value globalMaxPool(OperatorCall call) {
    Feature in = call.map(0);
    return call.emit(new Op.MaxPool(Window.of(in.shape().height(), in.shape().width())), in);
  }

  static Value reduceMean(OperatorCall call) {
    Feature in = call.feature(0);
    List<Long> axes = call.axes(1);
    List<Integer> sorted = new ArrayList<>();
    for (long axis : axes == null ? List.<Long>of() : axes) {
      sorted.add(call.axis(axis, in.onnxRank()));
    }
    sorted.sort(null);
    if (in.shape().rank() != 3 || !sorted.equals(List.of(2, 3))) {
      return FunctionOperators.reduce(Op.Reduce.Kind.MEAN).translate(call);
    }
    call.note("read as AveragePool over the whole map");
    if (call.attributes().flag("keepdims", true)) {
      return call.emit(wholeMap(in), in);
    }
    Feature pooled = call.emitFirst("pool", wholeMap(in), in);
    return call.emit(new Op.Reshape(), List.of(pooled), Shape.of(in.shape().channels()));
  }

  private static Op.AveragePool wholeMap(Feature in) {
    return new Op.AveragePool(Window.of(in.shape().height(), in.shape().width()), false, 0, 0);
  }

  private static SlidingWindow read(OperatorCall call, Feature in) {
    Refusal.unless(!call.attributes().flag("storage_order", false), "storage_order is 1");
    Refusal.unless(call.attributes().has("kernel_shape"), "it has no kernel_shape");
    List<Integer> kernel = call.attributes().sizes("kernel_shape", 2, 1, 1);
    SlidingWindow sliding =
        SlidingWindow.read(call, in.shape(), kernel.get(0), kernel.get(1), true);
    Window w = sliding.window();
    if (w.fits(in.shape().height(), in.shape().width())) {
      Refusal.unless(
          w.everyWindowMeets(in.shape().height(), in.shape().width()),
          "a window of it lies in the padding alone");
    }
    return sliding;
  }
}
