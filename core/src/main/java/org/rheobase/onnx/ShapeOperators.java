package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;
import org.rheobase.onnx.Value.Longs;

/** Operators that move values without computing: padding, concatenation, reshaping. */
final class ShapeOperators {
  private ShapeOperators() {}

  /** Pads are attributes until opset 10, inputs since opset 11, with axes since opset 18. */
  static Value pad(OperatorCall call) {
    Feature in = call.feature(0);
    Attributes attributes = call.attributes();
    String mode = attributes.string("mode", "constant");
    int rank = in.onnxRank();
    long[] pads = pads(call, rank);
    boolean none = Arrays.stream(pads).allMatch(p -> p == 0);
    if (none && !call.isVerbatim()) {
      call.note("read as Identity: it adds nothing");
      return call.emit(new Op.Identity(), in);
    }
    if (mode.equals("reflect") || mode.equals("edge")) {
      return mirrored(call, in, pads, mode.equals("edge"));
    }
    Refusal.unless(
        mode.equals("constant"), "its mode is " + mode + "; expected constant, reflect or edge");
    float value = call.opset() < 11 ? attributes.number("value", 0) : fill(call);
    Refusal.unless(value == 0, "it fills with " + value + "; expected 0");
    Refusal.unless(rank == 4, "its input is " + in.onnxShape() + "; expected [n,c,h,w]");
    for (long p : pads) {
      Refusal.unless(
          p >= 0 && p <= Attributes.LARGEST,
          "its pads are " + Arrays.toString(pads) + "; expected 0 to " + Attributes.LARGEST);
    }
    Refusal.unless(pads[0] == 0 && pads[4] == 0, "it pads the batch dimension");
    return call.emit(
        new Op.Pad(
            (int) pads[2],
            (int) pads[3],
            (int) pads[6],
            (int) pads[7],
            (int) pads[1],
            (int) pads[5]),
        in);
  }

  /** Repeats rows, columns or channels of the border, or mirrors what lies next to it. */
  private static Value mirrored(OperatorCall call, Feature in, long[] pads, boolean edge) {
    int rank = in.onnxRank();
    Refusal.unless(pads[0] == 0 && pads[rank] == 0, "it pads the batch dimension");
    Feature value = in;
    List<Op.Select> steps = new ArrayList<>();
    for (int d = 1; d < rank; d++) {
      int size = in.shape().dims().get(d - 1);
      long before = pads[d];
      long after = pads[rank + d];
      long most = edge ? Attributes.LARGEST : size - 1;
      Refusal.unless(
          before >= 0 && after >= 0 && before <= most && after <= most,
          "its pads are " + Arrays.toString(pads) + "; expected 0 to " + most);
      if (before + after > 0) {
        call.expectRoomForIndices(before + size + after);
        List<Integer> indices = new ArrayList<>();
        for (int i = (int) -before; i < size + after; i++) {
          int inside = Math.clamp(i, 0, size - 1);
          indices.add(edge ? inside : 2 * inside - i);
        }
        steps.add(new Op.Select(d - 1, indices));
      }
    }
    for (Op.Select step : steps.subList(0, steps.size() - 1)) {
      value = call.emitFirst("axis" + step.axis(), step, value, value.shape());
    }
    return call.emit(steps.getLast(), value);
  }

  /** {@code [begin of every dimension, end of every dimension]}. */
  private static long[] pads(OperatorCall call, int rank) {
    long[] given;
    if (call.opset() < 11) {
      List<Long> attribute =
          Refusal.unlessPresent(call.attributes().integers("pads"), "it has no pads");
      given = attribute.stream().mapToLong(Long::longValue).toArray();
    } else {
      given = Refusal.unlessPresent(call.longs(1, "pads"), "it has no pads").values();
    }
    Longs axes = call.longs(3, "axes");
    int count = axes == null ? rank : axes.size();
    Refusal.unless(
        given.length == 2 * count,
        "its pads are " + Arrays.toString(given) + "; expected " + 2 * count + " values");
    long[] pads = new long[2 * rank];
    for (int i = 0; i < count; i++) {
      int axis = axes == null ? i : call.axis(axes.values()[i], rank);
      pads[axis] = given[i];
      pads[rank + axis] = given[count + i];
    }
    return pads;
  }

  private static float fill(OperatorCall call) {
    Constant constant = call.constant(2, "constant_value");
    if (constant == null) {
      return 0;
    }
    Refusal.unless(
        constant instanceof Floats && constant.size() == 1, "its constant_value is not one number");
    return ((Floats) constant).values()[0];
  }

  static Value concat(OperatorCall call) {
    List<Feature> in = call.features();
    Feature first = in.get(0);
    int axis = call.axis(call.attributes().integer("axis", 1), first.onnxRank());
    if (in.size() == 1 && !call.isVerbatim()) {
      call.note("read as Identity: a concatenation of one");
      return call.emit(new Op.Identity(), first);
    }
    Refusal.unless(axis > 0, "its axis is 0, which joins images");
    if (axis == 1) {
      return call.emit(new Op.Concat(), in, first.shape());
    }
    // The dimension goes to the front, where channels are joined, and back again.
    List<Integer> forth = order(first.shape().rank(), axis - 1, 0);
    List<Integer> back = order(first.shape().rank(), 0, axis - 1);
    List<Feature> turned = new ArrayList<>();
    for (Feature f : in) {
      turned.add(call.emitFirst("turned", new Op.Transpose(forth), f));
    }
    Feature joined = call.emitFirst("joined", new Op.Concat(), turned);
    return call.emit(new Op.Transpose(back), joined);
  }

  /** All dimensions in order, but the one at {@code from} stands at {@code to}. */
  private static List<Integer> order(int rank, int from, int to) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      if (d != from) {
        order.add(d);
      }
    }
    order.add(to, from);
    return order;
  }

  static Value flatten(OperatorCall call) {
    Feature in = call.feature(0);
    long given = call.attributes().integer("axis", 1);
    // Flatten alone also allows the axis behind the last.
    int axis = given == in.onnxRank() ? in.onnxRank() : call.axis(given, in.onnxRank());
    Refusal.unless(
        axis == 1,
        "its axis is " + given + " of " + in.onnxShape() + ", which mixes images; expected 1");
    return call.emit(new Op.Reshape(), List.of(in), Shape.of(in.shape().size()));
  }

  static Value reshape(OperatorCall call) {
    Feature in = call.anyFeature(0);
    Longs target = Refusal.unlessPresent(call.longs(1, "shape"), "it has no shape");
    boolean allowZero = call.attributes().flag("allowzero", false);
    if (!call.isBatchOne()) {
      Shape shape = ReshapeTarget.resolve(in, target.values(), allowZero);
      return call.emit(new Op.Reshape(), List.of(in), shape);
    }
    Shape whole = ReshapeTarget.single(in, target.values(), allowZero);
    List<Integer> dims = whole.dims();
    boolean batched = dims.size() > 1 && dims.get(0) == 1;
    Shape shape = batched ? new Shape(dims.subList(1, dims.size())) : whole;
    Feature reshaped = call.emit(new Op.Reshape(), List.of(in), shape);
    return batched ? reshaped : MovementOperators.unbatched(reshaped);
  }

  static Value squeeze(OperatorCall call) {
    Feature in = call.feature(0);
    int rank = in.onnxRank();
    List<Long> axes = call.axes(1);
    List<Integer> removed = new ArrayList<>();
    if (axes == null) {
      Refusal.unless(!call.isBatchOne(), "without axes, it removes the batch dimension too");
      for (int i = 1; i < rank; i++) {
        if (in.shape().dims().get(i - 1) == 1) {
          removed.add(i);
        }
      }
    } else {
      for (long axis : axes) {
        removed.add(call.axis(axis, rank));
      }
    }
    Refusal.unless(!removed.contains(0), "it removes the batch dimension");
    List<Integer> dims = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      int dim = in.shape().dims().get(i - 1);
      if (!removed.contains(i)) {
        dims.add(dim);
      } else if (dim != 1) {
        throw call.model()
            .unreadable("node " + call.name() + " squeezes axis " + i + " of " + in.onnxShape());
      }
    }
    return call.emit(new Op.Reshape(), List.of(in), new Shape(dims));
  }

  static Value unsqueeze(OperatorCall call) {
    Feature in = call.feature(0);
    List<Long> axes = Refusal.unlessPresent(call.axes(1), "it has no axes");
    int rank = in.onnxRank() + axes.size();
    Refusal.unless(rank <= 8, "its result has " + rank + " dimensions");
    List<Integer> added = new ArrayList<>();
    for (long axis : axes) {
      int index = call.axis(axis, rank);
      Refusal.unless(index != 0, "it adds a dimension before the batch");
      Refusal.unless(!added.contains(index), "its axes repeat: " + axes);
      added.add(index);
    }
    List<Integer> dims = new ArrayList<>();
    int next = 0;
    for (int i = 1; i < rank; i++) {
      dims.add(added.contains(i) ? 1 : in.shape().dims().get(next++));
    }
    return call.emit(new Op.Reshape(), List.of(in), new Shape(dims));
  }

  /** A constant, because the image's size is fixed. */
  static Value shape(OperatorCall call) {
    Feature in = call.anyFeature(0);
    int rank = in.onnxRank();
    int first = in.batched() ? 1 : 0;
    long[] all = new long[rank];
    if (in.batched()) {
      all[0] = call.isBatchOne() ? 1 : Longs.BATCH;
    }
    for (int i = first; i < rank; i++) {
      all[i] = in.shape().dims().get(i - first);
    }
    int start = clamp(call.attributes().integer("start", 0), rank);
    int end = Math.max(start, clamp(call.attributes().integer("end", rank), rank));
    long[] values = Arrays.copyOfRange(all, start, end);
    call.note("constant: the image's size is fixed");
    return new Longs(call.name(), List.of(values.length), values);
  }

  private static int clamp(long index, int rank) {
    return (int) Math.clamp(index < 0 ? index + rank : index, 0L, (long) rank);
  }
}
