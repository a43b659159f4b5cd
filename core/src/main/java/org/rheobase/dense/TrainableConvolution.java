package org.rheobase.dense;

/**
 * A convolution whose weights change from call to call, on a fixed number of images at a time.
 * Weights are {@code [out, in / groups, ky, kx]}; used by one thread at a time.
 */
public interface TrainableConvolution extends AutoCloseable {
  /**
   * Writes {@code convolution(input, weights)} without bias.
   *
   * @param count images that are there, at most as many as the convolution is for
   * @param input {@code [images][in, h, w]}
   * @param output {@code [images][out, h, w]}
   */
  void forward(int count, float[] weights, float[][] input, float[][] output);

  /**
   * Writes how a loss changes with the weights, for the images of the last {@link #forward}.
   *
   * @param outputGradient how the loss changes with the output, {@code [images][out, h, w]}
   * @param gradient receives {@code [out, in / groups, ky, kx]}
   * @throws IllegalStateException without images before
   */
  void weightGradient(float[][] outputGradient, float[] gradient);

  @Override
  default void close() {}
}
