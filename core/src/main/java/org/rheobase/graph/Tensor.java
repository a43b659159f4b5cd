package org.rheobase.graph;

/**
 * A batch of values of one shape, {@code [n,c,h,w]} or {@code [n,c]}, the last index running
 * fastest. The array is not copied: whoever holds a tensor treats it as read-only.
 */
public record Tensor(int batch, Shape shape, float[] values) {
  public Tensor {
    if ((long) batch * shape.size() != values.length) {
      throw new IllegalArgumentException(
          "a batch of " + batch + " x " + shape + " does not have " + values.length + " values");
    }
  }

  public static Tensor zeros(int batch, Shape shape) {
    return new Tensor(batch, shape, new float[Math.multiplyExact(batch, shape.size())]);
  }

  /** The values of one image, copied. */
  public float[] image(int index) {
    int size = shape.size();
    return java.util.Arrays.copyOfRange(values, index * size, (index + 1) * size);
  }
}
