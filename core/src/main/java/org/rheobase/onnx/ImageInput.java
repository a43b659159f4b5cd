package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Shape;

/**
 * The one image that a model reads.
 *
 * @param shape {@code [c,h,w]}
 * @param batchOne whether the model is made for single images
 */
record ImageInput(String name, Shape shape, boolean batchOne) {
  /** A gigabyte of floats for one image: above it, a file's claim is not believed. */
  private static final long LARGEST = 1L << 28;

  /**
   * Finds and checks the input.
   *
   * @param constants names of initializers, which older files list among the inputs
   * @param given {@code [c,h,w]} from the caller, or null
   */
  static ImageInput of(ModelFile model, Set<String> constants, @Nullable Shape given) {
    List<ValueInfoProto> inputs =
        model.proto().getGraph().getInputList().stream()
            .filter(i -> !constants.contains(i.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw model.unsupported(
          "expected one input, an image [n,c,h,w], found "
              + inputs.size()
              + inputs.stream()
                  .limit(5)
                  .map(ValueInfoProto::getName)
                  .collect(Collectors.joining(", ", " (", ")")));
    }
    return of(model, inputs.get(0), given);
  }

  static ImageInput of(ModelFile model, ValueInfoProto input, @Nullable Shape given) {
    String name = input.getName();
    DataType type = DataType.forNumber(input.getType().getTensorType().getElemType());
    if (type != DataType.FLOAT
        && type != DataType.DOUBLE
        && type != DataType.FLOAT16
        && type != DataType.BFLOAT16) {
      throw model.unsupported(
          "input " + name + " has elements of type " + type + "; expected floating-point numbers");
    }
    TensorShapeProto declared = input.getType().getTensorType().getShape();
    if (!input.getType().getTensorType().hasShape() && given != null) {
      return new ImageInput(name, given, false);
    }
    if (declared.getDimCount() != 4) {
      throw model.unsupported(
          "input " + name + " is " + text(declared) + "; expected an image [n,c,h,w]");
    }
    long batch = declared.getDim(0).getDimValue();
    if (batch > 1) {
      throw model.unsupported(
          "input "
              + name
              + " is "
              + text(declared)
              + "; expected a batch size of 1 or one that is left open");
    }
    return new ImageInput(name, shape(model, name, declared, given), batch == 1);
  }

  private static Shape shape(
      ModelFile model, String name, TensorShapeProto declared, @Nullable Shape given) {
    List<Integer> dims = new ArrayList<>();
    long size = 1;
    for (int i = 1; i < 4; i++) {
      long dim = declared.getDim(i).getDimValue();
      if (dim <= 0 && given == null) {
        throw model.unsupported(
            "input "
                + name
                + " is "
                + text(declared)
                + ", which leaves the image size open; give it in the preprocessing file");
      }
      if (given != null && dim > 0 && (given.rank() != 3 || given.dims().get(i - 1) != dim)) {
        throw new MisuseException(
            model.file()
                + ": input "
                + name
                + " is "
                + text(declared)
                + ", which images of shape "
                + given
                + " do not fit");
      }
      long value = given != null ? given.dims().get(i - 1) : dim;
      size = value > LARGEST ? Long.MAX_VALUE : Math.multiplyExact(size, value);
      if (size > LARGEST) {
        throw model.unreadable(
            "input "
                + name
                + " is "
                + text(declared)
                + "; expected at most "
                + LARGEST
                + " values in one image");
      }
      dims.add((int) value);
    }
    return new Shape(dims);
  }

  private static String text(TensorShapeProto shape) {
    return shape.getDimList().stream()
        .map(d ->
            d.getDimValue() > 0
                ? String.valueOf(d.getDimValue())
                : d.getDimParam().isEmpty() ? "?" : d.getDimParam())
        .collect(Collectors.joining(",", "[", "]"));
  }
}
