package org.rheobase.sim;

import java.util.ArrayList;
import java.util.List;
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

  private final Kernels kernels;
  private final List<Integer> scratch = new ArrayList<>();
  private final List<DenseProduct.Prepared> products = new ArrayList<>();

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
    DenseProduct dense =
        kernels.costs().equals(CostModel.EVENTS)
            ? null
            : DenseProduct.of(
                source, most, conv, integers, in, out, view, kernels.backend(), products);
    double crossover = dense == null ? 1 : crossover(conv, dense.limbs(), most);
    if (dense != null && crossover <= 0) {
      return dense;
    }
    Accumulation events = null;
    if (loops().collects() && most <= MOST_COLLECTED) {
      events = gather(source, most, conv, integers, in, out, view);
    }
    if (events == null) {
      int times = buffer(in.channels());
      events = Scatter.of(source, times, conv, integers, in, out, view);
    }
    if (dense == null) {
      return events;
    }
    if (crossover >= 1) {
      products.remove(dense.product());
      return events;
    }
    return new Accumulation.ByDensity(source, (int) (crossover * in.size()), events, dense);
  }

  private @Nullable Accumulation gather(
      int source, int most, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    Gather gather = Gather.of(source, scratch.size(), most, conv, integers, in, out, view);
    if (gather != null) {
      scratch.add(Gather.listLength(conv, in, most));
    }
    return gather;
  }

  private double crossover(Op.Conv conv, int limbs, int most) {
    Window w = conv.window();
    double channels = Math.sqrt((double) conv.inChannels() * conv.outChannels());
    boolean isPointwise = w.kernelHeight() * w.kernelWidth() == 1;
    double measured = kernels.costs().crossover(channels, isPointwise, limbs);
    return most <= MOST_COLLECTED ? measured : measured / SPREADING;
  }
}
