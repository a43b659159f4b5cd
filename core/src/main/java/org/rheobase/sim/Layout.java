package org.rheobase.sim;

import org.rheobase.graph.Shape;

/** The two orders of a map's elements: {@code [c,h,w]} outside, {@code [h,w,c]} inside. */
final class Layout {
  private Layout() {}

  static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  static float[] toFloat(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** For every element in {@code [h,w,c]} order, its index in {@code [c,h,w]} order. */
  static int[] toOutside(Shape shape) {
    int[] index = new int[shape.size()];
    int at = 0;
    for (int p = 0; p < shape.area(); p++) {
      for (int c = 0; c < shape.channels(); c++) {
        index[at++] = c * shape.area() + p;
      }
    }
    return index;
  }

  /**
   * A table of sources, {@link org.rheobase.graph.Movements#sources}, for values in {@code [h,w,c]}
   * order.
   */
  static int[] inside(int[] sources, Shape in, Shape out) {
    int[] outside = toOutside(in);
    int[] inside = new int[outside.length];
    for (int i = 0; i < outside.length; i++) {
      inside[outside[i]] = i;
    }
    int[] back = toOutside(out);
    int[] moved = new int[sources.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = inside[sources[back[i]]];
    }
    return moved;
  }
}
