package org.rheobase.sim;

import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * A convolution of spikes or counts with 16-bit weights, seen from its output: every tile of
 * neighbouring output positions collects the events that reach it and adds their rows of weights in
 * registers.
 *
 * @param source index of the node whose spikes it reads
 * @param list index of the buffer that holds the events of a tile or some
 * @param channels of the output
 * @param table where tiles lie and what reaches them
 * @param chunks weights by groups of lanes
 */
record Gather(int source, int list, int channels, GatherTable table, Chunk[] chunks)
    implements Accumulation {
  /** Lanes of a narrow and of a wide chunk. */
  static final int NARROW = 32;

  static final int WIDE = 64;

  /** Events that a loop may take in a turn; lists are filled up with rows of zeros. */
  static final int GROUP = 8;

  /** Weights of eight bits whose sum always fits sixteen, -128 each. */
  static final int MOST_BYTES = 256;

  /** Tiles are collected into one list until it has as many events. */
  static final int ROOM = 1 << 14;

  /**
   * Some output channels of all positions of a tile.
   *
   * @param lanes {@link #NARROW} or {@link #WIDE}: weights in a row
   * @param used lanes whose sums are kept
   * @param offset where the first lane goes, relative to the tile's target
   * @param weights {@code [rows + 1][lanes]}, the last row zeros
   * @param shift {@code [lanes]}: the sum's unit, as a power of two of the target's
   */
  record Chunk(int lanes, int used, int offset, Weights weights, int[] shift) {}

  /** In as few bits as hold them all. */
  sealed interface Weights {
    int at(int index);

    static Weights of(short[] values) {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[i];
        if (bytes[i] != values[i]) {
          return new Shorts(values);
        }
      }
      return new Bytes(bytes);
    }
  }

  record Shorts(short[] values) implements Weights {
    @Override
    public int at(int index) {
      return values[index];
    }
  }

  record Bytes(byte[] values) implements Weights {
    @Override
    public int at(int index) {
      return values[index];
    }
  }

  /**
   * Prepares a convolution; null where weights have more than 16 bits, or are grouped.
   *
   * @param integers {@code [out, in, ky, kx]}, in the units of the target
   * @param view where the output lies in the target
   * @param list index of a buffer of {@link #listLength}
   */
  static @Nullable Gather of(
      int source, int list, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    int channels = conv.outChannels();
    int[] shift = shifts(integers, channels);
    if (conv.groups() > 1 || shift == null) {
      return null;
    }
    boolean isContiguous = view.columnStride() == channels && conv.window().dilationWidth() == 1;
    int width = isContiguous ? Math.clamp(WIDE / channels, 1, out.width()) : 1;
    GatherTable table = GatherTable.of(conv.window(), in, out, view, width);
    int inTile = width * channels;
    int wide = inTile / WIDE;
    int rest = inTile - wide * WIDE;
    Chunk[] chunks = new Chunk[wide + (rest > 0 ? 1 : 0)];
    for (int k = 0; k < chunks.length; k++) {
      int lanes = k < wide || rest > NARROW ? WIDE : NARROW;
      chunks[k] = chunk(conv, integers, shift, table, k * WIDE, lanes);
    }
    return new Gather(source, list, channels, table, chunks);
  }

  /** Entries that lists may have: {@link #ROOM} of some tiles, and the longest of one. */
  static int listLength(Op.Conv conv, Shape in, int most) {
    long columns = (long) WIDE * conv.window().strideWidth() + conv.window().kernelWidth();
    long reached = conv.window().kernelHeight() * columns * in.channels();
    int longest = (int) (Math.min(in.size(), reached) * most) + Events.SLACK;
    return conv.outChannels() > WIDE ? ROOM + longest : longest;
  }

  /** Trailing zeros of each output channel's weights; null where 16 bits do not hold the rest. */
  private static int @Nullable [] shifts(int[] integers, int channels) {
    int[] shift = new int[channels];
    int row = integers.length / channels;
    for (int o = 0; o < channels; o++) {
      shift[o] = shift(integers, o * row, row);
      for (int i = o * row; i < (o + 1) * row; i++) {
        int w = integers[i] >> shift[o];
        if (w != (short) w) {
          return null;
        }
      }
    }
    return shift;
  }

  /** Trailing zeros that some integers share. */
  static int shift(int[] integers, int from, int length) {
    int bits = 0;
    for (int i = from; i < from + length; i++) {
      bits |= integers[i];
    }
    return bits == 0 ? 0 : Integer.numberOfTrailingZeros(bits);
  }

  private static Chunk chunk(
      Op.Conv conv, int[] integers, int[] shift, GatherTable table, int offset, int lanes) {
    int channels = conv.outChannels();
    int in = conv.inChannels();
    int used = Math.min(lanes, table.width() * channels - offset);
    short[] weights = new short[(table.rows() * in + 1) * lanes];
    int[] shifts = new int[lanes];
    int kernelWidth = conv.window().kernelWidth();
    int cells = conv.window().kernelHeight() * kernelWidth;
    for (int lane = 0; lane < used; lane++) {
      int o = (offset + lane) % channels;
      int column = (offset + lane) / channels;
      shifts[lane] = shift[o];
      for (int c = 0; c < in; c++) {
        for (int cell = 0; cell < cells; cell++) {
          int w = integers[(o * in + c) * cells + cell] >> shift[o];
          int row = table.row(cell / kernelWidth, cell % kernelWidth, column);
          weights[(row * in + c) * lanes + lane] = (short) w;
        }
      }
    }
    return new Chunk(lanes, used, offset, Weights.of(weights), shifts);
  }

  @Override
  public int listed(int node) {
    return node == source ? Integer.MAX_VALUE : -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    loops.gather(state.events(source, slot), this, state.scratch(list), target);
  }
}
