package org.rheobase.onnx;

import java.math.BigInteger;
import java.util.List;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Floats;
import org.rheobase.onnx.Value.Longs;

/**
 * Arithmetic, comparisons and choices on constants, as exporters compute shapes with them. Truth
 * values are the integers 0 and 1.
 */
final class ConstantArithmetic {
  /** Shape arithmetic is tiny; a file that asks for more than its own size does something else. */
  private static final long LARGEST = 1 << 16;

  private ConstantArithmetic() {}

  static Constant fold(OperatorCall call) {
    return switch (call.proto().getOpType()) {
      case "Add", "Sub", "Mul", "Div", "Mod", "Pow", "Min", "Max", "Sum" -> arithmetic(call);
      case "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual" -> comparison(call);
      case "And", "Or", "Xor" -> comparison(call);
      case "Not" -> not(call);
      case "Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Reciprocal" -> unary(call);
      case "Where" -> where(call);
      case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin" -> reduce(call);
      case "Range" -> range(call);
      default ->
          throw new Refusal("it reads only constants; fold constants when exporting the model");
    };
  }

  /** The same values, those of dimensions of size 1 repeated. */
  static Constant broadcast(OperatorCall call, Constant in, List<Integer> dims) {
    long count = 1;
    for (int d : dims) {
      count *= d;
      Refusal.unless(count <= Math.max(LARGEST, in.size()), "its result has the shape " + dims);
    }
    return ConstantFolding.picked(call, in, dims, Broadcast.indices(in.dims(), dims));
  }

  private static Constant arithmetic(OperatorCall call) {
    Constant result = ConstantFolding.operand(call, 0);
    for (int i = 1; i < call.inputCount(); i++) {
      result = arithmetic(call, result, ConstantFolding.operand(call, i));
    }
    return result;
  }

  private static Constant arithmetic(OperatorCall call, Constant left, Constant right) {
    Pair pair = Pair.of(call, left, right);
    String op = call.proto().getOpType();
    if (pair.a instanceof Floats a && pair.b instanceof Floats b) {
      float[] values = new float[a.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = arithmetic(op, a.values()[i], b.values()[i]);
      }
      return new Floats(call.name(), a.dims(), values);
    }
    long[] a = ((Longs) pair.a).values();
    long[] b = ((Longs) pair.b).values();
    long[] values = new long[a.length];
    boolean truncated = call.attributes().flag("fmod", false);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          a[i] == Longs.BATCH || b[i] == Longs.BATCH
              ? arithmeticOnBatch(op, a[i], b[i])
              : arithmetic(op, a[i], b[i], truncated);
    }
    return new Longs(call.name(), pair.a.dims(), values);
  }

  private static float arithmetic(String op, float x, float y) {
    return switch (op) {
      case "Add", "Sum" -> x + y;
      case "Sub" -> x - y;
      case "Mul" -> x * y;
      case "Div" -> x / y;
      case "Pow" -> (float) StrictMath.pow(x, y);
      case "Min" -> Math.min(x, y);
      case "Max" -> Math.max(x, y);
      default -> throw new Refusal("it computes a remainder of real numbers");
    };
  }

  private static long arithmetic(String op, long x, long y, boolean truncated) {
    return switch (op) {
      case "Add", "Sum" -> x + y;
      case "Sub" -> x - y;
      case "Mul" -> x * y;
      case "Div" -> {
        Refusal.unless(y != 0, "it divides by 0");
        yield x / y;
      }
      case "Mod" -> {
        Refusal.unless(y != 0, "it divides by 0");
        yield truncated ? x % y : Math.floorMod(x, y);
      }
      case "Min" -> Math.min(x, y);
      case "Max" -> Math.max(x, y);
      default -> throw new Refusal("it computes a power of integers");
    };
  }

  /** The number of images is open: only what leaves it as it is has a result. */
  private static long arithmeticOnBatch(String op, long x, long y) {
    long other = x == Longs.BATCH ? y : x;
    boolean unchanged =
        switch (op) {
          case "Add", "Sum" -> other == 0;
          case "Mul" -> other == 1;
          case "Sub" -> y == 0;
          case "Div" -> y == 1;
          // There is at least one image.
          case "Max" -> other <= 1;
          case "Min" -> false;
          default -> false;
        };
    Refusal.unless(unchanged, "it computes with the number of images");
    return Longs.BATCH;
  }

  private static Constant comparison(OperatorCall call) {
    Pair pair = Pair.of(call, ConstantFolding.operand(call, 0), ConstantFolding.operand(call, 1));
    String op = call.proto().getOpType();
    long[] values = new long[pair.a.size()];
    for (int i = 0; i < values.length; i++) {
      boolean holds =
          (pair.a instanceof Floats a && pair.b instanceof Floats b)
              ? holds(op, Float.compare(a.values()[i], b.values()[i]))
              : holds(op, ((Longs) pair.a).values()[i], ((Longs) pair.b).values()[i]);
      values[i] = holds ? 1 : 0;
    }
    return new Longs(call.name(), pair.a.dims(), values);
  }

  private static boolean holds(String op, long x, long y) {
    boolean open = x == Longs.BATCH || y == Longs.BATCH;
    return switch (op) {
      case "And" -> x != 0 && y != 0;
      case "Or" -> x != 0 || y != 0;
      case "Xor" -> x != 0 ^ y != 0;
      default -> holds(op, open ? orderOfBatch(x, y) : Long.compare(x, y));
    };
  }

  /** There is at least one image; more is not known. */
  private static int orderOfBatch(long x, long y) {
    if (x == y) {
      return 0;
    }
    long other = x == Longs.BATCH ? y : x;
    Refusal.unless(other < 1, "it compares the number of images with " + other);
    return x == Longs.BATCH ? 1 : -1;
  }

  private static boolean holds(String op, int order) {
    return switch (op) {
      case "Equal" -> order == 0;
      case "Greater" -> order > 0;
      case "Less" -> order < 0;
      case "GreaterOrEqual" -> order >= 0;
      case "LessOrEqual" -> order <= 0;
      default -> throw new Refusal("it combines real numbers as truth values");
    };
  }

  private static Constant not(OperatorCall call) {
    Longs truth = isNotZero(call, ConstantFolding.operand(call, 0));
    long[] values = truth.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 - values[i];
    }
    return new Longs(call.name(), truth.dims(), values);
  }

  /** 1 for every element that is not 0, and 0 for the others. */
  static Longs isNotZero(OperatorCall call, Constant in) {
    long[] values = new long[in.size()];
    for (int i = 0; i < values.length; i++) {
      boolean zero =
          switch (in) {
            case Floats f -> f.values()[i] == 0;
            case Longs l -> l.values()[i] == 0;
          };
      values[i] = zero ? 0 : 1;
    }
    return new Longs(call.name(), in.dims(), values);
  }

  private static Constant unary(OperatorCall call) {
    String op = call.proto().getOpType();
    return switch (ConstantFolding.operand(call, 0)) {
      case Floats f -> {
        float[] values = f.values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = unary(op, values[i]);
        }
        yield new Floats(call.name(), f.dims(), values);
      }
      case Longs l -> {
        Refusal.unless(
            !l.hasBatch() && (op.equals("Neg") || op.equals("Abs")),
            "it computes with the number of images or with integers");
        long[] values = l.values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = op.equals("Neg") ? -values[i] : Math.abs(values[i]);
        }
        yield new Longs(call.name(), l.dims(), values);
      }
    };
  }

  private static float unary(String op, float x) {
    return switch (op) {
      case "Neg" -> -x;
      case "Abs" -> Math.abs(x);
      case "Floor" -> (float) Math.floor(x);
      case "Ceil" -> (float) Math.ceil(x);
      case "Round" -> (float) Math.rint(x);
      case "Sqrt" -> (float) Math.sqrt(x);
      default -> 1 / x;
    };
  }

  private static Constant where(OperatorCall call) {
    Longs condition = isNotZero(call, ConstantFolding.operand(call, 0));
    Pair pair = Pair.of(call, ConstantFolding.operand(call, 1), ConstantFolding.operand(call, 2));
    List<Integer> dims = Broadcast.together(call, condition.dims(), pair.a.dims());
    Constant then = broadcast(call, pair.a, dims);
    Constant otherwise = broadcast(call, pair.b, dims);
    Longs choice = (Longs) broadcast(call, condition, dims);
    if (then instanceof Floats t && otherwise instanceof Floats o) {
      float[] values = o.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = choice.values()[i] == 1 ? t.values()[i] : values[i];
      }
      return new Floats(call.name(), dims, values);
    }
    long[] values = ((Longs) otherwise).values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = choice.values()[i] == 1 ? ((Longs) then).values()[i] : values[i];
    }
    return new Longs(call.name(), dims, values);
  }

  /** All elements of a list. */
  private static Constant reduce(OperatorCall call) {
    Constant in = ConstantFolding.operand(call, 0);
    Refusal.unless(
        in instanceof Longs list && list.rank() == 1 && list.size() > 0 && !list.hasBatch(),
        "it reduces constants other than a list of integers");
    long[] values = ((Longs) in).values();
    long result = values[0];
    for (int i = 1; i < values.length; i++) {
      result =
          switch (call.proto().getOpType()) {
            case "ReduceProd" -> result * values[i];
            case "ReduceSum" -> result + values[i];
            case "ReduceMax" -> Math.max(result, values[i]);
            default -> Math.min(result, values[i]);
          };
    }
    boolean keep = call.attributes().flag("keepdims", true);
    return new Longs(call.name(), keep ? List.of(1) : List.of(), new long[] {result});
  }

  private static Constant range(OperatorCall call) {
    long[] bounds = new long[3];
    for (int i = 0; i < 3; i++) {
      Constant bound = ConstantFolding.operand(call, i);
      Refusal.unless(
          bound instanceof Longs l && l.size() == 1 && !l.hasBatch(),
          "its bounds are not known integers");
      bounds[i] = ((Longs) bound).values()[0];
    }
    Refusal.unless(bounds[2] != 0, "its step is 0");
    BigInteger distance = BigInteger.valueOf(bounds[1]).subtract(BigInteger.valueOf(bounds[0]));
    BigInteger steps = distance.divide(BigInteger.valueOf(bounds[2]));
    Refusal.unless(
        steps.compareTo(BigInteger.valueOf(LARGEST)) <= 0,
        "it has more than " + LARGEST + " elements");
    int count = steps.signum() < 0 ? 0 : steps.intValue();
    boolean whole = steps.multiply(BigInteger.valueOf(bounds[2])).equals(distance);
    count += !whole && steps.signum() >= 0 && distance.signum() == Long.signum(bounds[2]) ? 1 : 0;
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = bounds[0] + i * bounds[2];
    }
    return new Longs(call.name(), List.of(count), values);
  }

  /** Two constants of one kind, brought to one shape. */
  private record Pair(Constant a, Constant b) {
    static Pair of(OperatorCall call, Constant a, Constant b) {
      Refusal.unless(
          a instanceof Floats == b instanceof Floats, "it mixes integers and real numbers");
      List<Integer> dims = Broadcast.together(call, a.dims(), b.dims());
      return new Pair(broadcast(call, a, dims), broadcast(call, b, dims));
    }
  }
}
