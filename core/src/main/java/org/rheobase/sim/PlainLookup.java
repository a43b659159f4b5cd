package org.rheobase.sim;

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
  public void current(Lookup lookup, Lookup.Buffers all, int channel, boolean adds, int[] current) {
    for (int q = 0; q < lookup.layout().lanes(); q++) {
      current[q] = (adds ? current[q] : 0) + sum(lookup, all, channel, q);
    }
  }

  private static int sum(Lookup lookup, Lookup.Buffers all, int channel, int q) {
    int lanes = lookup.layout().lanes();
    int low = all.sums()[channel * lookup.limbs() * lanes + q];
    int high = lookup.limbs() == 1 ? 0 : all.sums()[(2 * channel + 1) * lanes + q];
    return ((high << 8) + low) << lookup.shift()[channel];
  }

  @Override
  public void addMarked(short[] words, int lanes, int channel, int weight, int[] current) {
    for (int q = 0; q < lanes; q++) {
      int word = words[channel / Events.LANES * lanes + q];
      current[q] += ((word >> channel % Events.LANES) & 1) * weight;
    }
  }

  @Override
  public void fire(
      int[] current,
      int drive,
      int theta,
      int[] potentials,
      int channel,
      int lanes,
      short[] fired) {
    for (int q = 0; q < lanes; q++) {
      int v = potentials[channel * lanes + q] + current[q] + drive;
      if (v >= theta) {
        v -= theta;
        fired[channel / Events.LANES * lanes + q] |= (short) (1 << channel % Events.LANES);
      }
      potentials[channel * lanes + q] =
          Math.max(-SiteUnits.POTENTIAL_LIMIT, Math.min(SiteUnits.POTENTIAL_LIMIT, v));
    }
  }
}
