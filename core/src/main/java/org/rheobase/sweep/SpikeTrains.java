package org.rheobase.sweep;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.parallel.VectorApi;

/**
 * At which steps the neurons of one site were on, for all calibration images, one bit each: where
 * they spiked, in all models but temporal switch coding.
 */
final class SpikeTrains implements AutoCloseable {
  private final int steps;
  private final int neurons;
  private final int words;
  private final int area;
  private final float[] height;
  private final boolean usesVectors = VectorApi.isPresent();
  private final Storage.Piece piece;

  /**
   * @param site whose thresholds are the heights of the spikes
   */
  SpikeTrains(Storage storage, int images, int steps, Shape shape, Op.IntegrateFire site) {
    this.steps = steps;
    this.neurons = shape.size();
    this.words = (neurons + 63) / 64;
    this.area = shape.area();
    this.height = site.threshold().values();
    this.piece = storage.take((long) images * steps * words * Long.BYTES);
  }

  /** Sets the spikes of one image at one step. */
  void write(int image, int step, long[] spikes) {
    MemorySegment.copy(
        spikes, 0, piece.segment(), ValueLayout.JAVA_LONG, offset(image, step), words);
  }

  /**
   * The scaled spikes, 0 or the threshold, of one image at one step.
   *
   * @param values {@code [neurons]} at least, receives them
   */
  void read(int image, int step, float[] values) {
    long[] on = new long[words];
    MemorySegment.copy(piece.segment(), ValueLayout.JAVA_LONG, offset(image, step), on, 0, words);
    for (int from = 0; from < neurons; from += area) {
      int to = from + area;
      float high = height[from / area];
      int first = usesVectors ? VectorNeurons.spread(on, high, values, from, to) : from;
      for (int n = first; n < to; n++) {
        values[n] = (on[n >> 6] >>> n & 1) != 0 ? high : 0;
      }
    }
  }

  /**
   * The mean of the scaled spikes of one image.
   *
   * @param from the first step that takes part, from 0
   */
  void readMean(int image, int from, float[] values) {
    int[] counts = new int[neurons];
    for (int step = from; step < steps; step++) {
      long at = offset(image, step);
      for (int w = 0; w < words; w++) {
        long bits = piece.segment().get(ValueLayout.JAVA_LONG, at + (long) w * Long.BYTES);
        for (; bits != 0; bits &= bits - 1) {
          counts[w * 64 + Long.numberOfTrailingZeros(bits)]++;
        }
      }
    }
    for (int n = 0; n < neurons; n++) {
      values[n] = (float) ((double) height[n / area] * counts[n] / (steps - from));
    }
  }

  private long offset(int image, int step) {
    return ((long) image * steps + step) * words * Long.BYTES;
  }

  @Override
  public void close() {
    piece.close();
  }
}
