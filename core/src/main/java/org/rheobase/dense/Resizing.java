package org.rheobase.dense;

import org.rheobase.graph.Coordinates;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/** Bilinear resizing of one image in double precision. */
public final class Resizing {
  private Resizing() {}

  /** {@code [c,h,w]} to {@code [c,height,width]}. */
  public static double[] apply(Op.Resize op, double[] x, Shape in) {
    Taps rows = Taps.of(op.coordinates(), in.height(), op.height(), op.scaleHeight());
    Taps columns = Taps.of(op.coordinates(), in.width(), op.width(), op.scaleWidth());
    double[] y = new double[in.channels() * op.height() * op.width()];
    int at = 0;
    for (int c = 0; c < in.channels(); c++) {
      for (int row = 0; row < op.height(); row++) {
        int upper = (c * in.height() + rows.first[row]) * in.width();
        int lower = (c * in.height() + rows.second[row]) * in.width();
        for (int column = 0; column < op.width(); column++) {
          double weight = columns.weight[column];
          double above =
              x[upper + columns.first[column]] * (1 - weight)
                  + x[upper + columns.second[column]] * weight;
          double below =
              x[lower + columns.first[column]] * (1 - weight)
                  + x[lower + columns.second[column]] * weight;
          y[at++] = above * (1 - rows.weight[row]) + below * rows.weight[row];
        }
      }
    }
    return y;
  }

  /** The two neighbours of every output position, and the share of the second. */
  private record Taps(int[] first, int[] second, double[] weight) {
    static Taps of(Coordinates coordinates, int in, int out, float scale) {
      Taps taps = new Taps(new int[out], new int[out], new double[out]);
      for (int i = 0; i < out; i++) {
        double place =
            Math.min(Math.max(coordinates.source(i, in, out, scale), 0), (double) in - 1);
        taps.first[i] = (int) Math.floor(place);
        taps.second[i] = Math.min(taps.first[i] + 1, in - 1);
        taps.weight[i] = place - taps.first[i];
      }
      return taps;
    }
  }
}
