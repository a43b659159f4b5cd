package org.rheobase.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Shape;

/**
 * Images and labels as NumPy arrays. Bytes {@code [n,h,w]} or {@code [n,h,w,3]} are grey or colour
 * images; floats {@code [n,c,h,w]} are a network's input already.
 */
final class NpyRecords implements Dataset {
  private final NpyArray images;
  private final @Nullable NpyArray labels;
  private final String description;

  /**
   * Checks that the arrays fit each other.
   *
   * @param labels integers {@code [n]} or {@code [n,1]}, or null
   */
  NpyRecords(NpyArray images, @Nullable NpyArray labels, String description) {
    this.images = images;
    this.labels = labels;
    this.description = description;
    int[] shape = images.shape();
    boolean bytes =
        images.type() == NpyArray.Type.U1
            && (shape.length == 3 || (shape.length == 4 && shape[3] == 3));
    if (!bytes && !(images.type().isFloat() && shape.length == 4)) {
      throw new UnreadableDataException(
          images.source()
              + ": expected images, uint8 [n,h,w] or [n,h,w,3] or float [n,c,h,w], found "
              + images.type().name().toLowerCase(java.util.Locale.ROOT)
              + " "
              + Arrays.toString(shape));
    }
    if (labels != null) {
      if (labels.type().isFloat() || labels.stride() != 1) {
        throw new UnreadableDataException(
            labels.source()
                + ": expected labels, integers [n], found "
                + labels.type().name().toLowerCase(java.util.Locale.ROOT)
                + " "
                + Arrays.toString(labels.shape()));
      }
      if (labels.shape()[0] != shape[0]) {
        throw new UnreadableDataException(
            labels.source()
                + ": expected a label for each of the "
                + shape[0]
                + " images, found "
                + labels.shape()[0]);
      }
    }
    images.stride();
  }

  @Override
  public int size() {
    return images.shape()[0];
  }

  @Override
  public Sample get(int index) {
    String name = images.source() + " image " + index;
    return new Sample(
        name, images.type().isFloat() ? planes(name, index) : rgb(index), label(index));
  }

  private int label(int index) {
    if (labels == null) {
      return Sample.UNLABELLED;
    }
    double label = labels.numbers(index)[0];
    if (label < 0 || label > Integer.MAX_VALUE) {
      throw new UnreadableDataException(
          labels.source() + ": label " + index + ": expected 0 or more, found " + (long) label);
    }
    return (int) label;
  }

  private Planes planes(String name, int index) {
    double[] numbers = images.numbers(index);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers[i];
      if (!Float.isFinite(values[i])) {
        throw new UnreadableDataException(
            name + ": expected finite numbers, found " + numbers[i] + " at element " + i);
      }
    }
    return new Planes(Shape.of(images.shape()[1], images.shape()[2], images.shape()[3]), values);
  }

  private RgbImage rgb(int index) {
    byte[] raw = images.raw(index);
    boolean grey = images.shape().length == 3;
    byte[] rgb = grey ? new byte[3 * raw.length] : raw;
    for (int i = 0; grey && i < rgb.length; i++) {
      rgb[i] = raw[i / 3];
    }
    return new RgbImage(images.shape()[2], images.shape()[1], rgb);
  }

  @Override
  public String description() {
    return description;
  }

  /** The content without the place where it lies. */
  @Override
  public void digest(int index, java.security.MessageDigest into) {
    Dataset.digest("", label(index), images.raw(index), into);
  }
}
