package org.rheobase.sim;

import java.util.Arrays;

/** The loops of lookups in plain Java: the specification of {@link VectorLookup}. */
final class PlainLookup implements LookupLoops {
  @Override
  public boolean areFast() {
    return false;
  }

  @Override
  public void prepare(Events events, Lookup lookup, Lookup.Buffers all) {
    short[] bits = events.singleBits();
    LookupLayout layout = lookup.layout();
    for (int g = 0; g < events.groups; g++) {
      int words = g * layout.phases() * layout.length();
      for (LookupLayout.Run run : layout.runs()) {
        for (int i = 0; i < run.count(); i++) {
          all.words()[words + run.to() + i] =
              bits[g * events.positions + run.from() + i * run.step()];
        }
      }
    }
    for (int p = 0; p < layout.planes().size(); p++) {
      LookupLayout.Plane plane = layout.planes().get(p);
      for (int q = 0; q < plane.length(); q++) {
        int five = 0;
        for (LookupLayout.Piece piece : plane.pieces()) {
          int word = Short.toUnsignedInt(all.words()[piece.from() + q]);
          int moved = piece.shift() < 0 ? word << -piece.shift() : word >> piece.shift();
          five |= moved & piece.mask();
        }
        all.planes()[p * layout.length() + q] = (short) five;
      }
    }
  }

  @Override
  public void lookUp(Lookup lookup, Lookup.Pass pass, Lookup.Buffers all) {
    LookupLayout layout = lookup.layout();
    int n = pass.to() - pass.from();
    for (int column = 0; column < lookup.channels() * lookup.limbs(); column++) {
      for (int q = 0; q < layout.lanes(); q++) {
        int sum = 0;
        for (int k = 0; k < n; k++) {
          int block = column / Lookup.TABLES * n + k;
          int table = (block * Lookup.TABLES + column % Lookup.TABLES) * LookupLayout.ENTRIES;
          sum += pass.tables()[table + all.planes()[layout.offset()[pass.from() + k] + q]];
        }
        all.sums()[column * layout.lanes() + q] = (short) sum;
      }
    }
  }

  @Override
  public void addSums(Lookup lookup, Lookup.Buffers all, int[] target) {
    for (int q = 0; q < lookup.layout().lanes(); q++) {
      int at = lookup.to()[q];
      for (int o = 0; at >= 0 && o < lookup.channels(); o++) {
        target[at + o] += sum(lookup, all, o, q);
      }
    }
  }

  @Override
  public void addByChannel(Lookup lookup, Lookup.Buffers all, int[] target) {
    int lanes = lookup.layout().lanes();
    for (int i = 0; i < lookup.channels() * lanes; i++) {
      target[i] += sum(lookup, all, i / lanes, i % lanes);
    }
  }

  private static int sum(Lookup lookup, Lookup.Buffers all, int channel, int q) {
    int lanes = lookup.layout().lanes();
    int low = all.sums()[channel * lookup.limbs() * lanes + q];
    int high = lookup.limbs() == 1 ? 0 : all.sums()[(2 * channel + 1) * lanes + q];
    return ((high << 8) + low) << lookup.shift()[channel];
  }

  @Override
  public void addMarked(short[] words, int lanes, int[] weights, int[] target) {
    for (int i = 0; i < weights.length * lanes; i++) {
      int channel = i / lanes;
      int word = words[channel / Events.LANES * lanes + i % lanes];
      target[i] += ((word >> channel % Events.LANES) & 1) * weights[channel];
    }
  }

  @Override
  public void fire(
      Lookup lookup,
      Lookup.Buffers all,
      int[] drive,
      int[] theta,
      int[] potentials,
      short[] fired) {
    int lanes = lookup.layout().lanes();
    Arrays.fill(fired, (short) 0);
    for (int i = 0; i < lookup.channels() * lanes; i++) {
      int channel = i / lanes;
      int v = potentials[i] + sum(lookup, all, channel, i % lanes) + drive[channel];
      if (v >= theta[channel]) {
        v -= theta[channel];
        fired[channel / Events.LANES * lanes + i % lanes] |= (short) (1 << channel % Events.LANES);
      }
      potentials[i] = Math.clamp(v, -SiteUnits.POTENTIAL_LIMIT, SiteUnits.POTENTIAL_LIMIT);
    }
  }
}
