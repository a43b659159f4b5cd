package org.rheobase.sim;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds sums of lookups, channel after channel, to a map of positions: squares of 16 channels and 16
 * lanes are transposed, half of the exchanges at a time.
 */
final class VectorTranspose {
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;

  /** Lanes of {@link #INTS}. */
  private static final int L = 16;

  /** By {@code d} = 1, 2, 4, 8: what exchanges bit {@code d} of row and lane, first and second. */
  private static final int[][] FIRST = new int[L][];

  private static final int[][] SECOND = new int[L][];

  static {
    for (int d = 1; d < L; d *= 2) {
      FIRST[d] = new int[L];
      SECOND[d] = new int[L];
      for (int lane = 0; lane < L; lane++) {
        boolean isLow = (lane & d) == 0;
        FIRST[d][lane] = isLow ? lane : L + lane - d;
        SECOND[d][lane] = isLow ? lane + d : L + lane;
      }
    }
  }

  private VectorTranspose() {}

  static void addSums(Lookup lookup, Lookup.Buffers all, int[] target) {
    for (int channel = 0; channel < lookup.channels(); channel += L) {
      for (int lane = 0; lane < lookup.layout().lanes(); lane += L) {
        addTile(lookup, channel, lane, all, target);
      }
    }
  }

  /** Sixteen channels of sixteen lanes, from channel after channel to lane after lane. */
  private static void addTile(
      Lookup lookup, int channel, int lane, Lookup.Buffers all, int[] target) {
    int lanes = lookup.layout().lanes();
    int at = channel * lookup.limbs() * lanes + lane;
    int[] tile = all.tile();
    if (lookup.limbs() == 1) {
      one(all.sums(), at, lanes, tile);
    } else {
      two(all.sums(), at, lanes, tile);
    }
    for (int i = 0; i < 4; i++) {
      exchange(tile, i * L, 4);
    }
    for (int i = 0; i < 4; i++) {
      exchange(tile, 4 * i * L, 1);
    }
    boolean isWhole = channel + L <= lookup.channels();
    for (int i = 0; i < L; i++) {
      int to = lookup.to()[lane + i];
      if (to >= 0 && isWhole) {
        add(tile, i * L, lookup.shift(), channel, target, to + channel);
      } else if (to >= 0) {
        addRest(tile, i * L, lookup, channel, target, to + channel);
      }
    }
  }

  /** The rows of a tile, one limb each. */
  private static void one(short[] sums, int at, int lanes, int[] tile) {
    for (int i = 0; i < L; i++) {
      ShortVector.fromArray(HALF, sums, at + i * lanes)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .intoArray(tile, i * L);
    }
  }

  /** The same with two limbs. */
  private static void two(short[] sums, int at, int lanes, int[] tile) {
    for (int i = 0; i < L; i++) {
      ShortVector.fromArray(HALF, sums, at + (2 * i + 1) * lanes)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, 8)
          .add(ShortVector.fromArray(HALF, sums, at + 2 * i * lanes).convertShape(S2I, INTS, 0))
          .intoArray(tile, i * L);
    }
  }

  /**
   * Exchanges the bits {@code 2 * d} and {@code d} of row and lane, in four rows that lie {@code d}
   * apart.
   */
  private static void exchange(int[] tile, int at, int d) {
    IntVector r0 = IntVector.fromArray(INTS, tile, at);
    IntVector r1 = IntVector.fromArray(INTS, tile, at + d * L);
    IntVector r2 = IntVector.fromArray(INTS, tile, at + 2 * d * L);
    IntVector r3 = IntVector.fromArray(INTS, tile, at + 3 * d * L);
    IntVector first = IntVector.fromArray(INTS, FIRST[2 * d], 0);
    IntVector second = IntVector.fromArray(INTS, SECOND[2 * d], 0);
    IntVector s0 = first.selectFrom(r0, r2);
    IntVector s1 = first.selectFrom(r1, r3);
    IntVector s2 = second.selectFrom(r0, r2);
    IntVector s3 = second.selectFrom(r1, r3);
    IntVector third = IntVector.fromArray(INTS, FIRST[d], 0);
    IntVector fourth = IntVector.fromArray(INTS, SECOND[d], 0);
    third.selectFrom(s0, s1).intoArray(tile, at);
    fourth.selectFrom(s0, s1).intoArray(tile, at + d * L);
    third.selectFrom(s2, s3).intoArray(tile, at + 2 * d * L);
    fourth.selectFrom(s2, s3).intoArray(tile, at + 3 * d * L);
  }

  private static void add(int[] tile, int from, int[] shift, int channel, int[] target, int at) {
    IntVector.fromArray(INTS, tile, from)
        .lanewise(LSHL, IntVector.fromArray(INTS, shift, channel))
        .add(IntVector.fromArray(INTS, target, at))
        .intoArray(target, at);
  }

  /** The same where channels end before the vector does. */
  private static void addRest(
      int[] tile, int from, Lookup lookup, int channel, int[] target, int at) {
    VectorMask<Integer> rest = INTS.indexInRange(channel, lookup.channels());
    IntVector.fromArray(INTS, tile, from)
        .lanewise(LSHL, IntVector.fromArray(INTS, lookup.shift(), channel))
        .add(IntVector.fromArray(INTS, target, at, rest))
        .intoArray(target, at, rest);
  }
}
