package org.rheobase.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Shape;

/**
 * The spikes of one map in one step: {@code element[start[p] .. start[p+1])} are the active
 * elements of position {@code p = y * width + x}, each {@code p * channels + channel}. Single
 * spikes ascend. Where spikes are counted, an element that stands for k spikes is k entries,
 * anywhere among those of its position.
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
    ensureRoom(used, channels);
  }

  /** Makes room for {@code more} events after {@code used}. */
  void ensureRoom(int used, int more) {
    if (element.length - SLACK < used + more) {
      int most = bits == null ? Plan.MOST_EVENTS : positions * channels;
      int capacity = Math.min(2 * (used + more), most);
      element = Arrays.copyOf(element, capacity + SLACK);
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
      for (int p = 0; p < positions; p++) {
        for (int i = start[p]; i < start[p + 1]; i++) {
          mark(p, element[i] - p * channels);
        }
      }
    }
  }

  int size() {
    return start[positions];
  }

  /** Weights that these spikes reach, given how many each position's spike reaches. */
  long reached(int[] reach) {
    long reached = 0;
    for (int p = 0; p < positions; p++) {
      reached += (long) (start[p + 1] - start[p]) * reach[p];
    }
    return reached;
  }

  /** Takes over the spikes of a dense map {@code [h,w,c]} and clears it. */
  void collect(int[] map) {
    int used = 0;
    clearBits();
    for (int p = 0; p < positions; p++) {
      for (int i = p * channels; i < (p + 1) * channels; i++) {
        if (map[i] != 0) {
          ensureRoom(used, map[i]);
          Arrays.fill(element, used, used + map[i], i);
          used += map[i];
          mark(p, i - p * channels);
          map[i] = 0;
        }
      }
      start[p + 1] = used;
    }
  }
}
