package org.rheobase.dense;

import java.util.Random;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/**
 * A convolution that is being trained, with images and output gradients.
 *
 * @param images one after another
 * @param gradients of the output, alike
 */
public record TrainableCase(
    ConvolutionCase convolution, int count, float[] images, float[] gradients) {

  public static TrainableCase of(ConvolutionCase convolution, int count, long seed) {
    Random random = new Random(seed);
    return new TrainableCase(
        convolution,
        count,
        ConvolutionCase.gaussian(random, count * convolution.input().size()),
        ConvolutionCase.gaussian(random, count * convolution.output().size()));
  }

  /** Throws unless the output is the convolution of every image, without bias. */
  public void checkForward(DenseBackend backend) {
    Op.Conv conv = convolution.conv();
    Shape out = convolution.output();
    float[] found = new float[count * out.size()];
    try (TrainableConvolution trainable = backend.trainable(conv, convolution.input(), count)) {
      trainable.forward(conv.weight().values(), images, found);
    }
    int size = convolution.input().size();
    for (int n = 0; n < count; n++) {
      new ConvolutionCase(
              conv.with(conv.weight(), Weights.filled(conv.outChannels(), 0)),
              convolution.input(),
              java.util.Arrays.copyOfRange(images, n * size, (n + 1) * size))
          .check(java.util.Arrays.copyOfRange(found, n * out.size(), (n + 1) * out.size()));
    }
  }

  /**
   * Throws unless some weights' gradients are the finite difference of {@code sum(gradients *
   * output)}, which are exact but for rounding since the convolution is linear in its weights.
   */
  public void checkGradient(DenseBackend backend) {
    Op.Conv conv = convolution.conv();
    float[] found = new float[conv.weight().size()];
    try (TrainableConvolution trainable = backend.trainable(conv, convolution.input(), count)) {
      trainable.weightGradient(images, gradients, found);
    }
    for (int w : new Random(found.length).ints(10, 0, found.length).toArray()) {
      double expected = loss(unit(w), false);
      double scale = loss(unit(w), true);
      if (!(Math.abs(found[w] - expected) <= 1e-5 * scale)) {
        throw new AssertionError(
            "weight "
                + w
                + " of "
                + conv.weight()
                + ": expected "
                + expected
                + ", found "
                + found[w]);
      }
    }
  }

  /** Weights whose difference from others is 1 in one place. */
  private Op.Conv unit(int w) {
    float[] one = new float[convolution.conv().weight().size()];
    one[w] = 1;
    return convolution
        .conv()
        .with(
            new Weights(convolution.conv().weight().dims(), one),
            Weights.filled(convolution.conv().outChannels(), 0));
  }

  private double loss(Op.Conv change, boolean absolute) {
    int in = convolution.input().size();
    int out = convolution.output().size();
    double sum = 0;
    for (int n = 0; n < count; n++) {
      double[] output =
          new ConvolutionCase(
                  change,
                  convolution.input(),
                  java.util.Arrays.copyOfRange(images, n * in, (n + 1) * in))
              .expected(absolute);
      for (int i = 0; i < out; i++) {
        double g = gradients[n * out + i];
        sum += (absolute ? Math.abs(g) : g) * output[i];
      }
    }
    return sum;
  }
}
