package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Floats;
import org.rheobase.onnx.Value.Longs;

/**
 * Evaluates nodes that read only constants: shape arithmetic, as exporters write {@code
 * x.view(x.size(0), -1)}, and weights that are transposed or reshaped.
 */
final class ConstantFolding {
  /** Shape arithmetic is tiny; a file that asks for more does something else. */
  private static final int LARGEST = 1 << 16;

  private ConstantFolding() {}

  static Value fold(OperatorCall call) {
    if (call.isVerbatim() && call.proto().getOpType().equals("Constant")) {
      return ConstantLiteral.ofNetwork(call);
    }
    call.note("constant");
    call.useRoom(2L * elements(call));
    call.expectRoom(2L * LARGEST);
    Constant folded = compute(call);
    call.useRoom(2L * folded.size());
    return folded;
  }

  private static long elements(OperatorCall call) {
    long elements = 0;
    for (int i = 0; i < call.inputCount(); i++) {
      elements += call.value(i) instanceof Constant c ? c.size() : 0;
    }
    return elements;
  }

  private static Constant compute(OperatorCall call) {
    return switch (call.proto().getOpType()) {
      case "Constant" -> ConstantLiteral.of(call);
      case "Identity", "Dropout" -> operand(call, 0);
      case "Cast" -> cast(call);
      case "Reshape" -> reshape(call);
      case "Squeeze" -> squeeze(call);
      case "Unsqueeze" -> unsqueeze(call);
      case "Transpose" -> transpose(call);
      case "Gather" -> gather(call);
      case "Slice" -> slice(call);
      case "Concat" -> concat(call);
      case "ConstantOfShape" -> constantOfShape(call);
      case "Shape" -> shape(call);
      case "Expand" -> expand(call);
      case "Tile" -> tile(call);
      default -> ConstantArithmetic.fold(call);
    };
  }

  static Constant operand(OperatorCall call, int index) {
    return Refusal.unlessPresent(
        call.constant(index, "input " + index), "its input " + index + " is missing");
  }

  private static Constant cast(OperatorCall call) {
    Constant in = operand(call, 0);
    DataType to = DataType.forNumber((int) call.attributes().integer("to", 0));
    boolean toFloat = to == DataType.FLOAT || to == DataType.DOUBLE || to == DataType.FLOAT16;
    boolean truth = to == DataType.BOOL;
    Refusal.unless(
        toFloat || truth || to == DataType.INT64 || to == DataType.INT32,
        "it casts a constant to " + to);
    if (truth) {
      return ConstantArithmetic.isNotZero(call, in);
    }
    return switch (in) {
      case Floats f when !toFloat -> {
        long[] values = new long[f.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (long) f.values()[i];
        }
        yield new Longs(call.name(), f.dims(), values);
      }
      case Longs l when toFloat -> {
        Refusal.unless(!l.hasBatch(), "it computes with the number of images");
        float[] values = new float[l.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = l.values()[i];
        }
        yield new Floats(call.name(), l.dims(), values);
      }
      case Floats f -> f;
      case Longs l -> l;
    };
  }

  private static Constant reshape(OperatorCall call) {
    Constant in = operand(call, 0);
    Longs target = Refusal.unlessPresent(call.longs(1, "shape"), "it has no shape");
    Refusal.unless(!target.hasBatch(), "its shape depends on the number of images");
    List<Integer> dims = new ArrayList<>();
    long known = 1;
    int free = -1;
    for (int i = 0; i < target.size(); i++) {
      long d = target.values()[i];
      if (d == 0 && i < in.rank()) {
        d = in.dims().get(i);
      }
      if (d == -1 && free < 0) {
        free = i;
        d = 1;
      }
      Refusal.unless(d >= 0 && d <= in.size(), "it reshapes " + in.dims() + " to " + target.dims());
      known = Math.min(Integer.MAX_VALUE, known * d);
      dims.add((int) d);
    }
    if (free >= 0 && known > 0) {
      dims.set(free, (int) (in.size() / known));
      known *= dims.get(free);
    }
    if (known != in.size()) {
      throw call.model()
          .unreadable(
              "node "
                  + call.name()
                  + " reshapes "
                  + in.dims()
                  + " to "
                  + Arrays.toString(target.values()));
    }
    return redimensioned(call, in, dims);
  }

  private static Constant squeeze(OperatorCall call) {
    Constant in = operand(call, 0);
    List<Long> axes = call.axes(1);
    List<Integer> dims = new ArrayList<>();
    List<Integer> removed = new ArrayList<>();
    for (int i = 0; axes != null && i < axes.size(); i++) {
      removed.add(call.axis(axes.get(i), in.rank()));
    }
    for (int i = 0; i < in.rank(); i++) {
      int dim = in.dims().get(i);
      Refusal.unless(!removed.contains(i) || dim == 1, "it squeezes " + in.dims());
      if (axes == null ? dim != 1 : !removed.contains(i)) {
        dims.add(dim);
      }
    }
    return redimensioned(call, in, dims);
  }

  private static Constant unsqueeze(OperatorCall call) {
    Constant in = operand(call, 0);
    List<Long> axes = Refusal.unlessPresent(call.axes(1), "it has no axes");
    Refusal.unless(axes.size() <= 8, "it has more than 8 axes");
    int rank = in.rank() + axes.size();
    List<Integer> added = axes.stream().map(a -> call.axis(a, rank)).distinct().toList();
    Refusal.unless(added.size() == axes.size(), "its axes repeat: " + axes);
    List<Integer> dims = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < rank; i++) {
      dims.add(added.contains(i) ? 1 : in.dims().get(next++));
    }
    return redimensioned(call, in, dims);
  }

  private static Constant transpose(OperatorCall call) {
    Constant in = operand(call, 0);
    int rank = in.rank();
    @Nullable List<Long> perm = call.attributes().integers("perm");
    int[] axes = new int[rank];
    boolean[] seen = new boolean[rank];
    Refusal.unless(perm == null || perm.size() == rank, "its perm is " + perm);
    for (int i = 0; i < rank; i++) {
      axes[i] = perm == null ? rank - 1 - i : call.axis(perm.get(i), rank);
      Refusal.unless(!seen[axes[i]], "its perm is " + perm);
      seen[axes[i]] = true;
    }
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = rank - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= in.dims().get(i);
    }
    List<Integer> dims = Arrays.stream(axes).mapToObj(a -> in.dims().get(a)).toList();
    int[] index = new int[in.size()];
    int[] position = new int[rank];
    for (int i = 0; i < index.length; i++) {
      for (int d = 0; d < rank; d++) {
        index[i] += position[d] * strides[axes[d]];
      }
      for (int d = rank - 1; d >= 0 && ++position[d] == dims.get(d); d--) {
        position[d] = 0;
      }
    }
    return picked(call, in, dims, index);
  }

  private static Constant gather(OperatorCall call) {
    Constant in = operand(call, 0);
    Constant indices = operand(call, 1);
    Refusal.unless(indices instanceof Longs, "its indices are not integers");
    int axis = call.axis(call.attributes().integer("axis", 0), in.rank());
    long[] wanted = ((Longs) indices).values();
    int[] picks = new int[wanted.length];
    for (int i = 0; i < picks.length; i++) {
      picks[i] = call.axis(wanted[i], in.dims().get(axis));
    }
    List<Integer> dims = new ArrayList<>(in.dims().subList(0, axis));
    dims.addAll(indices.dims());
    dims.addAll(in.dims().subList(axis + 1, in.rank()));
    return along(call, in, axis, picks, dims);
  }

  private static Constant slice(OperatorCall call) {
    Constant in = operand(call, 0);
    List<Long> starts = Refusal.unlessPresent(sliceList(call, "starts", 1), "it has no starts");
    List<Long> ends = Refusal.unlessPresent(sliceList(call, "ends", 2), "it has no ends");
    List<Long> axes = sliceList(call, "axes", 3);
    List<Long> steps = sliceList(call, "steps", 4);
    Refusal.unless(
        ends.size() == starts.size()
            && (axes == null || axes.size() == starts.size())
            && (steps == null || steps.size() == starts.size()),
        "its starts, ends, axes and steps differ in number");
    Constant value = in;
    for (int i = 0; i < starts.size(); i++) {
      int axis = axes == null ? call.axis(i, in.rank()) : call.axis(axes.get(i), in.rank());
      int size = value.dims().get(axis);
      long step = steps == null ? 1 : steps.get(i);
      List<Integer> kept = MovementOperators.range(starts.get(i), ends.get(i), step, size);
      List<Integer> dims = new ArrayList<>(value.dims());
      dims.set(axis, kept.size());
      value = along(call, value, axis, kept.stream().mapToInt(k -> k).toArray(), dims);
    }
    return value;
  }

  private static @Nullable List<Long> sliceList(OperatorCall call, String name, int index) {
    if (call.opset() < 10) {
      return call.attributes().integers(name);
    }
    Longs longs = call.longs(index, name);
    if (longs == null) {
      return null;
    }
    Refusal.unless(!longs.hasBatch(), "its " + name + " depend on the number of images");
    return Arrays.stream(longs.values()).boxed().toList();
  }

  /** Picks hyperplanes of one axis. */
  private static Constant along(
      OperatorCall call, Constant in, int axis, int[] picks, List<Integer> dims) {
    int outer = 1;
    int inner = 1;
    for (int i = 0; i < in.rank(); i++) {
      outer *= i < axis ? in.dims().get(i) : 1;
      inner *= i > axis ? in.dims().get(i) : 1;
    }
    long count = (long) outer * picks.length * inner;
    Refusal.unless(count <= LARGEST || count <= in.size(), "its result has " + count + " elements");
    int[] index = new int[(int) count];
    int next = 0;
    for (int o = 0; o < outer; o++) {
      for (int pick : picks) {
        for (int i = 0; i < inner; i++) {
          index[next++] = (o * in.dims().get(axis) + pick) * inner + i;
        }
      }
    }
    return picked(call, in, dims, index);
  }

  private static Constant concat(OperatorCall call) {
    long count = 0;
    boolean floats = operand(call, 0) instanceof Floats;
    for (int i = 0; i < call.inputCount(); i++) {
      Constant in = operand(call, i);
      Refusal.unless(
          in.rank() == 1 && in instanceof Floats == floats,
          "it joins constants other than lists of one kind of numbers");
      count += in.size();
    }
    Refusal.unless(count <= LARGEST, "its result has " + count + " elements");
    if (floats) {
      float[] values = new float[(int) count];
      int at = 0;
      for (int i = 0; i < call.inputCount(); i++) {
        float[] part = ((Floats) operand(call, i)).values();
        System.arraycopy(part, 0, values, at, part.length);
        at += part.length;
      }
      return new Floats(call.name(), List.of(values.length), values);
    }
    long[] values = new long[(int) count];
    int next = 0;
    for (int i = 0; i < call.inputCount(); i++) {
      long[] part = ((Longs) operand(call, i)).values();
      System.arraycopy(part, 0, values, next, part.length);
      next += part.length;
    }
    return new Longs(call.name(), List.of(values.length), values);
  }

  private static Constant constantOfShape(OperatorCall call) {
    Longs target = Refusal.unlessPresent(call.longs(0, "shape"), "it has no shape");
    Refusal.unless(!target.hasBatch(), "its shape depends on the number of images");
    long count = 1;
    List<Integer> dims = new ArrayList<>();
    for (long d : target.values()) {
      Refusal.unless(d >= 0 && d <= LARGEST, "its shape is " + Arrays.toString(target.values()));
      count *= d;
      dims.add((int) d);
      Refusal.unless(count <= LARGEST, "its shape is " + Arrays.toString(target.values()));
    }
    AttributeProto value = call.attributes().get("value");
    Constant fill =
        value == null
            ? new Floats(call.name(), List.of(1), new float[1])
            : new TensorDecoder(call.model()).decode(value.getT(), call.name());
    Refusal.unless(fill.size() == 1, "its value is not one number");
    return picked(call, fill, dims, new int[(int) count]);
  }

  private static Constant shape(OperatorCall call) {
    Constant in = operand(call, 0);
    Refusal.unless(
        !call.attributes().has("start") && !call.attributes().has("end"),
        "it takes a part of a constant's shape");
    long[] dims = in.dims().stream().mapToLong(Integer::longValue).toArray();
    return new Longs(call.name(), List.of(dims.length), dims);
  }

  private static Constant expand(OperatorCall call) {
    Constant in = operand(call, 0);
    Longs target = Refusal.unlessPresent(call.longs(1, "shape"), "it has no shape");
    Refusal.unless(!target.hasBatch(), "its shape depends on the number of images");
    List<Integer> wanted = new ArrayList<>();
    for (long d : target.values()) {
      Refusal.unless(d >= 0 && d <= LARGEST, "its shape is " + Arrays.toString(target.values()));
      wanted.add((int) d);
    }
    return ConstantArithmetic.broadcast(call, in, Broadcast.together(call, in.dims(), wanted));
  }

  private static Constant tile(OperatorCall call) {
    Constant value = operand(call, 0);
    Longs repeats = Refusal.unlessPresent(call.longs(1, "repeats"), "it has no repeats");
    Refusal.unless(
        repeats.size() == value.rank(),
        "it has " + repeats.size() + " repeats for " + value.dims());
    for (int axis = 0; axis < repeats.size(); axis++) {
      int[] picks = MovementOperators.repeated(value.dims().get(axis), repeats.values()[axis]);
      List<Integer> dims = new ArrayList<>(value.dims());
      dims.set(axis, picks.length);
      value = along(call, value, axis, picks, dims);
    }
    return value;
  }

  private static Constant redimensioned(OperatorCall call, Constant in, List<Integer> dims) {
    return switch (in) {
      case Floats f -> new Floats(call.name(), dims, f.values());
      case Longs l -> new Longs(call.name(), dims, l.values());
    };
  }

  static Constant picked(OperatorCall call, Constant in, List<Integer> dims, int[] index) {
    return switch (in) {
      case Floats f -> {
        float[] values = new float[index.length];
        for (int i = 0; i < index.length; i++) {
          values[i] = f.values()[index[i]];
        }
        yield new Floats(call.name(), dims, values);
      }
      case Longs l -> {
        long[] values = new long[index.length];
        for (int i = 0; i < index.length; i++) {
          values[i] = l.values()[index[i]];
        }
        yield new Longs(call.name(), dims, values);
      }
    };
  }
}
