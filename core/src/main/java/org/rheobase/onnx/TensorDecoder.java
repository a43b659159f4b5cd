package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes tensors stored in a model: initializers and attributes. Every size that the file claims
 * is compared with the data that is there before anything is allocated.
 */
final class TensorDecoder {
  private final ModelFile model;

  TensorDecoder(ModelFile model) {
    this.model = model;
  }

  /**
   * Decodes one tensor.
   *
   * @param name in messages
   * @throws Refusal for an element type that no supported operator reads
   * @throws org.rheobase.error.UnreadableDataException when dimensions and data disagree
   */
  Value.Constant decode(TensorProto tensor, String name) {
    DataType type = DataType.forNumber(tensor.getDataType());
    int bytes = type == null ? 0 : bytesPerElement(type);
    if (type == null || bytes == 0) {
      throw new Refusal(
          "tensor " + name + " has the element type " + (type == null ? "?" : type.name()));
    }
    Refusal.unless(!tensor.hasSegment(), "tensor " + name + " is stored in segments");
    List<Integer> dims = dims(tensor, name);
    int count = count(tensor, name);
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      try (Arena arena = Arena.ofConfined()) {
        ByteBuffer data = ExternalData.map(model, tensor, name, (long) count * bytes, arena);
        return fromBytes(type, name, dims, count, data);
      }
    }
    if (tensor.hasRawData()) {
      long found = tensor.getRawData().size();
      expectCount(name, dims, (long) count * bytes, found, "bytes");
      return fromBytes(type, name, dims, count, tensor.getRawData().asReadOnlyByteBuffer());
    }
    return fromFields(type, name, dims, count, tensor);
  }

  private static int bytesPerElement(DataType type) {
    return switch (type) {
      case FLOAT, INT32 -> 4;
      case DOUBLE, INT64 -> 8;
      case FLOAT16, BFLOAT16 -> 2;
      case BOOL -> 1;
      default -> 0;
    };
  }

  private List<Integer> dims(TensorProto tensor, String name) {
    List<Integer> dims = new ArrayList<>();
    for (long d : tensor.getDimsList()) {
      if (d < 0 || d > Integer.MAX_VALUE) {
        throw model.unreadable(
            "tensor "
                + name
                + " has the dimensions "
                + tensor.getDimsList()
                + ", found "
                + d
                + " where 0 to 2147483647 is expected");
      }
      dims.add((int) d);
    }
    return dims;
  }

  private int count(TensorProto tensor, String name) {
    long count = 1;
    boolean empty = tensor.getDimsList().contains(0L);
    for (long d : tensor.getDimsList()) {
      count *= empty ? 0 : d;
      if (count > Integer.MAX_VALUE / 8) {
        throw model.unreadable(
            "tensor "
                + name
                + " claims the dimensions "
                + tensor.getDimsList()
                + "; expected at most "
                + Integer.MAX_VALUE / 8
                + " elements");
      }
    }
    return (int) count;
  }

  private void expectCount(
      String name, List<Integer> dims, long expected, long found, String unit) {
    if (expected != found) {
      throw model.unreadable(
          "tensor "
              + name
              + " with dimensions "
              + dims
              + " needs "
              + expected
              + " "
              + unit
              + ", found "
              + found);
    }
  }

  private static Value.Constant fromBytes(
      DataType type, String name, List<Integer> dims, int count, ByteBuffer data) {
    ByteBuffer in = data.order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case FLOAT -> {
        float[] values = new float[count];
        in.asFloatBuffer().get(values);
        yield new Value.Floats(name, dims, values);
      }
      case DOUBLE -> floats(name, dims, count, i -> (float) in.getDouble(i * 8));
      case FLOAT16 -> floats(name, dims, count, i -> Float.float16ToFloat(in.getShort(i * 2)));
      case BFLOAT16 -> floats(name, dims, count, i -> bfloat16ToFloat(in.getShort(i * 2)));
      case INT64 -> longs(name, dims, count, i -> finite(in.getLong(i * 8)));
      case INT32 -> longs(name, dims, count, i -> in.getInt(i * 4));
      case BOOL -> longs(name, dims, count, i -> in.get(i) == 0 ? 0 : 1);
      default -> throw new IllegalStateException("element type " + type + " has no size");
    };
  }

  private Value.Constant fromFields(
      DataType type, String name, List<Integer> dims, int count, TensorProto tensor) {
    int found =
        switch (type) {
          case FLOAT -> tensor.getFloatDataCount();
          case DOUBLE -> tensor.getDoubleDataCount();
          case INT64 -> tensor.getInt64DataCount();
          default -> tensor.getInt32DataCount();
        };
    expectCount(name, dims, count, found, "values");
    return switch (type) {
      case FLOAT -> floats(name, dims, count, tensor::getFloatData);
      case DOUBLE -> floats(name, dims, count, i -> (float) tensor.getDoubleData(i));
      case FLOAT16 ->
          floats(name, dims, count, i -> Float.float16ToFloat((short) tensor.getInt32Data(i)));
      case BFLOAT16 ->
          floats(name, dims, count, i -> bfloat16ToFloat((short) tensor.getInt32Data(i)));
      case INT64 -> longs(name, dims, count, i -> finite(tensor.getInt64Data(i)));
      default -> longs(name, dims, count, tensor::getInt32Data);
    };
  }

  private static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  private interface FloatAt {
    float get(int index);
  }

  private interface LongAt {
    long get(int index);
  }

  private static Value.Floats floats(String name, List<Integer> dims, int count, FloatAt source) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = source.get(i);
    }
    return new Value.Floats(name, dims, values);
  }

  private static Value.Longs longs(String name, List<Integer> dims, int count, LongAt source) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = source.get(i);
    }
    return new Value.Longs(name, dims, values);
  }

  /** The entry {@code key} of a tensor's external data, or null. */
  static @Nullable String externalEntry(TensorProto tensor, String key) {
    return tensor.getExternalDataList().stream()
        .filter(e -> e.getKey().equals(key))
        .map(e -> e.getValue())
        .findFirst()
        .orElse(null);
  }

  /**
   * The smallest number stands for the number of images; as a bound of a slice, one more will do.
   */
  private static long finite(long value) {
    return Math.max(value, Value.Longs.BATCH + 1);
  }
}
