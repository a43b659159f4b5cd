package org.rheobase.sim;

import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Gather} with vectors of 512 or 256 bits. Sums stay in registers while a tile's events are
 * walked, eight loads a turn: the more vectors a row of weights has, the fewer events. The loops
 * are written out, for the reasons that {@link VectorLoops} gives, and leave sums in an array.
 */
final class VectorGather {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final int L = INTS.length();
  private static final int S = SHORTS.length();

  /** As many lanes as {@link #INTS}. */
  private static final VectorSpecies<Short> HALF =
      L == 16 ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;

  /** As many lanes as {@link #SHORTS}. */
  private static final VectorSpecies<Byte> BYTES =
      L == 16 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;

  /** Events whose rows {@link #collect} copies without asking how many there are. */
  private static final int USUAL = 2 * L;

  /** Tiles that a chunk of channels meets before the next chunk does, at most. */
  private static final int TILES = 128;

  private VectorGather() {}

  /** Whether there are loops for this machine's vectors. */
  static boolean exists() {
    return L == 16 || L == 8;
  }

  static void add(Events events, Gather gather, int[] list, int[] target) {
    if (gather.chunks().length == 1) {
      addOne(events, gather.table(), gather.channels(), gather.chunks()[0], list, target);
    } else {
      addAll(events, gather, list, target);
    }
  }

  /** One chunk of channels, tile after tile. */
  private static void addOne(
      Events events,
      GatherTable table,
      int channels,
      Gather.Chunk chunk,
      int[] list,
      int[] target) {
    int[] sums = new int[Gather.WIDE];
    short[] narrow = new short[Gather.WIDE];
    for (int tile = 0; tile < table.tiles(); tile++) {
      int n = collect(events, table, tile, list, 0);
      if (n > 0) {
        int used = Math.min(chunk.used(), channels * table.positions()[tile]);
        add(chunk, list, 0, n, sums, narrow, target, table.target()[tile], used);
      }
    }
  }

  /** Several chunks in turn, so that the weights of each stay in the cache for many tiles. */
  private static void addAll(Events events, Gather gather, int[] list, int[] target) {
    GatherTable table = gather.table();
    int[] first = new int[TILES];
    int[] last = new int[TILES];
    int[] sums = new int[Gather.WIDE];
    short[] narrow = new short[Gather.WIDE];
    int tile = 0;
    while (tile < table.tiles()) {
      int tiles = 0;
      int at = 0;
      while (at < Gather.ROOM && tiles < TILES && tile + tiles < table.tiles()) {
        first[tiles] = at;
        last[tiles] = collect(events, table, tile + tiles, list, at);
        at = last[tiles] + Gather.GROUP;
        tiles++;
      }
      for (Gather.Chunk chunk : gather.chunks()) {
        for (int t = 0; t < tiles; t++) {
          if (first[t] < last[t]) {
            // Tiles have one position each.
            int to = table.target()[tile + t] + chunk.offset();
            add(chunk, list, first[t], last[t], sums, narrow, target, to, chunk.used());
          }
        }
      }
      tile += tiles;
    }
  }

  /**
   * The rows of weights that reach a tile, followed by rows of zeros.
   *
   * @param at where the list begins
   * @return where the rows end, and those of zeros begin
   */
  private static int collect(Events events, GatherTable table, int tile, int[] list, int at) {
    int[] start = events.start;
    int[] element = events.element;
    int n = at;
    for (int r = table.first()[tile]; r < table.first()[tile + 1]; r++) {
      int from = start[table.from()[r]];
      int to = start[table.to()[r]];
      int base = table.base()[r];
      // Most runs are shorter; a loop would end at a moment hard to predict.
      IntVector.fromArray(INTS, element, from).add(base).intoArray(list, n);
      IntVector.fromArray(INTS, element, from + L).add(base).intoArray(list, n + L);
      for (int i = from + USUAL; i < to; i += L) {
        IntVector.fromArray(INTS, element, i).add(base).intoArray(list, n + i - from);
      }
      n += to - from;
    }
    IntVector.broadcast(INTS, table.rows() * events.channels).intoArray(list, n);
    return n;
  }

  /** Adds the rows of a list to a tile. */
  private static void add(
      Gather.Chunk chunk,
      int[] list,
      int from,
      int to,
      int[] sums,
      short[] narrow,
      int[] target,
      int at,
      int used) {
    switch (chunk.weights()) {
      case Gather.Shorts(short[] weights) -> {
        sum(list, from, to, chunk.lanes(), weights, sums);
        addUnits(sums, chunk.shift(), target, at, used);
      }
      case Gather.Bytes(byte[] weights) -> {
        for (int i = from; i < to; i += Gather.MOST_BYTES) {
          int end = Math.min(i + Gather.MOST_BYTES, to);
          sum(list, i, end, chunk.lanes(), weights, narrow);
          addNarrow(narrow, chunk.shift(), target, at, used);
        }
      }
    }
  }

  private static void sum(int[] list, int from, int to, int lanes, short[] weights, int[] sums) {
    switch (lanes / L) {
      case 2 -> two(list, from, to, weights, sums);
      case 4 -> four(list, from, to, weights, sums);
      default -> eight(list, from, to, weights, sums);
    }
  }

  /** Rows of two vectors, four events at a time. */
  private static void two(int[] list, int from, int to, short[] weights, int[] sums) {
    Vector<Integer> a0 = IntVector.zero(INTS);
    Vector<Integer> a1 = IntVector.zero(INTS);
    Vector<Integer> b0 = IntVector.zero(INTS);
    Vector<Integer> b1 = IntVector.zero(INTS);
    for (int i = from; i < to; i += 4) {
      int w0 = list[i] * (2 * L);
      int w1 = list[i + 1] * (2 * L);
      int w2 = list[i + 2] * (2 * L);
      int w3 = list[i + 3] * (2 * L);
      a0 = ShortVector.fromArray(HALF, weights, w0).convertShape(S2I, INTS, 0).add(a0);
      a1 = ShortVector.fromArray(HALF, weights, w0 + L).convertShape(S2I, INTS, 0).add(a1);
      b0 = ShortVector.fromArray(HALF, weights, w1).convertShape(S2I, INTS, 0).add(b0);
      b1 = ShortVector.fromArray(HALF, weights, w1 + L).convertShape(S2I, INTS, 0).add(b1);
      a0 = ShortVector.fromArray(HALF, weights, w2).convertShape(S2I, INTS, 0).add(a0);
      a1 = ShortVector.fromArray(HALF, weights, w2 + L).convertShape(S2I, INTS, 0).add(a1);
      b0 = ShortVector.fromArray(HALF, weights, w3).convertShape(S2I, INTS, 0).add(b0);
      b1 = ShortVector.fromArray(HALF, weights, w3 + L).convertShape(S2I, INTS, 0).add(b1);
    }
    IntVector.zero(INTS).add(a0).add(b0).intoArray(sums, 0);
    IntVector.zero(INTS).add(a1).add(b1).intoArray(sums, L);
  }

  /** Rows of four vectors, two events at a time. */
  private static void four(int[] list, int from, int to, short[] weights, int[] sums) {
    Vector<Integer> a0 = IntVector.zero(INTS);
    Vector<Integer> a1 = IntVector.zero(INTS);
    Vector<Integer> a2 = IntVector.zero(INTS);
    Vector<Integer> a3 = IntVector.zero(INTS);
    for (int group = from; group < to; group += Gather.GROUP) {
      for (int i = group; i < group + Gather.GROUP; i += 2) {
        int w0 = list[i] * (4 * L);
        int w1 = list[i + 1] * (4 * L);
        a0 = ShortVector.fromArray(HALF, weights, w0).convertShape(S2I, INTS, 0).add(a0);
        a1 = ShortVector.fromArray(HALF, weights, w0 + L).convertShape(S2I, INTS, 0).add(a1);
        a2 = ShortVector.fromArray(HALF, weights, w0 + 2 * L).convertShape(S2I, INTS, 0).add(a2);
        a3 = ShortVector.fromArray(HALF, weights, w0 + 3 * L).convertShape(S2I, INTS, 0).add(a3);
        a0 = ShortVector.fromArray(HALF, weights, w1).convertShape(S2I, INTS, 0).add(a0);
        a1 = ShortVector.fromArray(HALF, weights, w1 + L).convertShape(S2I, INTS, 0).add(a1);
        a2 = ShortVector.fromArray(HALF, weights, w1 + 2 * L).convertShape(S2I, INTS, 0).add(a2);
        a3 = ShortVector.fromArray(HALF, weights, w1 + 3 * L).convertShape(S2I, INTS, 0).add(a3);
      }
    }
    IntVector.zero(INTS).add(a0).intoArray(sums, 0);
    IntVector.zero(INTS).add(a1).intoArray(sums, L);
    IntVector.zero(INTS).add(a2).intoArray(sums, 2 * L);
    IntVector.zero(INTS).add(a3).intoArray(sums, 3 * L);
  }

  /** Rows of eight vectors, one event at a time. */
  private static void eight(int[] list, int from, int to, short[] weights, int[] sums) {
    Vector<Integer> a0 = IntVector.zero(INTS);
    Vector<Integer> a1 = IntVector.zero(INTS);
    Vector<Integer> a2 = IntVector.zero(INTS);
    Vector<Integer> a3 = IntVector.zero(INTS);
    Vector<Integer> a4 = IntVector.zero(INTS);
    Vector<Integer> a5 = IntVector.zero(INTS);
    Vector<Integer> a6 = IntVector.zero(INTS);
    Vector<Integer> a7 = IntVector.zero(INTS);
    for (int i = from; i < to; i++) {
      int w = list[i] * (8 * L);
      a0 = ShortVector.fromArray(HALF, weights, w).convertShape(S2I, INTS, 0).add(a0);
      a1 = ShortVector.fromArray(HALF, weights, w + L).convertShape(S2I, INTS, 0).add(a1);
      a2 = ShortVector.fromArray(HALF, weights, w + 2 * L).convertShape(S2I, INTS, 0).add(a2);
      a3 = ShortVector.fromArray(HALF, weights, w + 3 * L).convertShape(S2I, INTS, 0).add(a3);
      a4 = ShortVector.fromArray(HALF, weights, w + 4 * L).convertShape(S2I, INTS, 0).add(a4);
      a5 = ShortVector.fromArray(HALF, weights, w + 5 * L).convertShape(S2I, INTS, 0).add(a5);
      a6 = ShortVector.fromArray(HALF, weights, w + 6 * L).convertShape(S2I, INTS, 0).add(a6);
      a7 = ShortVector.fromArray(HALF, weights, w + 7 * L).convertShape(S2I, INTS, 0).add(a7);
    }
    IntVector.zero(INTS).add(a0).intoArray(sums, 0);
    IntVector.zero(INTS).add(a1).intoArray(sums, L);
    IntVector.zero(INTS).add(a2).intoArray(sums, 2 * L);
    IntVector.zero(INTS).add(a3).intoArray(sums, 3 * L);
    IntVector.zero(INTS).add(a4).intoArray(sums, 4 * L);
    IntVector.zero(INTS).add(a5).intoArray(sums, 5 * L);
    IntVector.zero(INTS).add(a6).intoArray(sums, 6 * L);
    IntVector.zero(INTS).add(a7).intoArray(sums, 7 * L);
  }

  private static void sum(int[] list, int from, int to, int lanes, byte[] weights, short[] sums) {
    switch (lanes / S) {
      case 1 -> one(list, from, to, weights, sums);
      case 2 -> two(list, from, to, weights, sums);
      default -> four(list, from, to, weights, sums);
    }
  }

  /** Rows of one vector of bytes, eight events at a time. */
  private static void one(int[] list, int from, int to, byte[] weights, short[] sums) {
    Vector<Short> a = ShortVector.zero(SHORTS);
    Vector<Short> b = ShortVector.zero(SHORTS);
    for (int i = from; i < to; i += Gather.GROUP) {
      int w0 = list[i] * S;
      int w1 = list[i + 1] * S;
      int w2 = list[i + 2] * S;
      int w3 = list[i + 3] * S;
      int w4 = list[i + 4] * S;
      int w5 = list[i + 5] * S;
      int w6 = list[i + 6] * S;
      int w7 = list[i + 7] * S;
      a = ByteVector.fromArray(BYTES, weights, w0).convertShape(B2S, SHORTS, 0).add(a);
      b = ByteVector.fromArray(BYTES, weights, w1).convertShape(B2S, SHORTS, 0).add(b);
      a = ByteVector.fromArray(BYTES, weights, w2).convertShape(B2S, SHORTS, 0).add(a);
      b = ByteVector.fromArray(BYTES, weights, w3).convertShape(B2S, SHORTS, 0).add(b);
      a = ByteVector.fromArray(BYTES, weights, w4).convertShape(B2S, SHORTS, 0).add(a);
      b = ByteVector.fromArray(BYTES, weights, w5).convertShape(B2S, SHORTS, 0).add(b);
      a = ByteVector.fromArray(BYTES, weights, w6).convertShape(B2S, SHORTS, 0).add(a);
      b = ByteVector.fromArray(BYTES, weights, w7).convertShape(B2S, SHORTS, 0).add(b);
    }
    ShortVector.zero(SHORTS).add(a).add(b).intoArray(sums, 0);
  }

  /** Rows of two vectors, four events at a time. */
  private static void two(int[] list, int from, int to, byte[] weights, short[] sums) {
    Vector<Short> a0 = ShortVector.zero(SHORTS);
    Vector<Short> a1 = ShortVector.zero(SHORTS);
    for (int i = from; i < to; i += 4) {
      int w0 = list[i] * (2 * S);
      int w1 = list[i + 1] * (2 * S);
      int w2 = list[i + 2] * (2 * S);
      int w3 = list[i + 3] * (2 * S);
      a0 = ByteVector.fromArray(BYTES, weights, w0).convertShape(B2S, SHORTS, 0).add(a0);
      a1 = ByteVector.fromArray(BYTES, weights, w0 + S).convertShape(B2S, SHORTS, 0).add(a1);
      a0 = ByteVector.fromArray(BYTES, weights, w1).convertShape(B2S, SHORTS, 0).add(a0);
      a1 = ByteVector.fromArray(BYTES, weights, w1 + S).convertShape(B2S, SHORTS, 0).add(a1);
      a0 = ByteVector.fromArray(BYTES, weights, w2).convertShape(B2S, SHORTS, 0).add(a0);
      a1 = ByteVector.fromArray(BYTES, weights, w2 + S).convertShape(B2S, SHORTS, 0).add(a1);
      a0 = ByteVector.fromArray(BYTES, weights, w3).convertShape(B2S, SHORTS, 0).add(a0);
      a1 = ByteVector.fromArray(BYTES, weights, w3 + S).convertShape(B2S, SHORTS, 0).add(a1);
    }
    ShortVector.zero(SHORTS).add(a0).intoArray(sums, 0);
    ShortVector.zero(SHORTS).add(a1).intoArray(sums, S);
  }

  /** Rows of four vectors, two events at a time. */
  private static void four(int[] list, int from, int to, byte[] weights, short[] sums) {
    Vector<Short> a0 = ShortVector.zero(SHORTS);
    Vector<Short> a1 = ShortVector.zero(SHORTS);
    Vector<Short> a2 = ShortVector.zero(SHORTS);
    Vector<Short> a3 = ShortVector.zero(SHORTS);
    for (int group = from; group < to; group += Gather.GROUP) {
      for (int i = group; i < group + Gather.GROUP; i += 2) {
        int w0 = list[i] * (4 * S);
        int w1 = list[i + 1] * (4 * S);
        a0 = ByteVector.fromArray(BYTES, weights, w0).convertShape(B2S, SHORTS, 0).add(a0);
        a1 = ByteVector.fromArray(BYTES, weights, w0 + S).convertShape(B2S, SHORTS, 0).add(a1);
        a2 = ByteVector.fromArray(BYTES, weights, w0 + 2 * S).convertShape(B2S, SHORTS, 0).add(a2);
        a3 = ByteVector.fromArray(BYTES, weights, w0 + 3 * S).convertShape(B2S, SHORTS, 0).add(a3);
        a0 = ByteVector.fromArray(BYTES, weights, w1).convertShape(B2S, SHORTS, 0).add(a0);
        a1 = ByteVector.fromArray(BYTES, weights, w1 + S).convertShape(B2S, SHORTS, 0).add(a1);
        a2 = ByteVector.fromArray(BYTES, weights, w1 + 2 * S).convertShape(B2S, SHORTS, 0).add(a2);
        a3 = ByteVector.fromArray(BYTES, weights, w1 + 3 * S).convertShape(B2S, SHORTS, 0).add(a3);
      }
    }
    ShortVector.zero(SHORTS).add(a0).intoArray(sums, 0);
    ShortVector.zero(SHORTS).add(a1).intoArray(sums, S);
    ShortVector.zero(SHORTS).add(a2).intoArray(sums, 2 * S);
    ShortVector.zero(SHORTS).add(a3).intoArray(sums, 3 * S);
  }

  /** Adds sums in their units to the target. */
  private static void addUnits(int[] sums, int[] shift, int[] target, int at, int used) {
    int lane = 0;
    for (; lane <= used - L; lane += L) {
      IntVector.fromArray(INTS, sums, lane)
          .lanewise(LSHL, IntVector.fromArray(INTS, shift, lane))
          .add(IntVector.fromArray(INTS, target, at + lane))
          .intoArray(target, at + lane);
    }
    if (lane < used) {
      VectorMask<Integer> rest = INTS.indexInRange(lane, used);
      IntVector.fromArray(INTS, sums, lane)
          .lanewise(LSHL, IntVector.fromArray(INTS, shift, lane))
          .add(IntVector.fromArray(INTS, target, at + lane, rest))
          .intoArray(target, at + lane, rest);
    }
  }

  /** The same for sums of sixteen bits. */
  private static void addNarrow(short[] sums, int[] shift, int[] target, int at, int used) {
    int lane = 0;
    for (; lane <= used - L; lane += L) {
      ShortVector.fromArray(HALF, sums, lane)
          .convertShape(S2I, INTS, 0)
          .lanewise(LSHL, IntVector.fromArray(INTS, shift, lane))
          .add(IntVector.fromArray(INTS, target, at + lane))
          .reinterpretAsInts()
          .intoArray(target, at + lane);
    }
    if (lane < used) {
      VectorMask<Integer> rest = INTS.indexInRange(lane, used);
      ShortVector.fromArray(HALF, sums, lane)
          .convertShape(S2I, INTS, 0)
          .lanewise(LSHL, IntVector.fromArray(INTS, shift, lane))
          .add(IntVector.fromArray(INTS, target, at + lane, rest))
          .reinterpretAsInts()
          .intoArray(target, at + lane, rest);
    }
  }
}
