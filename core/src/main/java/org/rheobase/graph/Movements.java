package org.rheobase.graph;

import java.util.List;
import java.util.TreeSet;

/** Where each value of a {@link Op.Movement} comes from. */
public final class Movements {
  private Movements() {}

  /**
   * For every element of the output, in order, the element of the input that it holds.
   *
   * @param in the input's shape
   * @param out the output's shape
   */
  public static int[] sources(Op.Movement op, Shape in, Shape out) {
    int[] sources = new int[out.size()];
    switch (op) {
      case Op.Reshape _, Op.Identity _ -> {
        for (int i = 0; i < sources.length; i++) {
          sources[i] = i;
        }
      }
      case Op.Transpose transpose -> {
        int[] strides = strides(in);
        int[] moved = new int[out.rank()];
        for (int d = 0; d < moved.length; d++) {
          moved[d] = strides[transpose.permutation().get(d)];
        }
        walk(out, moved, sources);
      }
      case Op.Select select -> {
        int inner = 1;
        for (int d = select.axis() + 1; d < in.rank(); d++) {
          inner *= in.dims().get(d);
        }
        int from = in.dims().get(select.axis());
        List<Integer> indices = select.indices();
        for (int i = 0; i < sources.length; i++) {
          int row = i / inner;
          int index = indices.get(row % indices.size());
          sources[i] = (row / indices.size() * from + index) * inner + i % inner;
        }
      }
    }
    return sources;
  }

  /** For every channel of the output the channels of the input that it has values of, ascending. */
  public static int[][] channels(Op.Movement op, Shape in, Shape out) {
    int[] sources = sources(op, in, out);
    int[][] channels = new int[out.channels()][];
    int area = out.area();
    for (int c = 0; c < channels.length; c++) {
      TreeSet<Integer> found = new TreeSet<>();
      for (int i = c * area; i < (c + 1) * area; i++) {
        found.add(sources[i] / in.area());
      }
      channels[c] = found.stream().mapToInt(Integer::intValue).toArray();
    }
    return channels;
  }

  private static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape.dims().get(d);
    }
    return strides;
  }

  private static void walk(Shape out, int[] strides, int[] sources) {
    int[] position = new int[out.rank()];
    int from = 0;
    for (int i = 0; i < sources.length; i++) {
      sources[i] = from;
      for (int d = position.length - 1; d >= 0; d--) {
        position[d]++;
        from += strides[d];
        if (position[d] < out.dims().get(d)) {
          break;
        }
        from -= position[d] * strides[d];
        position[d] = 0;
      }
    }
  }
}
