package org.rheobase.dense;

import java.util.Optional;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * A way to run the heavy linear operations of a network. Everything else (pooling, activations,
 * sums) has one implementation that all backends share. A kernel computes one image, so that
 * results never depend on how images are batched.
 */
public interface DenseBackend {
  /** Name in tables and messages, for example {@code java} or {@code onednn}. */
  String name();

  /**
   * Why this backend cannot run on this machine, for example a missing library; empty if it can.
   */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /** Prepares a convolution of {@code [c,h,w]} maps of shape {@code input}. */
  Kernel convolution(Op.Conv conv, Shape input);

  /** Prepares a fully connected layer. */
  Kernel linear(Op.Linear linear);

  /** Prepares a convolution whose weights will change, for up to so many images at a time. */
  default TrainableConvolution trainable(Op.Conv conv, Shape input, int images) {
    return new JavaTrainableConvolution(conv, input, images);
  }

  /** Prepares an exact convolution of bytes. */
  default ByteConvolution bytes(ByteConvolution.Layer layer) {
    return new JavaByteConvolution(layer);
  }

  /** A prepared operation; used by one thread at a time. */
  interface Kernel extends AutoCloseable {
    /**
     * Reads one image's input at {@code inputOffset} and writes its output at {@code outputOffset}.
     */
    void run(float[] input, int inputOffset, float[] output, int outputOffset);

    @Override
    default void close() {}
  }
}
