package org.rheobase.graph;

import java.util.Arrays;
import java.util.List;

/**
 * Constant parameters of an operation with their dimensions, the last index running fastest.
 * Equality is by value. The array is not copied: nobody writes into it after construction.
 */
public record Weights(List<Integer> dims, float[] values) {
  public Weights {
    dims = List.copyOf(dims);
    long size = 1;
    for (int d : dims) {
      size *= d;
    }
    if (size != values.length) {
      throw new IllegalArgumentException(dims + " does not have " + values.length + " values");
    }
  }

  public static Weights of(float[] values, int... dims) {
    return new Weights(Arrays.stream(dims).boxed().toList(), values);
  }

  public static Weights vector(float... values) {
    return of(values, values.length);
  }

  /** A vector of equal values. */
  public static Weights filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return vector(values);
  }

  public int dim(int index) {
    return dims.get(index);
  }

  public int size() {
    return values.length;
  }

  public float get(int index) {
    return values[index];
  }

  /** The largest absolute value; 0 when empty. */
  public float maxAbs() {
    float max = 0;
    for (float v : values) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Weights w && dims.equals(w.dims) && Arrays.equals(values, w.values);
  }

  @Override
  public int hashCode() {
    return 31 * dims.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Weights" + dims;
  }
}
