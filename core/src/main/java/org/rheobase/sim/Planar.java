package org.rheobase.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Shape;

/**
 * A site whose current comes from lookups, and from a shortcut at most: neurons are updated channel
 * by channel, where the lookups leave their sums, instead of position by position.
 *
 * @param site index of its potentials, {@code [channels][lanes]}
 * @param drive index of its constant current, {@code [channels]}
 * @param theta {@code [channels]}
 * @param shape of the site
 * @param lookups of one pass each, and of the same pitch
 * @param shortcut spikes that enter where they are
 */
record Planar(
    int node,
    int site,
    int drive,
    int[] theta,
    Shape shape,
    List<Lookup> lookups,
    Accumulation.@Nullable InPlace shortcut)
    implements Plan.Stage {

  /** Rows of a map that lie apart by a pitch, or do not. */
  private record Rows(Shape shape, int pitch) {
    /** From {@code [groups][height * width]} to {@code [groups][lanes]}. */
    void spread(short[] bits, short[] apart, int lanes) {
      for (int row = 0; row < groups() * shape.height(); row++) {
        int group = row / shape.height();
        int y = row % shape.height();
        System.arraycopy(
            bits, row * shape.width(), apart, group * lanes + y * pitch, shape.width());
      }
    }

    void gather(short[] apart, int lanes, short[] bits) {
      for (int row = 0; row < groups() * shape.height(); row++) {
        int group = row / shape.height();
        int y = row % shape.height();
        System.arraycopy(
            apart, group * lanes + y * pitch, bits, row * shape.width(), shape.width());
      }
    }

    private int groups() {
      return Math.ceilDiv(shape.channels(), Events.LANES);
    }
  }

  /**
   * Makes a site of its parts; null where other parts than these bring current, or lookups of
   * several passes, or a shortcut of counts.
   *
   * @param drives of the plan
   * @param nodes of the plan
   * @param forms has the lookups
   */
  static @Nullable Planar of(
      Stages.Site site,
      Shape shape,
      List<Plan.Drive> drives,
      List<Plan.Storage> nodes,
      SynapseForms forms) {
    Plan.Drive drive = drives.get(site.drive());
    boolean isUniform = drive.constants().isEmpty() && drive.base().length == shape.channels();
    if (site.isHard() || !isUniform) {
      return null;
    }
    View whole = View.whole(shape);
    List<Lookup> lookups =
        site.parts().stream()
            .filter(Lookup.class::isInstance)
            .map(Lookup.class::cast)
            .filter(lookup ->
                lookup.passes().size() == 1
                    && lookup.view().equals(whole)
                    && isAlike(lookup.out(), shape))
            .toList();
    List<Accumulation.InPlace> shortcuts =
        site.parts().stream()
            .filter(Accumulation.InPlace.class::isInstance)
            .map(Accumulation.InPlace.class::cast)
            .filter(inPlace -> {
              Plan.Storage source = nodes.get(inPlace.source());
              return source.most() == 1 && isAlike(source.shape(), shape);
            })
            .toList();
    if (lookups.isEmpty()
        || shortcuts.size() > 1
        || lookups.size() + shortcuts.size() < site.parts().size()) {
      return null;
    }
    int pitch = lookups.stream().mapToInt(lookup -> lookup.layout().pitch()).max().orElseThrow();
    List<Lookup> alike = lookups.stream().map(lookup -> forms.withPitch(lookup, pitch)).toList();
    return new Planar(
        site.node(),
        site.site(),
        site.drive(),
        site.theta(),
        shape,
        alike,
        shortcuts.isEmpty() ? null : shortcuts.getFirst());
  }

  /** A part that is padded to the site's size covers less of it. */
  private static boolean isAlike(Shape part, Shape site) {
    return part.channels() == site.channels()
        && part.height() == site.height()
        && part.width() == site.width();
  }

  /** Potentials {@code [h,w,c]} as they are kept here. */
  int[] byLanes(int[] potentials) {
    LookupLayout layout = lookups.getFirst().layout();
    int[] lanes = new int[shape.channels() * layout.lanes()];
    for (int i = 0; i < potentials.length; i++) {
      int p = i / shape.channels();
      int q = p / shape.width() * layout.pitch() + p % shape.width();
      lanes[i % shape.channels() * layout.lanes() + q] = potentials[i];
    }
    return lanes;
  }

  @Override
  public void run(State state, int slot, Loops loops) {
    LookupLoops inner = loops.lookups();
    Lookup first = lookups.getFirst();
    int lanes = first.layout().lanes();
    for (Lookup lookup : lookups) {
      Events in = state.events(lookup.source(), slot);
      Lookup.Buffers all = state.lookup(lookup.buffers());
      inner.prepare(in, lookup, all);
      inner.lookUp(lookup, lookup.passes().getFirst(), all);
    }
    Lookup.Buffers own = state.lookup(first.buffers());
    Rows rows = new Rows(shape, first.layout().pitch());
    if (shortcut != null) {
      rows.spread(state.events(shortcut.source(), slot).singleBits(), own.shortcut(), lanes);
    }
    int[] potentials = state.potentials(site);
    for (Lookup lookup : lookups.subList(1, lookups.size())) {
      inner.addByChannel(lookup, state.lookup(lookup.buffers()), potentials);
    }
    if (shortcut != null) {
      inner.addMarked(own.shortcut(), lanes, shortcut.weights(), potentials);
    }
    inner.fire(first, own, state.drive(drive), theta, potentials, own.fired());
    Events spikes = state.events(node, slot);
    rows.gather(own.fired(), lanes, spikes.singleBits());
    spikes.countBits();
    loops.list(spikes);
  }

  @Override
  public int listed(int read) {
    return -1;
  }
}
