package org.rheobase.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Shape;

/**
 * The spikes of one map in one step, ascending: {@code element[start[p] .. start[p+1])} are the
 * active elements of position {@code p = y * width + x}, each {@code p * channels + channel}.
 */
final class Events {
  /** Channels in an entry of {@link #bits}. */
  static final int LANES = 16;

  /** Vectors may be read and written up to here behind the last event. */
  static final int SLACK = 64;

  final int positions;
  final int channels;

  /** {@code [positions + 1]}. */
  final int[] start;

  int[] element;

  /**
   * The same, one bit each: {@code [groups, positions]}, a group being {@link #LANES} neighbouring
   * channels, the last one fewer; absent where spikes are counted. Vectors may be read up to {@link
   * #SLACK} behind it.
   */
  final short @Nullable [] bits;

  /** Entries of {@link #bits} per position. */
  final int groups;

  /** How many spikes each event stands for; absent where all are single. */
  int @Nullable [] count;

  /**
   * Up to how many spikes of a step {@link #element} is read: none (-1), any number, or those up to
   * which a reader prefers the list to the bits.
   */
  final int listed;

  Events(Shape shape, boolean isCounted) {
    this(shape, isCounted, Integer.MAX_VALUE);
  }

  Events(Shape shape, boolean isCounted, int listed) {
    this.listed = listed;
    positions = shape.area();
    channels = shape.channels();
    start = new int[positions + 1];
    int usual = Math.max(64, shape.size() / 8 + channels);
    element = new int[Math.min(shape.size(), usual) + SLACK];
    count = isCounted ? new int[element.length] : null;
    groups = Math.ceilDiv(channels, LANES);
    bits = isCounted ? null : new short[positions * groups + SLACK];
  }

  /** Makes room for so many events. */
  void ensureCapacity(int events) {
    if (element.length < events + SLACK) {
      long wanted = Math.min((long) positions * channels, events * 2L);
      element = new int[(int) wanted + SLACK];
    }
  }

  /** Makes room for one more position after {@code used} events. */
  void ensureRoom(int used) {
    if (element.length < used + channels + SLACK) {
      long wanted = Math.min((long) positions * channels, (used + channels) * 2L);
      int capacity = (int) Math.min(wanted + SLACK, Integer.MAX_VALUE - 8);
      element = Arrays.copyOf(element, capacity);
      if (count != null) {
        count = Arrays.copyOf(count, capacity);
      }
    }
  }

  /**
   * {@link #bits}.
   *
   * @throws IllegalArgumentException if spikes are counted
   */
  short[] singleBits() {
    if (bits == null) {
      throw new IllegalArgumentException("counts have no bits");
    }
    return bits;
  }

  void clearBits() {
    if (bits != null) {
      Arrays.fill(bits, (short) 0);
    }
  }

  /** Sets the bit of channel {@code c} at position {@code p}. */
  void mark(int p, int c) {
    if (bits != null) {
      bits[c / LANES * positions + p] |= (short) (1 << c % LANES);
    }
  }

  /** Sets {@link #start} by the bits. */
  void countBits() {
    short[] from = singleBits();
    int used = 0;
    for (int p = 0; p < positions; p++) {
      for (int g = 0; g < groups; g++) {
        used += Integer.bitCount(from[g * positions + p] & 0xffff);
      }
      start[p + 1] = used;
    }
  }

  /** Sets {@link #element} by the bits. */
  void listBits() {
    short[] from = singleBits();
    ensureCapacity(size());
    int used = 0;
    for (int p = 0; p < positions; p++) {
      for (int c = 0; c < channels; c++) {
        if ((from[c / LANES * positions + p] >> c % LANES & 1) != 0) {
          element[used++] = p * channels + c;
        }
      }
    }
  }

  /** Sets the bits of all events. */
  void markAll() {
    if (bits != null) {
      clearBits();
      for (int i = 0; i < size(); i++) {
        mark(element[i] / channels, element[i] % channels);
      }
    }
  }

  int size() {
    return start[positions];
  }

  /** Weights that these spikes reach, given how many each position's spike reaches. */
  long reached(int[] reach) {
    long reached = 0;
    if (count == null) {
      for (int p = 0; p < positions; p++) {
        reached += (long) (start[p + 1] - start[p]) * reach[p];
      }
      return reached;
    }
    for (int p = 0; p < positions; p++) {
      for (int i = start[p]; i < start[p + 1]; i++) {
        reached += (long) count[i] * reach[p];
      }
    }
    return reached;
  }

  /** Takes over the non-zero entries of a dense map {@code [h,w,c]} and clears it. */
  void collect(int[] map) {
    int used = 0;
    clearBits();
    for (int p = 0; p < positions; p++) {
      ensureRoom(used);
      for (int i = p * channels; i < (p + 1) * channels; i++) {
        if (map[i] != 0) {
          element[used] = i;
          mark(p, i - p * channels);
          if (count != null) {
            count[used] = map[i];
          }
          used++;
          map[i] = 0;
        }
      }
      start[p + 1] = used;
    }
  }
}
