package org.rheobase.dense;

import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** The specification of {@link TrainableConvolution}, with sums in double precision. */
final class JavaTrainableConvolution implements TrainableConvolution {
  private final Op.Conv conv;
  private final Shape input;
  private final int most;
  private final int outHeight;
  private final int outWidth;
  private float[][] images = {};

  JavaTrainableConvolution(Op.Conv conv, Shape input, int most) {
    this.conv = conv;
    this.input = input;
    this.most = most;
    this.outHeight = conv.window().outHeight(input.height());
    this.outWidth = conv.window().outWidth(input.width());
  }

  @Override
  public void forward(int count, float[] weights, float[][] x, float[][] y) {
    if (count > most) {
      throw new IllegalArgumentException(count + " images are more than " + most);
    }
    Op.Conv current =
        conv.with(
            new Weights(conv.weight().dims(), weights), Weights.filled(conv.outChannels(), 0));
    try (DenseBackend.Kernel kernel = new JavaBackend().convolution(current, input)) {
      images = new float[count][];
      for (int n = 0; n < count; n++) {
        kernel.run(x[n], 0, y[n], 0);
        images[n] = x[n].clone();
      }
    }
  }

  @Override
  public void weightGradient(float[][] dy, float[] gradient) {
    if (images.length == 0) {
      throw new IllegalStateException("a gradient needs images");
    }
    Window w = conv.window();
    int inPerGroup = conv.weight().dim(1);
    int outPerGroup = conv.outChannels() / conv.groups();
    int at = 0;
    for (int o = 0; o < conv.outChannels(); o++) {
      for (int i = 0; i < inPerGroup; i++) {
        int channel = o / outPerGroup * inPerGroup + i;
        for (int ky = 0; ky < w.kernelHeight(); ky++) {
          for (int kx = 0; kx < w.kernelWidth(); kx++) {
            gradient[at++] = (float) tap(dy, o, channel, ky, kx);
          }
        }
      }
    }
  }

  /** One weight's gradient: the products of what it meets and what that becomes. */
  private double tap(float[][] dy, int o, int channel, int ky, int kx) {
    Window w = conv.window();
    double sum = 0;
    for (int n = 0; n < images.length; n++) {
      for (int oy = 0; oy < outHeight; oy++) {
        int iy = oy * w.strideHeight() - w.padTop() + ky * w.dilationHeight();
        if (iy < 0 || iy >= input.height()) {
          continue;
        }
        int row = (channel * input.height() + iy) * input.width();
        int out = (o * outHeight + oy) * outWidth;
        for (int ox = 0; ox < outWidth; ox++) {
          int ix = ox * w.strideWidth() - w.padLeft() + kx * w.dilationWidth();
          if (ix >= 0 && ix < input.width()) {
            sum += (double) images[n][row + ix] * dy[n][out + ox];
          }
        }
      }
    }
    return sum;
  }
}
