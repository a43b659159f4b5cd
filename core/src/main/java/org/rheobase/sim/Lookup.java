package org.rheobase.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A convolution of single spikes by lookups: five input bits name one of 32 sums of weights, which
 * a vector register holds, for as many output positions as the vector has lanes. It takes the same
 * time at any density. Sums have 16 bits: a wider weight is two signed bytes, {@code w = 256 * high
 * + low}, with tables of their own, and where sums could grow beyond 16 bits the lookups come in
 * several passes.
 *
 * @param source index of the node whose spikes it reads
 * @param buffers index of the plan's {@link Buffers}
 * @param window of the convolution
 * @param in shape of the input
 * @param out shape of the output
 * @param view where the output lies in the target
 * @param limbs tables of an output channel, 1 or 2, low ones first
 * @param to {@code [lanes]}: where an output position's channels begin in the target; -1 for lanes
 *     that mean nothing
 * @param shift {@code [channels, filled up to whole groups]}: the sums' unit, as a power of two of
 *     the target's
 */
record Lookup(
    int source,
    int buffers,
    Window window,
    Shape in,
    Shape out,
    View view,
    int limbs,
    LookupLayout layout,
    int[] to,
    int[] shift,
    List<Pass> passes)
    implements Accumulation {
  /** Tables that are looked up together. */
  static final int TABLES = 4;

  /** What the tables of a layer may take, in bytes: beyond it they come from memory every time. */
  private static final long LARGEST_TABLES = 4L << 20;

  /** Two signed bytes hold these. */
  private static final int LARGEST_WEIGHT = 32639;

  private static final int SMALLEST_WEIGHT = -32896;

  /**
   * Some lookups, whose sums fit 16 bits.
   *
   * @param from first lookup
   * @param to behind the last
   * @param tables {@code [columns / TABLES][lookups][TABLES][ENTRIES]}, a column being a limb of a
   *     channel, {@code channel * limbs + limb}
   */
  record Pass(int from, int to, short[] tables) {}

  /**
   * What one simulator writes.
   *
   * @param words {@code [groups of 16 channels][phases][length]}: a bit per channel, padding
   *     included
   * @param planes five bits for every lane
   * @param sums {@code [columns][lanes]}
   * @param tile a square of sums
   * @param fired {@code [groups of 16 channels][lanes]}: the spikes of a site, a bit per channel
   * @param shortcut the same, spikes of another
   */
  record Buffers(
      short[] words, short[] planes, short[] sums, int[] tile, short[] fired, short[] shortcut) {
    static Buffers of(Lookup lookup) {
      LookupLayout layout = lookup.layout;
      return new Buffers(
          new short[layout.groups() * layout.phases() * layout.length()],
          new short[layout.planes().size() * layout.length()],
          new short[lookup.shift.length * lookup.limbs * layout.lanes()],
          new int[Events.LANES * Events.LANES],
          new short[lookup.shift.length / Events.LANES * layout.lanes()],
          new short[lookup.shift.length / Events.LANES * layout.lanes()]);
    }
  }

  /**
   * Prepares a convolution; null where two bytes do not hold its weights, where it is grouped, or
   * where its tables are too many for a cache.
   *
   * @param integers {@code [out, in, ky, kx]}, in the units of the target
   * @param view where the output lies in the target
   */
  static @Nullable Lookup of(
      int source, int buffers, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    if (conv.groups() > 1) {
      return null;
    }
    int channels = conv.outChannels();
    int row = integers.length / channels;
    if (Math.ceilDiv(row, LookupLayout.BITS) * tableBytes(channels) > LARGEST_TABLES) {
      return null;
    }
    int[] shift = new int[Math.ceilDiv(channels, Events.LANES) * Events.LANES];
    int[] weights = new int[integers.length];
    int largest = 0;
    int smallest = 0;
    boolean isShort = true;
    for (int o = 0; o < channels; o++) {
      shift[o] = Gather.shift(integers, o * row, row);
      long sum = 0;
      for (int i = o * row; i < (o + 1) * row; i++) {
        weights[i] = integers[i] >> shift[o];
        largest = Math.max(largest, weights[i]);
        smallest = Math.min(smallest, weights[i]);
        sum += Math.abs((long) weights[i]);
      }
      isShort &= sum <= Short.MAX_VALUE;
    }
    boolean isByte = largest <= Byte.MAX_VALUE && smallest >= Byte.MIN_VALUE;
    int limbs = isShort || isByte ? 1 : 2;
    if (limbs > 1 && (largest > LARGEST_WEIGHT || smallest < SMALLEST_WEIGHT)) {
      return null;
    }
    LookupLayout layout = LookupLayout.of(conv.window(), in, out, 0);
    int columns = Math.ceilDiv(channels * limbs, TABLES) * TABLES;
    if (layout.offset().length * tableBytes(columns) > LARGEST_TABLES) {
      return null;
    }
    List<Pass> passes =
        new Tables(layout, weights, row, row / conv.inChannels(), channels, limbs).passes(columns);
    int[] to = targets(layout, out, view);
    return new Lookup(
        source, buffers, conv.window(), in, out, view, limbs, layout, to, shift, passes);
  }

  /** The same with rows that lie farther apart. */
  Lookup withPitch(int pitch) {
    LookupLayout apart = LookupLayout.of(window, in, out, pitch);
    int[] moved = targets(apart, out, view);
    return new Lookup(source, buffers, window, in, out, view, limbs, apart, moved, shift, passes);
  }

  int channels() {
    return out.channels();
  }

  private static long tableBytes(int columns) {
    return (long) columns * LookupLayout.ENTRIES * Short.BYTES;
  }

  private static int[] targets(LookupLayout layout, Shape out, View view) {
    int[] to = new int[layout.lanes()];
    Arrays.fill(to, -1);
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        to[y * layout.pitch() + x] = view.at(y, x);
      }
    }
    return to;
  }

  /**
   * What the tables are made of.
   *
   * @param weights {@code [out][in, ky, kx]}, {@code row} for each output channel
   * @param cells of the kernel
   */
  private record Tables(
      LookupLayout layout, int[] weights, int row, int cells, int channels, int limbs) {
    List<Pass> passes(int columns) {
      List<Pass> passes = new ArrayList<>();
      int lookups = layout.offset().length;
      int from = 0;
      long[] most = new long[channels * limbs];
      long[] least = new long[channels * limbs];
      for (int k = 0; k < lookups; k++) {
        if (k > from && !fits(k, most, least)) {
          passes.add(pass(from, k, columns));
          from = k;
          Arrays.fill(most, 0);
          Arrays.fill(least, 0);
        }
        add(k, most, least);
      }
      passes.add(pass(from, lookups, columns));
      return passes;
    }

    private boolean fits(int k, long[] most, long[] least) {
      long[] largest = most.clone();
      long[] smallest = least.clone();
      add(k, largest, smallest);
      for (int i = 0; i < largest.length; i++) {
        if (largest[i] > Short.MAX_VALUE || smallest[i] < Short.MIN_VALUE) {
          return false;
        }
      }
      return true;
    }

    /** What a lookup adds to every column at most, and at least. */
    private void add(int k, long[] most, long[] least) {
      for (int column = 0; column < most.length; column++) {
        for (LookupLayout.Source source : layout.sources().get(k)) {
          int w = limb(column, source);
          most[column] += Math.max(0, w);
          least[column] += Math.min(0, w);
        }
      }
    }

    private Pass pass(int from, int to, int columns) {
      short[] tables = new short[(to - from) * columns * LookupLayout.ENTRIES];
      for (int column = 0; column < channels * limbs; column++) {
        for (int k = from; k < to; k++) {
          List<LookupLayout.Source> bits = layout.sources().get(k);
          int block = column / TABLES * (to - from) + k - from;
          int at = (block * TABLES + column % TABLES) * LookupLayout.ENTRIES;
          for (int entry = 1; entry < 1 << bits.size(); entry++) {
            int last = limb(column, bits.get(Integer.numberOfTrailingZeros(entry)));
            tables[at + entry] = (short) (tables[at + (entry & entry - 1)] + last);
          }
        }
      }
      return new Pass(from, to, tables);
    }

    private int limb(int column, LookupLayout.Source source) {
      int w = weights[column / limbs * row + source.channel() * cells + source.cell()];
      if (limbs == 1) {
        return w;
      }
      return column % limbs == 0 ? (byte) w : (w - (byte) w) >> 8;
    }
  }

  /** Lanes that are computed for every output position, on average. */
  double lanesPerPosition() {
    long used = Arrays.stream(to).filter(at -> at >= 0).count();
    return (double) to.length / used;
  }

  @Override
  public int listed(int node) {
    return -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    Buffers all = state.lookup(buffers);
    LookupLoops lookups = loops.lookups();
    lookups.prepare(state.events(source, slot), this, all);
    for (Pass pass : passes) {
      lookups.lookUp(this, pass, all);
      lookups.addSums(this, all, target);
    }
  }
}
