package org.rheobase.sim;

import java.util.Arrays;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * A 1x1 convolution of analog values, rounded to the target's units: a few positions at a time, so
 * that its result is consumed in the cache. Sums keep the order of {@link ReferenceOps}.
 *
 * @param source index of the node whose values it reads
 * @param shape of the result
 * @param view where the result lies in the target
 * @param weights {@code [in][out]}
 * @param bias {@code [out]}
 * @param scale {@code [out]}: 1 / unit
 */
record Pointwise(
    int source, Shape shape, View view, double[] weights, double[] bias, double[] scale)
    implements Accumulation {
  private static final int POSITIONS = 8;

  static Pointwise of(int source, Op.Conv conv, Shape shape, View view, double[] scale) {
    int in = conv.inChannels();
    int out = conv.outChannels();
    double[] weights = new double[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        weights[i * out + o] = conv.weight().get(o * in + i);
      }
    }
    return new Pointwise(
        source, shape, view, weights, Layout.toDouble(conv.bias().values()), scale);
  }

  @Override
  public int listed(int node) {
    return -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    double[] x = state.value(source, slot);
    int out = bias.length;
    int in = weights.length / out;
    double[] sums = new double[POSITIONS * out];
    for (int p = 0; p < shape.area(); p += POSITIONS) {
      int rows = Math.min(POSITIONS, shape.area() - p);
      Arrays.fill(sums, 0, rows * out, 0);
      loops.multiply(x, p * in, in, weights, 0, sums, 0, out, rows, in, out);
      for (int r = 0; r < rows; r++) {
        for (int o = 0; o < out; o++) {
          sums[r * out + o] += bias[o];
        }
        int at = view.at((p + r) / shape.width(), (p + r) % shape.width());
        loops.addRounded(sums, r * out, scale, target, at);
      }
    }
  }
}
