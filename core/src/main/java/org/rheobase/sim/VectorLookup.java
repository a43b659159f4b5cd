package org.rheobase.sim;

import java.util.Arrays;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of lookups with vectors of 512 bits, whose lanes another vector's lanes select; written
 * out for the reasons that {@link VectorLoops} gives.
 */
final class VectorLookup implements LookupLoops {
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;

  /** Lanes of {@link #SHORTS}, which are entries of a table. */
  private static final int S = LookupLayout.VECTOR;

  /** Half of these. */
  private static final int L = 16;

  /** Whether this machine's vectors are wide enough. */
  static boolean exists() {
    return ShortVector.SPECIES_PREFERRED.vectorBitSize() == SHORTS.vectorBitSize();
  }

  @Override
  public boolean areFast() {
    return true;
  }

  @Override
  public void prepare(Events events, Lookup lookup, Lookup.Buffers all) {
    LookupLayout layout = lookup.layout();
    copyWords(events.singleBits(), events, layout, all.words());
    for (int p = 0; p < layout.planes().size(); p++) {
      LookupLayout.Plane plane = layout.planes().get(p);
      int from = p * layout.length();
      Arrays.fill(all.planes(), from, from + plane.length(), (short) 0);
      for (LookupLayout.Piece piece : plane.pieces()) {
        addPiece(piece, all.words(), all.planes(), from, plane.length());
      }
    }
  }

  @Override
  public void addSums(Lookup lookup, Lookup.Buffers all, int[] target) {
    VectorTranspose.addSums(lookup, all, target);
  }

  @Override
  public void addByChannel(Lookup lookup, Lookup.Buffers all, int[] target) {
    VectorPlanar.add(lookup, all, target);
  }

  @Override
  public void addMarked(short[] words, int lanes, int[] weights, int[] target) {
    VectorPlanar.addMarked(words, lanes, weights, target);
  }

  @Override
  public void fire(
      Lookup lookup,
      Lookup.Buffers all,
      int[] drive,
      int[] theta,
      int[] potentials,
      short[] fired) {
    VectorPlanar.fire(lookup, all, drive, theta, potentials, fired);
  }

  private static void copyWords(short[] bits, Events events, LookupLayout layout, short[] words) {
    int perGroup = layout.phases() * layout.length();
    for (int g = 0; g < events.groups; g++) {
      int from = g * events.positions;
      int to = g * perGroup;
      for (LookupLayout.Run run : layout.runs()) {
        if (run.step() == 1) {
          System.arraycopy(bits, from + run.from(), words, to + run.to(), run.count());
        } else if (run.step() == 2) {
          copyEven(bits, from + run.from(), words, to + run.to(), run.count());
        } else {
          for (int i = 0; i < run.count(); i++) {
            words[to + run.to() + i] = bits[from + run.from() + i * run.step()];
          }
        }
      }
    }
  }

  /** Every second one. */
  private static void copyEven(short[] from, int at, short[] to, int start, int count) {
    for (int i = 0; i < count; i += L) {
      ShortVector even =
          (ShortVector)
              ShortVector.fromArray(SHORTS, from, at + 2 * i)
                  .reinterpretAsInts()
                  .convertShape(VectorOperators.I2S, HALF, 0);
      if (i + L <= count) {
        even.intoArray(to, start + i);
      } else {
        even.intoArray(to, start + i, HALF.indexInRange(i, count));
      }
    }
  }

  private static void addPiece(
      LookupLayout.Piece piece, short[] words, short[] planes, int to, int length) {
    int from = piece.from();
    short mask = (short) piece.mask();
    if (piece.shift() >= 0) {
      for (int q = 0; q < length; q += S) {
        ShortVector.fromArray(SHORTS, words, from + q)
            .lanewise(VectorOperators.LSHR, piece.shift())
            .and(mask)
            .or(ShortVector.fromArray(SHORTS, planes, to + q))
            .intoArray(planes, to + q);
      }
    } else {
      for (int q = 0; q < length; q += S) {
        ShortVector.fromArray(SHORTS, words, from + q)
            .lanewise(VectorOperators.LSHL, -piece.shift())
            .and(mask)
            .or(ShortVector.fromArray(SHORTS, planes, to + q))
            .intoArray(planes, to + q);
      }
    }
  }

  @Override
  public void lookUp(Lookup lookup, Lookup.Pass pass, Lookup.Buffers all) {
    LookupLayout layout = lookup.layout();
    int columns = lookup.channels() * lookup.limbs();
    int lanes = layout.lanes();
    int n = pass.to() - pass.from();
    int perBlock = n * Lookup.TABLES * S;
    for (int column = 0; column < columns; column += Lookup.TABLES) {
      int table = column / Lookup.TABLES * perBlock;
      int q = 0;
      for (; q + 4 * S <= lanes; q += 4 * S) {
        four(all, layout.offset(), pass, table, column * lanes + q, q, lanes);
      }
      if (q + 2 * S <= lanes) {
        two(all, layout.offset(), pass, table, column * lanes + q, q, lanes);
        q += 2 * S;
      }
      if (q < lanes) {
        one(all, layout.offset(), pass, table, column * lanes + q, q, lanes);
      }
    }
  }

  /** Four vectors of lanes with four tables: as many sums as leave registers for what is loaded. */
  private static void four(
      Lookup.Buffers all, int[] offset, Lookup.Pass pass, int table, int at, int q, int lanes) {
    short[] planes = all.planes();
    short[] tables = pass.tables();
    ShortVector a0 = ShortVector.zero(SHORTS);
    ShortVector a1 = ShortVector.zero(SHORTS);
    ShortVector a2 = ShortVector.zero(SHORTS);
    ShortVector a3 = ShortVector.zero(SHORTS);
    ShortVector b0 = ShortVector.zero(SHORTS);
    ShortVector b1 = ShortVector.zero(SHORTS);
    ShortVector b2 = ShortVector.zero(SHORTS);
    ShortVector b3 = ShortVector.zero(SHORTS);
    ShortVector c0 = ShortVector.zero(SHORTS);
    ShortVector c1 = ShortVector.zero(SHORTS);
    ShortVector c2 = ShortVector.zero(SHORTS);
    ShortVector c3 = ShortVector.zero(SHORTS);
    ShortVector d0 = ShortVector.zero(SHORTS);
    ShortVector d1 = ShortVector.zero(SHORTS);
    ShortVector d2 = ShortVector.zero(SHORTS);
    ShortVector d3 = ShortVector.zero(SHORTS);
    int t = table;
    for (int k = pass.from(); k < pass.to(); k++) {
      int from = offset[k] + q;
      ShortVector i0 = ShortVector.fromArray(SHORTS, planes, from);
      ShortVector i1 = ShortVector.fromArray(SHORTS, planes, from + S);
      ShortVector i2 = ShortVector.fromArray(SHORTS, planes, from + 2 * S);
      ShortVector i3 = ShortVector.fromArray(SHORTS, planes, from + 3 * S);
      ShortVector a = ShortVector.fromArray(SHORTS, tables, t);
      ShortVector b = ShortVector.fromArray(SHORTS, tables, t + S);
      a0 = i0.selectFrom(a).add(a0);
      a1 = i1.selectFrom(a).add(a1);
      a2 = i2.selectFrom(a).add(a2);
      a3 = i3.selectFrom(a).add(a3);
      b0 = i0.selectFrom(b).add(b0);
      b1 = i1.selectFrom(b).add(b1);
      b2 = i2.selectFrom(b).add(b2);
      b3 = i3.selectFrom(b).add(b3);
      ShortVector c = ShortVector.fromArray(SHORTS, tables, t + 2 * S);
      ShortVector d = ShortVector.fromArray(SHORTS, tables, t + 3 * S);
      c0 = i0.selectFrom(c).add(c0);
      c1 = i1.selectFrom(c).add(c1);
      c2 = i2.selectFrom(c).add(c2);
      c3 = i3.selectFrom(c).add(c3);
      d0 = i0.selectFrom(d).add(d0);
      d1 = i1.selectFrom(d).add(d1);
      d2 = i2.selectFrom(d).add(d2);
      d3 = i3.selectFrom(d).add(d3);
      t += Lookup.TABLES * S;
    }
    short[] sums = all.sums();
    ShortVector.zero(SHORTS).add(a0).intoArray(sums, at);
    ShortVector.zero(SHORTS).add(a1).intoArray(sums, at + S);
    ShortVector.zero(SHORTS).add(a2).intoArray(sums, at + 2 * S);
    ShortVector.zero(SHORTS).add(a3).intoArray(sums, at + 3 * S);
    ShortVector.zero(SHORTS).add(b0).intoArray(sums, at + lanes);
    ShortVector.zero(SHORTS).add(b1).intoArray(sums, at + lanes + S);
    ShortVector.zero(SHORTS).add(b2).intoArray(sums, at + lanes + 2 * S);
    ShortVector.zero(SHORTS).add(b3).intoArray(sums, at + lanes + 3 * S);
    ShortVector.zero(SHORTS).add(c0).intoArray(sums, at + 2 * lanes);
    ShortVector.zero(SHORTS).add(c1).intoArray(sums, at + 2 * lanes + S);
    ShortVector.zero(SHORTS).add(c2).intoArray(sums, at + 2 * lanes + 2 * S);
    ShortVector.zero(SHORTS).add(c3).intoArray(sums, at + 2 * lanes + 3 * S);
    ShortVector.zero(SHORTS).add(d0).intoArray(sums, at + 3 * lanes);
    ShortVector.zero(SHORTS).add(d1).intoArray(sums, at + 3 * lanes + S);
    ShortVector.zero(SHORTS).add(d2).intoArray(sums, at + 3 * lanes + 2 * S);
    ShortVector.zero(SHORTS).add(d3).intoArray(sums, at + 3 * lanes + 3 * S);
  }

  private static void two(
      Lookup.Buffers all, int[] offset, Lookup.Pass pass, int table, int at, int q, int lanes) {
    short[] planes = all.planes();
    short[] tables = pass.tables();
    ShortVector a0 = ShortVector.zero(SHORTS);
    ShortVector a1 = ShortVector.zero(SHORTS);
    ShortVector b0 = ShortVector.zero(SHORTS);
    ShortVector b1 = ShortVector.zero(SHORTS);
    ShortVector c0 = ShortVector.zero(SHORTS);
    ShortVector c1 = ShortVector.zero(SHORTS);
    ShortVector d0 = ShortVector.zero(SHORTS);
    ShortVector d1 = ShortVector.zero(SHORTS);
    int t = table;
    for (int k = pass.from(); k < pass.to(); k++) {
      int from = offset[k] + q;
      ShortVector i0 = ShortVector.fromArray(SHORTS, planes, from);
      ShortVector i1 = ShortVector.fromArray(SHORTS, planes, from + S);
      ShortVector a = ShortVector.fromArray(SHORTS, tables, t);
      ShortVector b = ShortVector.fromArray(SHORTS, tables, t + S);
      a0 = i0.selectFrom(a).add(a0);
      a1 = i1.selectFrom(a).add(a1);
      b0 = i0.selectFrom(b).add(b0);
      b1 = i1.selectFrom(b).add(b1);
      ShortVector c = ShortVector.fromArray(SHORTS, tables, t + 2 * S);
      ShortVector d = ShortVector.fromArray(SHORTS, tables, t + 3 * S);
      c0 = i0.selectFrom(c).add(c0);
      c1 = i1.selectFrom(c).add(c1);
      d0 = i0.selectFrom(d).add(d0);
      d1 = i1.selectFrom(d).add(d1);
      t += Lookup.TABLES * S;
    }
    short[] sums = all.sums();
    ShortVector.zero(SHORTS).add(a0).intoArray(sums, at);
    ShortVector.zero(SHORTS).add(a1).intoArray(sums, at + S);
    ShortVector.zero(SHORTS).add(b0).intoArray(sums, at + lanes);
    ShortVector.zero(SHORTS).add(b1).intoArray(sums, at + lanes + S);
    ShortVector.zero(SHORTS).add(c0).intoArray(sums, at + 2 * lanes);
    ShortVector.zero(SHORTS).add(c1).intoArray(sums, at + 2 * lanes + S);
    ShortVector.zero(SHORTS).add(d0).intoArray(sums, at + 3 * lanes);
    ShortVector.zero(SHORTS).add(d1).intoArray(sums, at + 3 * lanes + S);
  }

  private static void one(
      Lookup.Buffers all, int[] offset, Lookup.Pass pass, int table, int at, int q, int lanes) {
    short[] planes = all.planes();
    short[] tables = pass.tables();
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = ShortVector.zero(SHORTS);
    ShortVector c = ShortVector.zero(SHORTS);
    ShortVector d = ShortVector.zero(SHORTS);
    int t = table;
    for (int k = pass.from(); k < pass.to(); k++) {
      ShortVector bits = ShortVector.fromArray(SHORTS, planes, offset[k] + q);
      a = bits.selectFrom(ShortVector.fromArray(SHORTS, tables, t)).add(a);
      b = bits.selectFrom(ShortVector.fromArray(SHORTS, tables, t + S)).add(b);
      c = bits.selectFrom(ShortVector.fromArray(SHORTS, tables, t + 2 * S)).add(c);
      d = bits.selectFrom(ShortVector.fromArray(SHORTS, tables, t + 3 * S)).add(d);
      t += Lookup.TABLES * S;
    }
    short[] sums = all.sums();
    ShortVector.zero(SHORTS).add(a).intoArray(sums, at);
    ShortVector.zero(SHORTS).add(b).intoArray(sums, at + lanes);
    ShortVector.zero(SHORTS).add(c).intoArray(sums, at + 2 * lanes);
    ShortVector.zero(SHORTS).add(d).intoArray(sums, at + 3 * lanes);
  }
}
