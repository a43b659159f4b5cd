package org.rheobase.dense;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

/**
 * A convolution that is being trained, with images and output gradients.
 *
 * @param images fewer than the convolution is for
 * @param gradients of the output
 */
public record TrainableCase(ConvolutionCase convolution, float[][] images, float[][] gradients) {

  public static TrainableCase of(ConvolutionCase convolution, int count, long seed) {
    Random random = new Random(seed);
    return new TrainableCase(
        convolution,
        gaussian(random, count, convolution.input().size()),
        gaussian(random, count, convolution.output().size()));
  }

  private static float[][] gaussian(Random random, int count, int size) {
    return IntStream.range(0, count)
        .mapToObj(_ -> ConvolutionCase.gaussian(random, size))
        .toArray(float[][]::new);
  }

  /** A convolution for two images more, after a pass of other images and weights. */
  private TrainableConvolution trainable(DenseBackend backend) {
    Op.Conv conv = convolution.conv();
    int most = images.length + 2;
    TrainableConvolution trainable = backend.trainable(conv, convolution.input(), most);
    float[] weights = new float[conv.weight().size()];
    Arrays.fill(weights, 3);
    trainable.forward(
        most, weights, unknown(most, convolution.input().size()), new float[most][outputSize()]);
    trainable.weightGradient(unknown(most, outputSize()), weights);
    return trainable;
  }

  private static float[][] unknown(int count, int size) {
    float[][] rows = new float[count][size];
    for (float[] row : rows) {
      Arrays.fill(row, Float.NaN);
    }
    return rows;
  }

  /** These rows, and one that is not there. */
  private static float[][] withSpare(float[][] rows) {
    float[][] more = Arrays.copyOf(rows, rows.length + 1);
    more[rows.length] = unknown(1, rows[0].length)[0];
    return more;
  }

  private int outputSize() {
    return convolution.output().size();
  }

  /** Throws unless the output is the convolution of every image, without bias. */
  public void checkForward(DenseBackend backend) {
    Op.Conv conv = convolution.conv();
    float[][] found = withSpare(new float[images.length][outputSize()]);
    try (TrainableConvolution trainable = trainable(backend)) {
      trainable.forward(images.length, conv.weight().values(), withSpare(images), found);
    }
    for (float value : found[images.length]) {
      if (!Float.isNaN(value)) {
        throw new AssertionError("the output of an image that is not there was written");
      }
    }
    for (int n = 0; n < images.length; n++) {
      new ConvolutionCase(
              conv.with(conv.weight(), Weights.filled(conv.outChannels(), 0)),
              convolution.input(),
              images[n])
          .check(found[n]);
    }
  }

  /**
   * Throws unless some weights' gradients are the finite difference of {@code sum(gradients *
   * output)}, which are exact but for rounding since the convolution is linear in its weights.
   */
  public void checkGradient(DenseBackend backend) {
    Op.Conv conv = convolution.conv();
    float[] found = new float[conv.weight().size()];
    try (TrainableConvolution trainable = trainable(backend)) {
      float[][] outputs = new float[images.length][outputSize()];
      float[][] inputs = withSpare(images);
      Arrays.setAll(inputs, i -> inputs[i].clone());
      trainable.forward(images.length, conv.weight().values(), inputs, outputs);
      for (float[] input : inputs) {
        Arrays.fill(input, Float.NaN); // The gradient belongs to what was there.
      }
      trainable.weightGradient(withSpare(gradients), found);
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

  /** Throws unless a gradient without images and more images than there is room for are refused. */
  public void checkRefusals(DenseBackend backend) {
    Op.Conv conv = convolution.conv();
    float[] w = conv.weight().values();
    float[][] none = {};
    try (TrainableConvolution trainable =
        backend.trainable(conv, convolution.input(), images.length - 1)) {
      refuses(IllegalStateException.class, () -> trainable.weightGradient(gradients, w.clone()));
      trainable.forward(0, w, none, none);
      refuses(IllegalStateException.class, () -> trainable.weightGradient(gradients, w.clone()));
      float[][] outputs = new float[images.length][outputSize()];
      refuses(
          IllegalArgumentException.class,
          () -> trainable.forward(images.length, w, images, outputs));
    }
  }

  private static void refuses(Class<? extends Exception> expected, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      if (expected.isInstance(e)) {
        return;
      }
      throw e;
    }
    throw new AssertionError("expected " + expected.getSimpleName());
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
    double sum = 0;
    for (int n = 0; n < images.length; n++) {
      double[] output =
          new ConvolutionCase(change, convolution.input(), images[n]).expected(absolute);
      for (int i = 0; i < output.length; i++) {
        double g = gradients[n][i];
        sum += (absolute ? Math.abs(g) : g) * output[i];
      }
    }
    return sum;
  }
}
