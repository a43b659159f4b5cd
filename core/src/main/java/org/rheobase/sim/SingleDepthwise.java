package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A depthwise convolution of constants or analog values in single precision, each sum fused and in
 * the order of {@link ReferenceOps}: one position after the other, all channels of a kernel cell at
 * a time.
 */
final class SingleDepthwise implements AnalogOp {
  private final Window window;
  private final Shape in;
  private final Shape out;

  /** {@code [ky][kx][c]}. */
  private final float[] weights;

  /** {@code [c]}. */
  private final float[] bias;

  SingleDepthwise(Op.Conv conv, Shape in, Shape out) {
    this.window = conv.window();
    this.in = in;
    this.out = out;
    this.bias = conv.bias().values();
    int cells = window.kernelHeight() * window.kernelWidth();
    weights = new float[cells * bias.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i % cells * bias.length + i / cells] = conv.weight().get(i);
    }
  }

  @Override
  public void run(List<double[]> inputs, double[] y) {
    double[] x = inputs.get(0);
    int channels = bias.length;
    float[] sums = new float[channels];
    for (int oy = 0; oy < out.height(); oy++) {
      for (int ox = 0; ox < out.width(); ox++) {
        Arrays.fill(sums, 0);
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
          int iy = oy * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
          for (int kx = 0; kx < window.kernelWidth(); kx++) {
            int ix = ox * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
            if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
              int from = (iy * in.width() + ix) * channels;
              int cell = (ky * window.kernelWidth() + kx) * channels;
              for (int c = 0; c < channels; c++) {
                sums[c] = Math.fma(weights[cell + c], (float) x[from + c], sums[c]);
              }
            }
          }
        }
        int at = (oy * out.width() + ox) * channels;
        for (int c = 0; c < channels; c++) {
          y[at + c] = sums[c] + bias[c];
        }
      }
    }
  }
}
