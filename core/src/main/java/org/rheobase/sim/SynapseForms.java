package org.rheobase.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/** Chooses the forms in which convolutions of spikes are computed, and keeps what they share. */
final class SynapseForms {
  /**
   * Outputs collect counts up to here, spike by spike; where an element may stand for more, its
   * weights are spread once, times the count.
   */
  private static final int MOST_COLLECTED = 32;

  /** Spreading takes about this many times as long as outputs that collect. */
  private static final double SPREADING = 2;

  /** Lanes that lookups take for an output position in the layers that costs are measured on. */
  private static final double USUAL_LANES = 1.15;

  /**
   * Spikes per neuron and step below which events gain too little over lookups to make up for
   * neurons that must be updated as either leaves its sums.
   */
  private static final double RARE = 0.04;

  private final Kernels kernels;
  private final List<Integer> scratch = new ArrayList<>();
  private final List<DenseProduct.Prepared> products = new ArrayList<>();
  private final List<Lookup> lookups = new ArrayList<>();

  SynapseForms(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Lengths of buffers that are shared by the steps of a block. */
  List<Integer> scratch() {
    return scratch;
  }

  List<DenseProduct.Prepared> products() {
    return products;
  }

  List<Lookup> lookups() {
    return lookups;
  }

  /** A lookup whose rows lie farther apart, in place of the one that was made. */
  Lookup withPitch(Lookup lookup, int pitch) {
    if (lookup.layout().pitch() == pitch) {
      return lookup;
    }
    Lookup apart = lookup.withPitch(pitch);
    lookups.set(lookup.buffers(), apart);
    return apart;
  }

  Loops loops() {
    return kernels.loops();
  }

  /** A new buffer's index. */
  int buffer(int length) {
    scratch.add(length);
    return scratch.size() - 1;
  }

  /**
   * @param most spikes that an element may stand for
   * @param integers {@code [out, in / groups, ky, kx]}, in the units of the target
   */
  Accumulation of(
      int source, int most, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    boolean isInPlace =
        conv.isDepthwise() && conv.window().isPointwise() && view.equals(View.whole(out));
    if (isInPlace) {
      return new Accumulation.InPlace(source, integers);
    }
    if (loops().collects() && most == 1 && conv.isDepthwise() && conv.groups() > 1) {
      return Depthwise.of(source, conv, integers, in, out, view);
    }
    Dense dense = dense(source, most, conv, integers, in, out, view);
    if (dense != null
        && (dense.crossover() <= 0
            || (dense.form() instanceof Lookup && dense.crossover() < RARE))) {
      return dense.form();
    }
    Accumulation events = null;
    if (loops().collects() && most <= MOST_COLLECTED) {
      events = gather(source, most, conv, integers, in, out, view);
    }
    if (events == null) {
      int times = conv.groups() == 1 ? buffer(in.channels()) : -1;
      events = Scatter.of(source, times, conv, integers, in, out, view);
    }
    return dense == null
        ? events
        : new Accumulation.ByDensity(
            source, (int) (dense.crossover() * in.size()), events, dense.form());
  }

  /**
   * A form that takes the same time at any density.
   *
   * @param crossover spikes per neuron and step from which it is faster than events
   */
  private record Dense(Accumulation form, double crossover) {}

  /** The faster one of lookups and a dense product; null where events always are. */
  private @Nullable Dense dense(
      int source, int most, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    // Tables are made only where weights of some width may be worth them.
    boolean mayLookUp =
        most == 1
            && (crossover(conv, CostModel.Entry::lookup, 1) < 1
                || crossover(conv, CostModel.Entry::lookup, 2) < 1);
    Lookup lookup =
        mayLookUp ? Lookup.of(source, lookups.size(), conv, integers, in, out, view) : null;
    double fromLookup =
        lookup == null
            ? 1
            : crossover(conv, CostModel.Entry::lookup, lookup.limbs())
                * (lookup.lanesPerPosition() / USUAL_LANES);
    DenseProduct product =
        kernels.costs().hasProducts()
            ? DenseProduct.of(
                source, most, conv, integers, in, out, view, kernels.backend(), products)
            : null;
    double fromProduct =
        product == null
            ? 1
            : crossover(conv, CostModel.Entry::product, product.limbs())
                / (most <= MOST_COLLECTED ? 1 : SPREADING);
    if (product != null && fromProduct < Math.min(fromLookup, 1)) {
      return new Dense(product, fromProduct);
    }
    if (product != null) {
      products.remove(product.product());
    }
    if (lookup == null || fromLookup >= 1) {
      return null;
    }
    lookups.add(lookup);
    return new Dense(lookup, fromLookup);
  }

  private @Nullable Accumulation gather(
      int source, int most, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    Gather gather = Gather.of(source, scratch.size(), conv, integers, in, out, view);
    if (gather != null) {
      scratch.add(Gather.listLength(conv, in, most));
    }
    return gather;
  }

  private double crossover(Op.Conv conv, ToDoubleFunction<CostModel.Entry> form, int limbs) {
    Window w = conv.window();
    double channels = Math.sqrt((double) conv.inChannels() * conv.outChannels());
    boolean isPointwise = w.kernelHeight() * w.kernelWidth() == 1;
    return kernels.costs().crossover(form, channels, isPointwise, limbs);
  }
}
