package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Longs;

/** Operators that reorder, choose or repeat values: Transpose, Gather, Slice, Split. */
final class MovementOperators {
  /** Repetition makes much of little, so the size of the file does not bound it. */
  private static final int LARGEST = 1 << 20;

  private MovementOperators() {}

  static Value transpose(OperatorCall call) {
    Feature in = call.anyFeature(0);
    int rank = in.onnxRank();
    List<Integer> order = new ArrayList<>();
    List<Long> given = call.attributes().integers("perm");
    for (int d = 0; d < rank; d++) {
      order.add(
          given == null ? rank - 1 - d : d < given.size() ? call.axis(given.get(d), rank) : -1);
    }
    Refusal.unless(
        (given == null || given.size() == rank)
            && order.stream().sorted().toList().equals(IntStream.range(0, rank).boxed().toList()),
        "its perm is " + given + " of " + in.onnxShape());
    if (!in.batched() || order.get(0) != 0) {
      Feature whole = withoutBatch(call, in, "its perm is " + order + ", which moves the batch");
      return unbatched(call.emit(new Op.Transpose(order), whole));
    }
    List<Integer> permutation = order.stream().skip(1).map(d -> d - 1).toList();
    List<Integer> moving = permutation.stream().filter(d -> in.shape().dims().get(d) > 1).toList();
    if (!call.isVerbatim() && moving.equals(moving.stream().sorted().toList())) {
      call.note("read as Reshape: only dimensions of size 1 move");
      return call.emit(
          new Op.Reshape(),
          List.of(in),
          new Shape(permutation.stream().map(in.shape().dims()::get).toList()));
    }
    return call.emit(new Op.Transpose(permutation), in);
  }

  /** With constant indices; a single index, not in a list, removes its dimension. */
  static Value gather(OperatorCall call) {
    Feature in = call.anyFeature(0);
    Longs indices = Refusal.unlessPresent(call.longs(1, "indices"), "its indices are missing");
    Refusal.unless(!indices.hasBatch(), "its indices depend on the number of images");
    int axis = call.axis(call.attributes().integer("axis", 0), in.onnxRank());
    Feature from = in;
    if (in.batched() && axis == 0) {
      from = withoutBatch(call, in, "it picks images out of the batch");
    }
    int dimension = axis - (from.batched() ? 1 : 0);
    int size = from.shape().dims().get(dimension);
    List<Integer> chosen = new ArrayList<>();
    for (long index : indices.values()) {
      chosen.add(call.axis(index, size));
    }
    Refusal.unless(!chosen.isEmpty(), "it has no indices");
    Op select = new Op.Select(dimension, chosen);
    if (indices.rank() == 1) {
      return like(from, call.emit(select, from));
    }
    Feature picked = like(from, call.emitFirst("pick", select, from, from.shape()));
    List<Integer> dims = picked.shape().dims();
    List<Integer> rest = new ArrayList<>(dims.subList(0, dimension));
    rest.addAll(dims.subList(dimension + 1, dims.size()));
    return like(from, call.emit(new Op.Reshape(), List.of(picked), new Shape(rest)));
  }

  /** Bounds are attributes until opset 9, inputs since opset 10. */
  static Value slice(OperatorCall call) {
    Feature in = call.anyFeature(0);
    List<Long> starts = Refusal.unlessPresent(list(call, "starts", 1), "it has no starts");
    List<Long> ends = Refusal.unlessPresent(list(call, "ends", 2), "it has no ends");
    List<Long> axes = list(call, "axes", 3);
    List<Long> steps = list(call, "steps", 4);
    Refusal.unless(
        ends.size() == starts.size()
            && (axes == null || axes.size() == starts.size())
            && (steps == null || steps.size() == starts.size()),
        "its starts, ends, axes and steps differ in number");
    Feature value = in;
    List<Op.Select> cuts = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      int axis = call.axis(axes == null ? i : axes.get(i), in.onnxRank());
      boolean batch = in.batched() && axis == 0;
      if (batch) {
        long step = steps == null ? 1 : steps.get(i);
        Refusal.unless(
            call.isBatchOne()
                ? range(starts.get(i), ends.get(i), step, 1).equals(List.of(0))
                : starts.get(i) == 0 && step == 1 && ends.get(i) >= Integer.MAX_VALUE,
            "it cuts the batch");
        continue;
      }
      int dimension = axis - (in.batched() ? 1 : 0);
      call.expectRoomForIndices(in.shape().dims().get(dimension));
      List<Integer> range =
          range(
              starts.get(i),
              ends.get(i),
              steps == null ? 1 : steps.get(i),
              in.shape().dims().get(dimension));
      Refusal.unless(!range.isEmpty(), "it keeps nothing of axis " + axis);
      cuts.add(new Op.Select(dimension, range));
    }
    if (cuts.isEmpty()) {
      return like(in, call.emit(new Op.Identity(), in));
    }
    for (Op.Select cut : cuts.subList(0, cuts.size() - 1)) {
      value = like(in, call.emitFirst("axis" + cut.axis(), cut, value, value.shape()));
    }
    return like(in, call.emit(cuts.getLast(), value));
  }

  private static @Nullable List<Long> list(OperatorCall call, String name, int input) {
    if (call.opset() < 10) {
      return call.attributes().integers(name);
    }
    Longs longs = call.longs(input, name);
    if (longs == null) {
      return null;
    }
    Refusal.unless(!longs.hasBatch(), "its " + name + " depend on the number of images");
    return java.util.Arrays.stream(longs.values()).boxed().toList();
  }

  /** Positions as numpy slices them; bounds may lie far outside. */
  static List<Integer> range(long start, long end, long step, int size) {
    Refusal.unless(step != 0 && step != Long.MIN_VALUE, "its step is " + step);
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? size : size - 1L;
    long from = Math.clamp(start < 0 ? start + size : start, low, high);
    // A huge negative end means "to the front" when counting down.
    long to = end < 0 ? (end < -size ? -1 : end + size) : end;
    to = Math.clamp(to, low, (long) size);
    List<Integer> range = new ArrayList<>();
    if (step > 0) {
      for (long i = from; i < to; i += Math.min(step, size)) {
        range.add((int) i);
      }
    } else {
      for (long i = from; i > to; i -= Math.min(-step, size)) {
        range.add((int) i);
      }
    }
    return range;
  }

  /** Sizes are an attribute until opset 12, an input since opset 13; else the parts are equal. */
  static Value split(OperatorCall call) {
    Feature in = call.feature(0);
    int axis = call.axis(call.attributes().integer("axis", 0), in.onnxRank());
    Refusal.unless(axis > 0, "it splits the batch");
    int size = in.shape().dims().get(axis - 1);
    int parts = call.proto().getOutputCount();
    List<Long> sizes = new ArrayList<>();
    List<Long> attribute = call.attributes().integers("split");
    Longs input = call.longs(1, "split");
    if (attribute != null) {
      sizes.addAll(attribute);
    } else if (input != null) {
      for (long part : input.values()) {
        sizes.add(part);
      }
    } else {
      long each = Math.ceilDiv(size, parts);
      for (int p = 0; p < parts; p++) {
        sizes.add(Math.min(each, size - p * each));
      }
    }
    Refusal.unless(
        sizes.size() == parts
            && sizes.stream().allMatch(s -> s > 0 && s <= size)
            && sizes.stream().mapToLong(Long::longValue).sum() == size,
        "it splits " + in.onnxShape() + " into parts of " + sizes);
    call.expectRoomForIndices(size);
    List<Value> outputs = new ArrayList<>();
    int from = 0;
    for (int p = 0; p < parts; p++) {
      int to = from + Math.toIntExact(sizes.get(p));
      Op part = new Op.Select(axis - 1, IntStream.range(from, to).boxed().toList());
      outputs.add(p == 0 ? call.emit(part, in) : call.emitFirst("part" + p, part, in, in.shape()));
      from = to;
    }
    return new Value.Several(outputs);
  }

  /** Repeats dimensions of size 1 up to a constant shape, aligned at the last dimension. */
  static Value expand(OperatorCall call) {
    Feature in = call.anyFeature(0);
    Longs target = Refusal.unlessPresent(call.longs(1, "shape"), "it has no shape");
    List<Integer> whole = new ArrayList<>(in.shape().dims());
    if (in.batched()) {
      whole.add(0, 1);
    }
    List<Integer> wanted = new ArrayList<>();
    for (int i = 0; i < target.size(); i++) {
      long dim = target.values()[i];
      boolean batch = in.batched() && target.size() == whole.size() && i == 0;
      Refusal.unless(
          batch ? dim == 1 || dim == Longs.BATCH : dim >= 1 && dim <= Integer.MAX_VALUE,
          "its shape is " + Arrays.toString(target.values()) + " for " + in.onnxShape());
      wanted.add(batch ? 1 : (int) dim);
    }
    Refusal.unless(
        wanted.size() <= whole.size(),
        "it adds dimensions in front of " + in.onnxShape() + ", which mixes images");
    List<Integer> dims = Broadcast.together(call, whole, wanted);
    Shape shape = new Shape(in.batched() ? dims.subList(1, dims.size()) : dims);
    if (shape.equals(in.shape())) {
      return like(in, call.emit(new Op.Identity(), in));
    }
    return like(in, call.emit(new Op.Identity(), broadcast(call, in, shape)));
  }

  /** Repeats the whole value along dimensions. */
  static Value tile(OperatorCall call) {
    Feature in = call.anyFeature(0);
    Longs repeats = Refusal.unlessPresent(call.longs(1, "repeats"), "it has no repeats");
    Refusal.unless(
        repeats.size() == in.onnxRank(),
        "it has " + repeats.size() + " repeats for " + in.onnxShape());
    Feature value = in;
    for (int axis = 0; axis < repeats.size(); axis++) {
      long times = repeats.values()[axis];
      boolean batch = in.batched() && axis == 0;
      Refusal.unless(!batch || times == 1, "it repeats images " + times + " times");
      if (times != 1) {
        int dimension = axis - (in.batched() ? 1 : 0);
        int[] picks = repeated(value.shape().dims().get(dimension), times);
        Op select = new Op.Select(dimension, Arrays.stream(picks).boxed().toList());
        value = like(in, call.emitFirst("axis" + axis, select, value, value.shape()));
      }
    }
    return like(in, call.emit(new Op.Identity(), value));
  }

  /** The positions 0 to {@code size - 1}, several times over. */
  static int[] repeated(int size, long times) {
    Refusal.unless(
        times >= 1 && times <= LARGEST && times * size <= LARGEST,
        "it repeats " + size + " positions " + times + " times");
    return IntStream.range(0, (int) (times * size)).map(i -> i % size).toArray();
  }

  /** The value repeated along its dimensions of size 1 up to the wanted shape. */
  static Feature broadcast(OperatorCall call, Feature in, Shape wanted) {
    Feature value = in;
    for (int d = 0; d < wanted.rank(); d++) {
      int size = wanted.dims().get(d);
      if (in.shape().dims().get(d) != size) {
        Refusal.unless(size <= LARGEST, "it repeats a value " + size + " times");
        value =
            call.emitFirst(
                "repeat", new Op.Select(d, Collections.nCopies(size, 0)), value, value.shape());
      }
    }
    return value;
  }

  /** The same with the batch dimension of single images as a dimension of its own. */
  static Feature withoutBatch(OperatorCall call, Feature in, String complaint) {
    if (!in.batched()) {
      return in;
    }
    Refusal.unless(call.isBatchOne(), complaint);
    List<Integer> dims = new ArrayList<>(in.shape().dims());
    dims.add(0, 1);
    return unbatched(call.emitFirst("single", new Op.Reshape(), in, new Shape(dims)));
  }

  static Feature unbatched(Feature feature) {
    return new Feature(feature.node(), feature.shape(), false);
  }

  private static Feature like(Feature pattern, Feature feature) {
    return new Feature(feature.node(), feature.shape(), pattern.batched());
  }
}
