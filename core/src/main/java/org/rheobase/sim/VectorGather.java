package org.rheobase.sim;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Gather} with vectors of 512 or 256 bits. Sums stay in registers while a tile's events are
 * walked; a loop has eight loads, as the JVM compiles bodies with more to calls on boxed vectors:
 * the more vectors a row of weights has, the fewer events a turn takes. Sums of 16 bits go through
 * an array to the method that widens and adds them to the target: together with the loop it would
 * be too large, and in most runs the JVM would call that part on boxed vectors, three to six times
 * slower. For the same reason these sums are added to vectors just made, whose class it knows.
 */
final class VectorGather {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final int L = INTS.length();
  private static final VectorSpecies<Short> HALF =
      L == 16 ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;

  /** Events whose rows {@link #collect} copies without asking how many there are. */
  private static final int USUAL = 2 * L;

  private VectorGather() {}

  /** Whether there are loops for this machine's vectors. */
  static boolean exists() {
    return L == 16 || L == 8;
  }

  static void add(Events events, Gather gather, int[] list, int[] target) {
    GatherTable table = gather.table();
    int zero = table.rows() * events.channels;
    short[] sums = new short[Gather.WIDE];
    for (int tile = 0; tile < table.tiles(); tile++) {
      int n = collect(events, table, tile, zero, list);
      if (n == 0) {
        continue;
      }
      int inTile = gather.channels() * table.positions()[tile];
      int at = table.target()[tile];
      for (Gather.Chunk chunk : gather.chunks()) {
        int used = Math.min(chunk.used(), inTile - chunk.offset());
        int to = at + chunk.offset();
        int vectors = chunk.lanes() / L;
        short[] weights = chunk.weights();
        int[] shift = chunk.shift();
        if (chunk.isShort()) {
          switch (vectors) {
            case 2 -> shortOne(list, n, weights, sums);
            case 4 -> shortTwo(list, n, weights, sums);
            default -> shortFour(list, n, weights, sums);
          }
          storeShorts(sums, shift, target, to, used);
        } else {
          switch (vectors) {
            case 2 -> two(list, n, weights, shift, target, to, used);
            case 4 -> four(list, n, weights, shift, target, to, used);
            default -> eight(list, n, weights, shift, target, to, used);
          }
        }
      }
    }
  }

  /** The rows of weights that reach a tile, followed by rows of zeros; returns their number. */
  private static int collect(Events events, GatherTable table, int tile, int zero, int[] list) {
    int[] start = events.start;
    int[] element = events.element;
    int n = 0;
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
    IntVector.broadcast(INTS, zero).intoArray(list, n);
    return n;
  }

  private static IntVector load(short[] weights, int at) {
    return (IntVector)
        ShortVector.fromArray(HALF, weights, at).convertShape(VectorOperators.S2I, INTS, 0);
  }

  /** Rows of two vectors, four events at a time. */
  private static void two(
      int[] list, int n, short[] weights, int[] shift, int[] target, int at, int used) {
    IntVector a0 = IntVector.zero(INTS);
    IntVector a1 = IntVector.zero(INTS);
    IntVector b0 = IntVector.zero(INTS);
    IntVector b1 = IntVector.zero(INTS);
    for (int i = 0; i < n; i += 4) {
      int w0 = list[i] * (2 * L);
      int w1 = list[i + 1] * (2 * L);
      int w2 = list[i + 2] * (2 * L);
      int w3 = list[i + 3] * (2 * L);
      a0 = a0.add(load(weights, w0)).add(load(weights, w1));
      a1 = a1.add(load(weights, w0 + L)).add(load(weights, w1 + L));
      b0 = b0.add(load(weights, w2)).add(load(weights, w3));
      b1 = b1.add(load(weights, w2 + L)).add(load(weights, w3 + L));
    }
    store(a0.add(b0), shift, 0, target, at, used);
    store(a1.add(b1), shift, L, target, at, used);
  }

  /** Rows of four vectors, two events at a time. */
  private static void four(
      int[] list, int n, short[] weights, int[] shift, int[] target, int at, int used) {
    IntVector a0 = IntVector.zero(INTS);
    IntVector a1 = IntVector.zero(INTS);
    IntVector a2 = IntVector.zero(INTS);
    IntVector a3 = IntVector.zero(INTS);
    for (int group = 0; group < n; group += Gather.GROUP) {
      for (int i = group; i < group + Gather.GROUP; i += 2) {
        int w0 = list[i] * (4 * L);
        int w1 = list[i + 1] * (4 * L);
        a0 = a0.add(load(weights, w0)).add(load(weights, w1));
        a1 = a1.add(load(weights, w0 + L)).add(load(weights, w1 + L));
        a2 = a2.add(load(weights, w0 + 2 * L)).add(load(weights, w1 + 2 * L));
        a3 = a3.add(load(weights, w0 + 3 * L)).add(load(weights, w1 + 3 * L));
      }
    }
    store(a0, shift, 0, target, at, used);
    store(a1, shift, L, target, at, used);
    store(a2, shift, 2 * L, target, at, used);
    store(a3, shift, 3 * L, target, at, used);
  }

  /** Rows of eight vectors, one event at a time. */
  private static void eight(
      int[] list, int n, short[] weights, int[] shift, int[] target, int at, int used) {
    IntVector a0 = IntVector.zero(INTS);
    IntVector a1 = IntVector.zero(INTS);
    IntVector a2 = IntVector.zero(INTS);
    IntVector a3 = IntVector.zero(INTS);
    IntVector a4 = IntVector.zero(INTS);
    IntVector a5 = IntVector.zero(INTS);
    IntVector a6 = IntVector.zero(INTS);
    IntVector a7 = IntVector.zero(INTS);
    for (int i = 0; i < n; i++) {
      int w = list[i] * (8 * L);
      a0 = a0.add(load(weights, w));
      a1 = a1.add(load(weights, w + L));
      a2 = a2.add(load(weights, w + 2 * L));
      a3 = a3.add(load(weights, w + 3 * L));
      a4 = a4.add(load(weights, w + 4 * L));
      a5 = a5.add(load(weights, w + 5 * L));
      a6 = a6.add(load(weights, w + 6 * L));
      a7 = a7.add(load(weights, w + 7 * L));
    }
    store(a0, shift, 0, target, at, used);
    store(a1, shift, L, target, at, used);
    store(a2, shift, 2 * L, target, at, used);
    store(a3, shift, 3 * L, target, at, used);
    store(a4, shift, 4 * L, target, at, used);
    store(a5, shift, 5 * L, target, at, used);
    store(a6, shift, 6 * L, target, at, used);
    store(a7, shift, 7 * L, target, at, used);
  }

  /** Rows of two vectors of sums that fit 16 bits, four events at a time. */
  private static void shortTwo(int[] list, int n, short[] weights, short[] sums) {
    ShortVector a0 = ShortVector.zero(SHORTS);
    ShortVector a1 = ShortVector.zero(SHORTS);
    ShortVector b0 = ShortVector.zero(SHORTS);
    ShortVector b1 = ShortVector.zero(SHORTS);
    for (int i = 0; i < n; i += 4) {
      int w0 = list[i] * (4 * L);
      int w1 = list[i + 1] * (4 * L);
      int w2 = list[i + 2] * (4 * L);
      int w3 = list[i + 3] * (4 * L);
      a0 = shorts(weights, w0).add(shorts(weights, w1)).add(a0);
      a1 = shorts(weights, w0 + 2 * L).add(shorts(weights, w1 + 2 * L)).add(a1);
      b0 = shorts(weights, w2).add(shorts(weights, w3)).add(b0);
      b1 = shorts(weights, w2 + 2 * L).add(shorts(weights, w3 + 2 * L)).add(b1);
    }
    ShortVector.zero(SHORTS).add(a0).add(b0).intoArray(sums, 0);
    ShortVector.zero(SHORTS).add(a1).add(b1).intoArray(sums, 2 * L);
  }

  /** Rows of one vector of sums that fit 16 bits, eight events at a time. */
  private static void shortOne(int[] list, int n, short[] weights, short[] sums) {
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = ShortVector.zero(SHORTS);
    for (int i = 0; i < n; i += Gather.GROUP) {
      a =
          shorts(weights, list[i] * (2 * L))
              .add(shorts(weights, list[i + 1] * (2 * L)))
              .add(shorts(weights, list[i + 2] * (2 * L)))
              .add(shorts(weights, list[i + 3] * (2 * L)))
              .add(a);
      b =
          shorts(weights, list[i + 4] * (2 * L))
              .add(shorts(weights, list[i + 5] * (2 * L)))
              .add(shorts(weights, list[i + 6] * (2 * L)))
              .add(shorts(weights, list[i + 7] * (2 * L)))
              .add(b);
    }
    ShortVector.zero(SHORTS).add(a).add(b).intoArray(sums, 0);
  }

  /** Rows of four vectors of sums that fit 16 bits, two events at a time. */
  private static void shortFour(int[] list, int n, short[] weights, short[] sums) {
    ShortVector a0 = ShortVector.zero(SHORTS);
    ShortVector a1 = ShortVector.zero(SHORTS);
    ShortVector a2 = ShortVector.zero(SHORTS);
    ShortVector a3 = ShortVector.zero(SHORTS);
    for (int group = 0; group < n; group += Gather.GROUP) {
      for (int i = group; i < group + Gather.GROUP; i += 2) {
        int w0 = list[i] * (8 * L);
        int w1 = list[i + 1] * (8 * L);
        a0 = shorts(weights, w0).add(shorts(weights, w1)).add(a0);
        a1 = shorts(weights, w0 + 2 * L).add(shorts(weights, w1 + 2 * L)).add(a1);
        a2 = shorts(weights, w0 + 4 * L).add(shorts(weights, w1 + 4 * L)).add(a2);
        a3 = shorts(weights, w0 + 6 * L).add(shorts(weights, w1 + 6 * L)).add(a3);
      }
    }
    ShortVector.zero(SHORTS).add(a0).intoArray(sums, 0);
    ShortVector.zero(SHORTS).add(a1).intoArray(sums, 2 * L);
    ShortVector.zero(SHORTS).add(a2).intoArray(sums, 4 * L);
    ShortVector.zero(SHORTS).add(a3).intoArray(sums, 6 * L);
  }

  private static ShortVector shorts(short[] weights, int at) {
    return ShortVector.fromArray(SHORTS, weights, at);
  }

  /** Adds sums of 16 bits in their units to the target. */
  private static void storeShorts(short[] sums, int[] shift, int[] target, int at, int used) {
    int lane = 0;
    for (; lane <= used - L; lane += L) {
      load(sums, lane)
          .lanewise(VectorOperators.LSHL, IntVector.fromArray(INTS, shift, lane))
          .add(IntVector.fromArray(INTS, target, at + lane))
          .intoArray(target, at + lane);
    }
    if (lane < used) {
      VectorMask<Integer> rest = INTS.indexInRange(lane, used);
      load(sums, lane)
          .lanewise(VectorOperators.LSHL, IntVector.fromArray(INTS, shift, lane))
          .add(IntVector.fromArray(INTS, target, at + lane, rest))
          .intoArray(target, at + lane, rest);
    }
  }

  private static void store(IntVector sum, int[] shift, int lane, int[] target, int at, int used) {
    IntVector units = sum.lanewise(VectorOperators.LSHL, IntVector.fromArray(INTS, shift, lane));
    if (lane + L <= used) {
      IntVector.fromArray(INTS, target, at + lane).add(units).intoArray(target, at + lane);
    } else if (lane < used) {
      VectorMask<Integer> rest = INTS.indexInRange(lane, used);
      IntVector.fromArray(INTS, target, at + lane, rest)
          .add(units)
          .intoArray(target, at + lane, rest);
    }
  }
}
