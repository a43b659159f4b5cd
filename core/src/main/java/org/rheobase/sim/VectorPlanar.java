package org.rheobase.sim;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.S2I;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * What {@link Planar} does channel by channel, with vectors of 512 bits; written out for the
 * reasons that {@link VectorLoops} gives.
 */
final class VectorPlanar {
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final int L = 16;

  private VectorPlanar() {}

  static void add(Lookup lookup, Lookup.Buffers all, int[] target) {
    int lanes = lookup.layout().lanes();
    for (int c = 0; c < lookup.channels(); c++) {
      if (lookup.limbs() == 1) {
        addOne(all.sums(), c * lanes, lookup.shift()[c], target, c * lanes, lanes);
      } else {
        addTwo(all.sums(), 2 * c * lanes, lookup.shift()[c], target, c * lanes, lanes);
      }
    }
  }

  private static void addOne(short[] sums, int from, int shift, int[] target, int to, int lanes) {
    for (int q = 0; q < lanes; q += L) {
      ShortVector.fromArray(HALF, sums, from + q)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, shift)
          .add(IntVector.fromArray(INTS, target, to + q))
          .intoArray(target, to + q);
    }
  }

  private static void addTwo(short[] sums, int from, int shift, int[] target, int to, int lanes) {
    for (int q = 0; q < lanes; q += L) {
      ShortVector.fromArray(HALF, sums, from + lanes + q)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, 8)
          .add(ShortVector.fromArray(HALF, sums, from + q).convertShape(S2I, INTS, 0))
          .lanewise(LSHL, shift)
          .add(IntVector.fromArray(INTS, target, to + q))
          .intoArray(target, to + q);
    }
  }

  static void addMarked(short[] words, int lanes, int[] weights, int[] target) {
    for (int c = 0; c < weights.length; c++) {
      int from = c / Events.LANES * lanes;
      int to = c * lanes;
      int one = 1 << c % Events.LANES;
      int weight = weights[c];
      for (int q = 0; q < lanes; q += L) {
        VectorMask<Integer> marked =
            ShortVector.fromArray(HALF, words, from + q)
                .convertShape(S2I, INTS, 0)
                .reinterpretAsInts()
                .lanewise(AND, one)
                .compare(NE, 0);
        IntVector.fromArray(INTS, target, to + q).add(weight, marked).intoArray(target, to + q);
      }
    }
  }

  static void fire(
      Lookup lookup,
      Lookup.Buffers all,
      int[] drive,
      int[] theta,
      int[] potentials,
      short[] fired) {
    Arrays.fill(fired, (short) 0);
    if (lookup.limbs() == 1) {
      fireOne(lookup, all.sums(), drive, theta, potentials, fired);
    } else {
      fireTwo(lookup, all.sums(), drive, theta, potentials, fired);
    }
  }

  private static void fireOne(
      Lookup lookup, short[] sums, int[] drive, int[] theta, int[] potentials, short[] fired) {
    int lanes = lookup.layout().lanes();
    for (int c = 0; c < lookup.channels(); c++) {
      int at = c * lanes;
      int shift = lookup.shift()[c];
      int limit = theta[c];
      int constant = drive[c];
      int word = c / Events.LANES * lanes;
      short one = (short) (1 << c % Events.LANES);
      for (int q = 0; q < lanes; q += 2 * L) {
        IntVector v =
            ShortVector.fromArray(HALF, sums, at + q)
                .convertShape(S2I, INTS, 0)
                .reinterpretAsInts()
                .lanewise(LSHL, shift)
                .add(IntVector.fromArray(INTS, potentials, at + q))
                .add(constant);
        VectorMask<Integer> a = v.compare(GE, limit);
        v.sub(limit, a)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, at + q);
        IntVector w =
            ShortVector.fromArray(HALF, sums, at + q + L)
                .convertShape(S2I, INTS, 0)
                .reinterpretAsInts()
                .lanewise(LSHL, shift)
                .add(IntVector.fromArray(INTS, potentials, at + q + L))
                .add(constant);
        VectorMask<Integer> b = w.compare(GE, limit);
        w.sub(limit, b)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, at + q + L);
        VectorMask<Short> both = VectorMask.fromLong(SHORTS, a.toLong() | b.toLong() << L);
        ShortVector.fromArray(SHORTS, fired, word + q)
            .lanewise(OR, one, both)
            .intoArray(fired, word + q);
      }
    }
  }

  private static void fireTwo(
      Lookup lookup, short[] sums, int[] drive, int[] theta, int[] potentials, short[] fired) {
    int lanes = lookup.layout().lanes();
    for (int c = 0; c < lookup.channels(); c++) {
      int from = 2 * c * lanes;
      int to = c * lanes;
      int shift = lookup.shift()[c];
      int limit = theta[c];
      int constant = drive[c];
      int word = c / Events.LANES * lanes;
      short one = (short) (1 << c % Events.LANES);
      for (int q = 0; q < lanes; q += 2 * L) {
        IntVector v =
            ShortVector.fromArray(HALF, sums, from + lanes + q)
                .convertShape(S2I, INTS, 0)
                .reinterpretAsInts()
                .lanewise(LSHL, 8)
                .add(ShortVector.fromArray(HALF, sums, from + q).convertShape(S2I, INTS, 0))
                .lanewise(LSHL, shift)
                .add(IntVector.fromArray(INTS, potentials, to + q))
                .add(constant);
        VectorMask<Integer> a = v.compare(GE, limit);
        v.sub(limit, a)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, to + q);
        IntVector w =
            ShortVector.fromArray(HALF, sums, from + lanes + q + L)
                .convertShape(S2I, INTS, 0)
                .reinterpretAsInts()
                .lanewise(LSHL, 8)
                .add(ShortVector.fromArray(HALF, sums, from + q + L).convertShape(S2I, INTS, 0))
                .lanewise(LSHL, shift)
                .add(IntVector.fromArray(INTS, potentials, to + q + L))
                .add(constant);
        VectorMask<Integer> b = w.compare(GE, limit);
        w.sub(limit, b)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, to + q + L);
        VectorMask<Short> both = VectorMask.fromLong(SHORTS, a.toLong() | b.toLong() << L);
        ShortVector.fromArray(SHORTS, fired, word + q)
            .lanewise(OR, one, both)
            .intoArray(fired, word + q);
      }
    }
  }
}
