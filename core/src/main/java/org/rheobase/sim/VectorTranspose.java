package org.rheobase.sim;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds sums of lookups, channel after channel, to a map of positions: squares of 16 channels and 16
 * lanes are transposed in registers, half of the exchanges at a time.
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
    for (int i = 0; i < L / 4; i++) {
      if (lookup.limbs() == 1) {
        halfOfOne(all.sums(), at + i * lanes, 4 * lanes, all.tile(), i * L);
      } else {
        halfOfTwo(all.sums(), at + 2 * i * lanes, lanes, all.tile(), i * L);
      }
    }
    boolean isWhole = channel + L <= lookup.channels();
    for (int i = 0; i < L; i += 4) {
      if (isWhole) {
        add(all.tile(), i * L, lookup.to(), lane + i, channel, lookup.shift(), target);
      } else {
        addRest(all.tile(), i * L, lookup, lane + i, channel, target);
      }
    }
  }

  private static IntVector wide(short[] from, int at) {
    return (IntVector)
        ShortVector.fromArray(HALF, from, at).convertShape(VectorOperators.S2I, INTS, 0);
  }

  /** Every fourth channel, one limb each; exchanges the bits 8 and 4 of channel and lane. */
  private static void halfOfOne(short[] sums, int at, int step, int[] tile, int to) {
    exchange(
        wide(sums, at),
        wide(sums, at + step),
        wide(sums, at + 2 * step),
        wide(sums, at + 3 * step),
        tile,
        to);
  }

  /** The same with two limbs. */
  private static void halfOfTwo(short[] sums, int at, int lanes, int[] tile, int to) {
    int step = 8 * lanes;
    int high = at + lanes;
    exchange(
        wide(sums, high).lanewise(VectorOperators.LSHL, 8).add(wide(sums, at)),
        wide(sums, high + step).lanewise(VectorOperators.LSHL, 8).add(wide(sums, at + step)),
        wide(sums, high + 2 * step)
            .lanewise(VectorOperators.LSHL, 8)
            .add(wide(sums, at + 2 * step)),
        wide(sums, high + 3 * step)
            .lanewise(VectorOperators.LSHL, 8)
            .add(wide(sums, at + 3 * step)),
        tile,
        to);
  }

  private static IntVector index(int[][] of, int d) {
    return IntVector.fromArray(INTS, of[d], 0);
  }

  private static void exchange(
      IntVector r0, IntVector r4, IntVector r8, IntVector r12, int[] tile, int to) {
    IntVector a = index(FIRST, 8);
    IntVector b = index(SECOND, 8);
    IntVector s0 = a.selectFrom(r0, r8);
    IntVector s8 = b.selectFrom(r0, r8);
    IntVector s4 = a.selectFrom(r4, r12);
    IntVector s12 = b.selectFrom(r4, r12);
    IntVector c = index(FIRST, 4);
    IntVector d = index(SECOND, 4);
    c.selectFrom(s0, s4).intoArray(tile, to);
    d.selectFrom(s0, s4).intoArray(tile, to + 4 * L);
    c.selectFrom(s8, s12).intoArray(tile, to + 8 * L);
    d.selectFrom(s8, s12).intoArray(tile, to + 12 * L);
  }

  /** Exchanges the bits 2 and 1 of four neighbouring rows, which are then output positions. */
  private static void add(
      int[] tile, int at, int[] to, int lane, int channel, int[] shift, int[] target) {
    IntVector r0 = IntVector.fromArray(INTS, tile, at);
    IntVector r1 = IntVector.fromArray(INTS, tile, at + L);
    IntVector r2 = IntVector.fromArray(INTS, tile, at + 2 * L);
    IntVector r3 = IntVector.fromArray(INTS, tile, at + 3 * L);
    IntVector a = index(FIRST, 2);
    IntVector b = index(SECOND, 2);
    IntVector s0 = a.selectFrom(r0, r2);
    IntVector s2 = b.selectFrom(r0, r2);
    IntVector s1 = a.selectFrom(r1, r3);
    IntVector s3 = b.selectFrom(r1, r3);
    IntVector c = index(FIRST, 1);
    IntVector d = index(SECOND, 1);
    IntVector units = IntVector.fromArray(INTS, shift, channel);
    add(c.selectFrom(s0, s1), units, to[lane], channel, target);
    add(d.selectFrom(s0, s1), units, to[lane + 1], channel, target);
    add(c.selectFrom(s2, s3), units, to[lane + 2], channel, target);
    add(d.selectFrom(s2, s3), units, to[lane + 3], channel, target);
  }

  private static void add(IntVector sum, IntVector units, int at, int channel, int[] target) {
    if (at >= 0) {
      IntVector.fromArray(INTS, target, at + channel)
          .add(sum.lanewise(VectorOperators.LSHL, units))
          .intoArray(target, at + channel);
    }
  }

  /** The same where channels end before the vector does, a lane at a time. */
  private static void addRest(
      int[] tile, int at, Lookup lookup, int lane, int channel, int[] target) {
    for (int r = 0; r < 4; r++) {
      int to = lookup.to()[lane + r];
      if (to < 0) {
        continue;
      }
      VectorMask<Integer> rest = INTS.indexInRange(channel, lookup.channels());
      IntVector pick = index(r % 2 == 0 ? FIRST : SECOND, 1);
      IntVector outer = index(r < 2 ? FIRST : SECOND, 2);
      IntVector even =
          outer.selectFrom(
              IntVector.fromArray(INTS, tile, at), IntVector.fromArray(INTS, tile, at + 2 * L));
      IntVector odd =
          outer.selectFrom(
              IntVector.fromArray(INTS, tile, at + L), IntVector.fromArray(INTS, tile, at + 3 * L));
      IntVector.fromArray(INTS, target, to + channel, rest)
          .add(
              pick.selectFrom(even, odd)
                  .lanewise(
                      VectorOperators.LSHL, IntVector.fromArray(INTS, lookup.shift(), channel)))
          .intoArray(target, to + channel, rest);
    }
  }
}
