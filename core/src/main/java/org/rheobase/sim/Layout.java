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
}
