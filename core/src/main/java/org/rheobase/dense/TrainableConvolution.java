package org.rheobase.dense;

/**
 * A convolution whose weights change from call to call, on a fixed number of images at a time.
 * Weights are {@code [out, in / groups, ky, kx]}; used by one thread at a time.
 */
public interface TrainableConvolution extends AutoCloseable {
  /** Writes {@code convolution(input, weights)} without bias, {@code [images, out, h, w]}. */
  void forward(float[] weights, float[] input, float[] output);

  /**
   * Writes how a loss changes with the weights.
   *
   * @param input {@code [images, in, h, w]}
   * @param outputGradient how the loss changes with the output, {@code [images, out, h, w]}
   * @param gradient receives {@code [out, in / groups, ky, kx]}
   */
  void weightGradient(float[] input, float[] outputGradient, float[] gradient);

  @Override
  default void close() {}
}
