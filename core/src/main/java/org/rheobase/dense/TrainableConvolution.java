package org.rheobase.dense;

/**
 * A convolution whose weights change from call to call, on some images at a time. Weights are
 * {@code [out, in / groups, ky, kx]}; used by one thread at a time.
 */
public interface TrainableConvolution extends AutoCloseable {
  /**
   * Writes {@code convolution(input, weights)} without bias.
   *
   * @param count the first so many images take part, at most as many as the convolution is for
   * @param input {@code [images][in, h, w]}, no longer read after the call
   * @param output {@code [images][out, h, w]}
   * @throws IllegalArgumentException if there are more images than the convolution is for
   */
  void forward(int count, float[] weights, float[][] input, float[][] output);

  /**
   * Writes how a loss changes with the weights, for the images of the last {@link #forward}.
   *
   * @param outputGradient how the loss changes with the output, {@code [images][out, h, w]}
   * @param gradient receives {@code [out, in / groups, ky, kx]}
   * @throws IllegalStateException if no pass of images came before
   */
  void weightGradient(float[][] outputGradient, float[] gradient);

  @Override
  default void close() {}
}
