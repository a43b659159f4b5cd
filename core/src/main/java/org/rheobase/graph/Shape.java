package org.rheobase.graph;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of one image's value at a node, without the batch dimension: {@code [c,h,w]} for maps,
 * {@code [c]} for features.
 */
public record Shape(List<Integer> dims) {
  public Shape {
    dims = List.copyOf(dims);
    long size = 1;
    for (int d : dims) {
      if (d < 1) {
        throw new IllegalArgumentException("a dimension of " + dims + " is below 1");
      }
      size *= d;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("shape " + dims + " has more than 2^31 - 1 elements");
      }
    }
  }

  public static Shape of(int... dims) {
    return new Shape(java.util.Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  /** Channels of a map, or the number of features. */
  public int channels() {
    return dims.isEmpty() ? 1 : dims.get(0);
  }

  public int height() {
    return rank() < 3 ? 1 : dims.get(1);
  }

  public int width() {
    return rank() < 3 ? 1 : dims.get(2);
  }

  /** Positions per channel: the elements of the shape divided by its channels. */
  public int area() {
    return size() / channels();
  }

  public int size() {
    int size = 1;
    for (int d : dims) {
      size *= d;
    }
    return size;
  }

  @Override
  public String toString() {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
