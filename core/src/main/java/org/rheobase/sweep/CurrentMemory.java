package org.rheobase.sweep;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory for the currents of some images at one site, which the next images and sites write over:
 * memory that is new to the process can cost more time than what is done with it.
 */
final class CurrentMemory implements AutoCloseable {
  private Arena arena = Arena.ofShared();
  private MemorySegment segment = MemorySegment.NULL;

  /**
   * Room for such currents; those handed out before are lost.
   *
   * @param steps 1 where they are the same at all of them
   */
  Block take(int images, int steps, int neurons) {
    long bytes = (long) images * steps * neurons * Float.BYTES;
    if (bytes > segment.byteSize()) {
      // The old one goes first: both may not fit.
      arena.close();
      segment = MemorySegment.NULL;
      arena = Arena.ofShared();
      segment = arena.allocate(bytes, Long.BYTES);
    }
    return new Block(segment.asSlice(0, bytes), steps, neurons);
  }

  @Override
  public void close() {
    arena.close();
  }

  /**
   * Currents {@code [images][steps][neurons]}.
   *
   * @param steps 1 where they are the same at all of them
   */
  record Block(MemorySegment segment, int steps, int neurons) {
    void write(int image, int step, float[] values) {
      MemorySegment.copy(
          values, 0, segment, ValueLayout.JAVA_FLOAT, offset(image, step, 0), neurons);
    }

    /** What one image's neurons receive. */
    Neurons.Currents of(int image) {
      return (step, firstNeuron, values, count) ->
          MemorySegment.copy(
              segment,
              ValueLayout.JAVA_FLOAT,
              offset(image, Math.min(step, steps - 1), firstNeuron),
              values,
              0,
              count);
    }

    private long offset(int image, int step, int neuron) {
      return (((long) image * steps + step) * neurons + neuron) * Float.BYTES;
    }
  }
}
