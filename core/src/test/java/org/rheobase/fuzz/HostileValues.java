package org.rheobase.fuzz;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;

/** Values at the borders of what readers expect, as a fuzzer chooses them. */
final class HostileValues {
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    16,
    64,
    255,
    256,
    1000,
    4096,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 24,
    1 << 28,
    1 << 30,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    Integer.MIN_VALUE,
    -1,
    -2,
    -3,
    -4,
    -32767
  };
  private static final float[] FLOATS = {
    0,
    -0f,
    1,
    -1,
    0.5f,
    2,
    1e-30f,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1e9f,
    3e4f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0.0001f,
    1000
  };
  private static final String[] ATTRIBUTES =
      """
      axis axes pads strides dilations kernel_shape group perm to epsilon alpha beta \
      transA transB auto_pad ceil_mode count_include_pad mode split starts ends keepdims \
      value min max scales size allowzero start end output_padding num_groups blocksize \
      value_ints value_floats coordinate_transformation_mode nearest_mode training_mode \
      num_outputs\
      """
          .split(" ");

  private static final String[] WORDS =
      """
      SAME_UPPER SAME_LOWER VALID NOTSET reflect edge constant wrap linear nearest cubic \
      DCR CRD align_corners asymmetric half_pixel tanh none floor ceil \033[2J a\nb \
      """
          .split(" ", -1);

  /** Nodes that compute constants; what they read is made of {@link #NUMBERS}. */
  private static final String[] CONSTANT_MAKERS =
      """
      ConstantOfShape Range Expand Tile Concat Gather Reshape Slice Add Mul Div Mod Sub \
      Cast Where Unsqueeze Squeeze Transpose ReduceProd Shape Equal Pow Neg Max\
      """
          .split(" ");

  private final Choices choice;

  HostileValues(Choices choice) {
    this.choice = choice;
  }

  long number() {
    return choice.isTrue()
        ? NUMBERS[choice.between(0, NUMBERS.length - 1)]
        : choice.between(-9, 20);
  }

  float real() {
    return FLOATS[choice.between(0, FLOATS.length - 1)];
  }

  String word() {
    return choice.of(Arrays.asList(WORDS));
  }

  String attribute() {
    return choice.of(Arrays.asList(ATTRIBUTES));
  }

  String constantMaker() {
    return choice.of(Arrays.asList(CONSTANT_MAKERS));
  }

  /** A tensor with numbers, which its dimensions may contradict. */
  TensorProto tensor() {
    TensorProto.Builder tensor = TensorProto.newBuilder();
    int count = choice.between(0, 5);
    boolean integers = choice.isTrue();
    for (int i = 0; i < count; i++) {
      if (integers) {
        tensor.addInt64Data(number());
      } else {
        tensor.addFloatData(real());
      }
    }
    tensor.setDataType(
        (integers ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT).getNumber());
    switch (choice.between(0, 3)) {
      case 0 -> tensor.addDims(number()).addDims(number());
      case 1 -> {
        if (count != 1) {
          tensor.addDims(count);
        }
      }
      default -> tensor.addDims(count);
    }
    return tensor.build();
  }
}
