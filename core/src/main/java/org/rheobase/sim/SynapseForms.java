package org.rheobase.sim;

import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/** Chooses the form in which a convolution of spikes is computed. */
final class SynapseForms {
  private SynapseForms() {}

  /**
   * @param isCounted whether an event may stand for several spikes
   * @param integers {@code [out, in / groups, ky, kx]}, in the units of the target
   * @param scratch the plan's buffers, to append to
   */
  static Accumulation of(
      int source,
      boolean isCounted,
      Op.Conv conv,
      int[] integers,
      Shape in,
      Shape out,
      View view,
      Loops loops,
      List<Integer> scratch) {
    boolean isInPlace =
        conv.isDepthwise() && conv.window().isPointwise() && view.equals(View.whole(out));
    if (isInPlace) {
      return new Accumulation.InPlace(source, integers);
    }
    if (loops.collects() && !isCounted && conv.isDepthwise() && conv.groups() > 1) {
      return Depthwise.of(source, conv, integers, in, out, view);
    }
    if (loops.collects() && !isCounted) {
      Gather gather = Gather.of(source, scratch.size(), conv, integers, in, out, view);
      if (gather != null) {
        scratch.add(Gather.listLength(conv, in));
        return gather;
      }
    }
    return Scatter.of(source, conv, integers, in, out, view);
  }
}
