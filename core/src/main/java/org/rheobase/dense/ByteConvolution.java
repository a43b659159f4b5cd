package org.rheobase.dense;

import java.lang.foreign.MemorySegment;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A convolution of unsigned with signed bytes, prepared with its weights. Sums are exact as long as
 * the sum of the products' sizes stays within {@link #LARGEST_SUM}, so every implementation returns
 * the same. Any number of threads may share it, each with a {@link Run} of its own.
 */
public interface ByteConvolution {
  /** Bytes behind a run's inputs that may be written, and are not read. */
  int SLACK = 16;

  /** Inputs from which no implementation's sums of pairs leave 16 bits. */
  int LARGEST_INPUT = 127;

  /** Some libraries store sums by way of 32-bit floats, which hold every integer up to here. */
  int LARGEST_SUM = 1 << 24;

  /**
   * What to compute.
   *
   * @param in shape of the input
   * @param outChannels of the output
   * @param weights {@code [out,in,ky,kx]}
   */
  record Layer(Window window, Shape in, int outChannels, byte[] weights) {
    /**
     * @throws IllegalArgumentException if the weights do not fit the window and channels
     */
    public Layer {
      int cells = window.kernelHeight() * window.kernelWidth();
      if (weights.length != outChannels * in.channels() * cells) {
        throw new IllegalArgumentException(
            "expected "
                + outChannels * in.channels() * cells
                + " weights, found "
                + weights.length);
      }
    }

    /** Shape of the output. */
    public Shape out() {
      return Shape.of(outChannels, window.outHeight(in.height()), window.outWidth(in.width()));
    }
  }

  /** Memory for inputs and sums, new to the caller. */
  Run newRun();

  /** One thread's use of a convolution; its segments are valid while it is reachable and open. */
  interface Run extends AutoCloseable {
    /**
     * Unsigned bytes {@code [h,w,c]} of at most {@link #LARGEST_INPUT}, to be written before {@link
     * #compute}; {@link #SLACK} bytes follow.
     */
    MemorySegment inputs();

    /** Integers of 32 bits, {@code [h,w,out]}, after {@link #compute}. */
    MemorySegment sums();

    /** Computes all sums. */
    void compute();

    /** Gives its memory back. */
    @Override
    default void close() {}
  }
}
