package org.rheobase.sim;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What {@link Planar} does with one channel, with vectors of 512 bits. As few loops as there can
 * be: where the JVM inlines many, it runs out of its budget and leaves calls on boxed vectors.
 */
final class VectorPlanar {
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final int L = 16;
  private static final int MOST = SiteUnits.POTENTIAL_LIMIT;
  private static final int LEAST = -MOST;

  private VectorPlanar() {}

  static void weigh(short[] words, int lanes, int channel, int weight, int[] current) {
    int at = channel / Events.LANES * lanes;
    short one = (short) (1 << channel % Events.LANES);
    for (int q = 0; q < lanes; q += 2 * L) {
      long marked =
          ShortVector.fromArray(SHORTS, words, at + q)
              .lanewise(VectorOperators.AND, one)
              .compare(VectorOperators.NE, 0)
              .toLong();
      weigh(marked, weight, current, q);
      weigh(marked >> L, weight, current, q + L);
    }
  }

  private static void weigh(long marked, int weight, int[] current, int q) {
    IntVector.zero(INTS).blend(weight, VectorMask.fromLong(INTS, marked)).intoArray(current, q);
  }

  static void addCurrent(Lookup lookup, Lookup.Buffers all, int channel, int[] current) {
    int lanes = lookup.layout().lanes();
    int at = channel * lookup.limbs() * lanes;
    int shift = lookup.shift()[channel];
    if (lookup.limbs() == 1) {
      for (int q = 0; q < lanes; q += L) {
        low(all.sums(), at + q, shift).add(wide(current, q)).intoArray(current, q);
      }
    } else {
      for (int q = 0; q < lanes; q += L) {
        both(all.sums(), at + q, lanes, shift).add(wide(current, q)).intoArray(current, q);
      }
    }
  }

  /**
   * Both loops are written out: the JVM does not inline methods as long as this one, so it has a
   * budget of its own for what it calls.
   */
  static void fire(
      Lookup lookup,
      Lookup.Buffers all,
      int channel,
      int[] further,
      int drive,
      int theta,
      int[] potentials) {
    int lanes = lookup.layout().lanes();
    int at = channel * lanes;
    int shift = lookup.shift()[channel];
    short[] sums = all.sums();
    short[] fired = all.fired();
    int word = channel / Events.LANES * lanes;
    short one = (short) (1 << channel % Events.LANES);
    int from = channel * lookup.limbs() * lanes;
    if (lookup.limbs() == 1) {
      for (int q = 0; q < lanes; q += 2 * L) {
        IntVector v =
            low(sums, from + q, shift)
                .add(wide(further, q))
                .add(drive)
                .add(wide(potentials, at + q));
        VectorMask<Integer> a = v.compare(VectorOperators.GE, theta);
        v.sub(theta, a).max(LEAST).min(MOST).intoArray(potentials, at + q);
        IntVector w =
            low(sums, from + q + L, shift)
                .add(wide(further, q + L))
                .add(drive)
                .add(wide(potentials, at + q + L));
        VectorMask<Integer> b = w.compare(VectorOperators.GE, theta);
        w.sub(theta, b).max(LEAST).min(MOST).intoArray(potentials, at + q + L);
        VectorMask<Short> both = VectorMask.fromLong(SHORTS, a.toLong() | b.toLong() << L);
        ShortVector.fromArray(SHORTS, fired, word + q)
            .lanewise(VectorOperators.OR, one, both)
            .intoArray(fired, word + q);
      }
    } else {
      for (int q = 0; q < lanes; q += 2 * L) {
        IntVector v =
            both(sums, from + q, lanes, shift)
                .add(wide(further, q))
                .add(drive)
                .add(wide(potentials, at + q));
        VectorMask<Integer> a = v.compare(VectorOperators.GE, theta);
        v.sub(theta, a).max(LEAST).min(MOST).intoArray(potentials, at + q);
        IntVector w =
            both(sums, from + q + L, lanes, shift)
                .add(wide(further, q + L))
                .add(drive)
                .add(wide(potentials, at + q + L));
        VectorMask<Integer> b = w.compare(VectorOperators.GE, theta);
        w.sub(theta, b).max(LEAST).min(MOST).intoArray(potentials, at + q + L);
        VectorMask<Short> both = VectorMask.fromLong(SHORTS, a.toLong() | b.toLong() << L);
        ShortVector.fromArray(SHORTS, fired, word + q)
            .lanewise(VectorOperators.OR, one, both)
            .intoArray(fired, word + q);
      }
    }
  }

  private static IntVector wide(int[] from, int at) {
    return IntVector.fromArray(INTS, from, at);
  }

  private static IntVector wide(short[] from, int at) {
    return (IntVector)
        ShortVector.fromArray(HALF, from, at).convertShape(VectorOperators.S2I, INTS, 0);
  }

  /** Sums of one limb. */
  private static IntVector low(short[] sums, int at, int shift) {
    return wide(sums, at).lanewise(VectorOperators.LSHL, shift);
  }

  /** Sums of two limbs. */
  private static IntVector both(short[] sums, int at, int lanes, int shift) {
    return wide(sums, at + lanes)
        .lanewise(VectorOperators.LSHL, 8)
        .add(wide(sums, at))
        .lanewise(VectorOperators.LSHL, shift);
  }
}
