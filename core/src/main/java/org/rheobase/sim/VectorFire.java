package org.rheobase.sim;

import java.util.stream.IntStream;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link Loops#fire} with vectors: bits first, the list of spikes where somebody reads it. */
final class VectorFire {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int L = INTS.length();

  /** 0, 1, … */
  private static final int[] NUMBERS = IntStream.range(0, L).toArray();

  private VectorFire() {}

  static void fire(int[] potentials, int[] drive, int[] theta, Events spikes, short[] bits) {
    int first = L % spikes.channels == 0 ? narrow(potentials, drive, theta, spikes, bits) : 0;
    wide(potentials, drive, theta, spikes, bits, first);
    if (spikes.size() <= spikes.listed) {
      list(spikes, bits);
    }
  }

  private static void wide(
      int[] potentials, int[] drive, int[] theta, Events spikes, short[] bits, int first) {
    int channels = spikes.channels;
    int driveStep = drive.length == channels ? 0 : channels;
    int whole = INTS.loopBound(channels);
    int[] start = spikes.start;
    int used = start[first];
    for (int p = first; p < spikes.positions; p++) {
      int at = p * channels;
      int driveAt = p * driveStep;
      for (int c = 0; c < whole; c += L) {
        IntVector limit = IntVector.fromArray(INTS, theta, c);
        IntVector v =
            IntVector.fromArray(INTS, potentials, at + c)
                .add(IntVector.fromArray(INTS, drive, driveAt + c));
        VectorMask<Integer> spiked = v.compare(VectorOperators.GE, limit);
        v.sub(limit, spiked)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, at + c);
        int mask = (int) spiked.toLong();
        used += Integer.bitCount(mask);
        setBits(bits, p, spikes.positions, c, mask);
      }
      if (whole < channels) {
        VectorMask<Integer> rest = INTS.indexInRange(whole, channels);
        IntVector limit = IntVector.fromArray(INTS, theta, whole, rest);
        IntVector v =
            IntVector.fromArray(INTS, potentials, at + whole, rest)
                .add(IntVector.fromArray(INTS, drive, driveAt + whole, rest));
        VectorMask<Integer> spiked = v.compare(VectorOperators.GE, limit).and(rest);
        v.sub(limit, spiked)
            .max(-SiteUnits.POTENTIAL_LIMIT)
            .min(SiteUnits.POTENTIAL_LIMIT)
            .intoArray(potentials, at + whole, rest);
        int mask = (int) spiked.toLong();
        used += Integer.bitCount(mask);
        setBits(bits, p, spikes.positions, whole, mask);
      }
      start[p + 1] = used;
    }
  }

  /** The bits of the channels from {@code c} on; ascending {@code c}. */
  private static void setBits(short[] bits, int p, int positions, int c, int mask) {
    int at = c / Events.LANES * positions + p;
    int lane = c % Events.LANES;
    int before = L == Events.LANES || lane == 0 ? 0 : bits[at];
    bits[at] = (short) (before | mask << lane);
  }

  /**
   * The same where a vector holds whole positions: as many of them as fill vectors.
   *
   * @return the first position that is left
   */
  private static int narrow(
      int[] potentials, int[] drive, int[] theta, Events spikes, short[] bits) {
    int channels = spikes.channels;
    int[] limits = repeated(theta);
    boolean isUniform = drive.length == channels;
    int[] drives = isUniform ? repeated(drive) : drive;
    int[] start = spikes.start;
    int perVector = L / channels;
    int ones = (1 << channels) - 1;
    int end = spikes.positions - spikes.positions % perVector;
    int used = 0;
    for (int p = 0; p < end; p += perVector) {
      int at = p * channels;
      IntVector limit = IntVector.fromArray(INTS, limits, 0);
      IntVector v =
          IntVector.fromArray(INTS, potentials, at)
              .add(IntVector.fromArray(INTS, drives, isUniform ? 0 : at));
      VectorMask<Integer> spiked = v.compare(VectorOperators.GE, limit);
      v.sub(limit, spiked)
          .max(-SiteUnits.POTENTIAL_LIMIT)
          .min(SiteUnits.POTENTIAL_LIMIT)
          .intoArray(potentials, at);
      int mask = (int) spiked.toLong();
      for (int k = p; k < p + perVector; k++) {
        int group = mask & ones;
        mask >>>= channels;
        bits[k] = (short) group;
        used += Integer.bitCount(group);
        start[k + 1] = used;
      }
    }
    return end;
  }

  /** One value per channel for all lanes of a vector. */
  private static int[] repeated(int[] channels) {
    int[] lanes = new int[L];
    for (int i = 0; i < L; i++) {
      lanes[i] = channels[i % channels.length];
    }
    return lanes;
  }

  /** The list of spikes from their bits. */
  static void list(Events spikes, short[] bits) {
    spikes.ensureCapacity(spikes.size());
    int[] element = spikes.element;
    int positions = spikes.positions;
    int channels = spikes.channels;
    int used = 0;
    for (int p = 0; p < positions; p++) {
      for (int c = 0; c < channels; c += L) {
        int group = bits[c / Events.LANES * positions + p];
        long mask = (group >>> c % Events.LANES) & (1L << L) - 1;
        IntVector.fromArray(INTS, NUMBERS, 0)
            .add(p * channels + c)
            .compress(VectorMask.fromLong(INTS, mask))
            .intoArray(element, used);
        used += Long.bitCount(mask);
      }
    }
  }
}
