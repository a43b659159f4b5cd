package org.rheobase.sim;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What {@link Planar} does with one channel, with vectors of 512 bits. */
final class VectorPlanar {
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final int L = 16;

  private VectorPlanar() {}

  static void current(Lookup lookup, Lookup.Buffers all, int channel, boolean adds, int[] current) {
    int lanes = lookup.layout().lanes();
    int at = channel * lookup.limbs() * lanes;
    int shift = lookup.shift()[channel];
    if (lookup.limbs() == 1) {
      if (adds) {
        addOne(all.sums(), at, shift, current, lanes);
      } else {
        one(all.sums(), at, shift, current, lanes);
      }
    } else if (adds) {
      addTwo(all.sums(), at, shift, current, lanes);
    } else {
      two(all.sums(), at, shift, current, lanes);
    }
  }

  private static void one(short[] sums, int at, int shift, int[] current, int lanes) {
    for (int q = 0; q < lanes; q += L) {
      ShortVector.fromArray(HALF, sums, at + q)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, shift)
          .intoArray(current, q);
    }
  }

  private static void two(short[] sums, int at, int shift, int[] current, int lanes) {
    for (int q = 0; q < lanes; q += L) {
      ShortVector.fromArray(HALF, sums, at + lanes + q)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, 8)
          .add(ShortVector.fromArray(HALF, sums, at + q).convertShape(S2I, INTS, 0))
          .lanewise(LSHL, shift)
          .intoArray(current, q);
    }
  }

  private static void addOne(short[] sums, int at, int shift, int[] current, int lanes) {
    for (int q = 0; q < lanes; q += L) {
      ShortVector.fromArray(HALF, sums, at + q)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, shift)
          .add(IntVector.fromArray(INTS, current, q))
          .intoArray(current, q);
    }
  }

  private static void addTwo(short[] sums, int at, int shift, int[] current, int lanes) {
    for (int q = 0; q < lanes; q += L) {
      ShortVector.fromArray(HALF, sums, at + lanes + q)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(LSHL, 8)
          .add(ShortVector.fromArray(HALF, sums, at + q).convertShape(S2I, INTS, 0))
          .lanewise(LSHL, shift)
          .add(IntVector.fromArray(INTS, current, q))
          .intoArray(current, q);
    }
  }

  static void addMarked(short[] words, int lanes, int channel, int weight, int[] current) {
    int at = channel / Events.LANES * lanes;
    int one = 1 << channel % Events.LANES;
    for (int q = 0; q < lanes; q += L) {
      VectorMask<Integer> marked =
          ShortVector.fromArray(HALF, words, at + q)
              .convertShape(S2I, INTS, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.AND, one)
              .compare(VectorOperators.NE, 0);
      IntVector.fromArray(INTS, current, q).add(weight, marked).intoArray(current, q);
    }
  }

  static void fire(
      int[] current,
      int drive,
      int theta,
      int[] potentials,
      int channel,
      int lanes,
      short[] fired) {
    int at = channel * lanes;
    int word = channel / Events.LANES * lanes;
    short one = (short) (1 << channel % Events.LANES);
    for (int q = 0; q < lanes; q += 2 * L) {
      IntVector v =
          IntVector.fromArray(INTS, potentials, at + q)
              .add(IntVector.fromArray(INTS, current, q))
              .add(drive);
      VectorMask<Integer> a = v.compare(VectorOperators.GE, theta);
      v.sub(theta, a)
          .max(-SiteUnits.POTENTIAL_LIMIT)
          .min(SiteUnits.POTENTIAL_LIMIT)
          .intoArray(potentials, at + q);
      IntVector w =
          IntVector.fromArray(INTS, potentials, at + q + L)
              .add(IntVector.fromArray(INTS, current, q + L))
              .add(drive);
      VectorMask<Integer> b = w.compare(VectorOperators.GE, theta);
      w.sub(theta, b)
          .max(-SiteUnits.POTENTIAL_LIMIT)
          .min(SiteUnits.POTENTIAL_LIMIT)
          .intoArray(potentials, at + q + L);
      VectorMask<Short> both = VectorMask.fromLong(SHORTS, a.toLong() | b.toLong() << L);
      ShortVector.fromArray(SHORTS, fired, word + q)
          .lanewise(VectorOperators.OR, one, both)
          .intoArray(fired, word + q);
    }
  }
}
