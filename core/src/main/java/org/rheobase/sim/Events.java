package org.rheobase.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Shape;

/**
 * The spikes of one map in one step, grouped by position: {@code channel[start[p] .. start[p+1])}
 * are the active channels of position {@code p = y * width + x}, ascending.
 */
final class Events {
  final int positions;
  final int channels;

  /** {@code [positions + 1]}. */
  final int[] start;

  int[] channel;

  /** How many spikes each event stands for; absent where all are single. */
  int @Nullable [] count;

  Events(Shape shape, boolean isCounted) {
    positions = shape.area();
    channels = shape.channels();
    start = new int[positions + 1];
    channel = new int[Math.min(shape.size(), Math.max(64, shape.size() / 8 + channels))];
    count = isCounted ? new int[channel.length] : null;
  }

  /** Makes room for one more position after {@code used} events. */
  void ensureRoom(int used) {
    if (channel.length < used + channels) {
      int capacity = (int) Math.min((long) positions * channels, (used + channels) * 2L);
      channel = Arrays.copyOf(channel, capacity);
      if (count != null) {
        count = Arrays.copyOf(count, capacity);
      }
    }
  }

  int size() {
    return start[positions];
  }

  /** Spikes: the sum of all counts. */
  long total() {
    if (count == null) {
      return size();
    }
    long total = 0;
    for (int i = 0; i < size(); i++) {
      total += count[i];
    }
    return total;
  }

  /** Weights that these spikes reach, given how many each position's spike reaches. */
  long reached(int[] reach) {
    long reached = 0;
    for (int p = 0; p < positions; p++) {
      int spikes = start[p + 1] - start[p];
      if (count != null) {
        spikes = 0;
        for (int i = start[p]; i < start[p + 1]; i++) {
          spikes += count[i];
        }
      }
      reached += (long) spikes * reach[p];
    }
    return reached;
  }

  /** Takes over the non-zero entries of a dense map {@code [h,w,c]} and clears it. */
  void collect(int[] map) {
    int used = 0;
    for (int p = 0; p < positions; p++) {
      ensureRoom(used);
      for (int c = 0; c < channels; c++) {
        int value = map[p * channels + c];
        if (value != 0) {
          channel[used] = c;
          if (count != null) {
            count[used] = value;
          }
          used++;
          map[p * channels + c] = 0;
        }
      }
      start[p + 1] = used;
    }
  }
}
