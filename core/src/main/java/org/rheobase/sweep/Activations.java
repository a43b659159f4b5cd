package org.rheobase.sweep;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The activations of one site of the artificial network for all calibration images. */
final class Activations implements AutoCloseable {
  private final int neurons;
  private final Storage.Piece piece;

  Activations(Storage storage, int images, int neurons) {
    this.neurons = neurons;
    this.piece = storage.take((long) images * neurons * Float.BYTES);
  }

  void write(int image, float[] values) {
    MemorySegment.copy(values, 0, piece.segment(), ValueLayout.JAVA_FLOAT, offset(image), neurons);
  }

  void read(int image, float[] values) {
    MemorySegment.copy(piece.segment(), ValueLayout.JAVA_FLOAT, offset(image), values, 0, neurons);
  }

  private long offset(int image) {
    return (long) image * neurons * Float.BYTES;
  }

  @Override
  public void close() {
    piece.close();
  }
}
