package org.rheobase.sim;

import java.util.List;
import org.rheobase.graph.Shape;

/**
 * A spiking graph compiled for the event-driven simulator.
 *
 * @param nodes what is kept of every node, in the graph's order
 * @param initialPotentials per site, {@code [h,w,c]}
 * @param drives the constant parts of currents
 * @param scratch lengths of buffers that are shared by the steps of a block
 * @param products dense products of bytes
 * @param lookups convolutions by lookups
 * @param once computes constants, in order, before the first step
 * @param perStep computes one time step, in order
 */
record Plan(
    List<Storage> nodes,
    List<int[]> initialPotentials,
    List<Drive> drives,
    List<Integer> scratch,
    List<DenseProduct.Prepared> products,
    List<Lookup> lookups,
    List<Stage> once,
    List<Stage> perStep) {

  /** Events of one node in one step. */
  static final int MOST_EVENTS = 1 << 28;

  /**
   * What a node's value is kept as.
   *
   * @param most spikes that an element may stand for
   * @param listed up to how many spikes of a step somebody reads as a list, see {@link
   *     Events#listed}
   */
  record Storage(
      Shape shape, boolean hasEvents, int most, boolean hasValue, boolean isConstant, int listed) {
    Storage withListed(int spikes) {
      return new Storage(shape, hasEvents, most, hasValue, isConstant, spikes);
    }

    /** Bytes per slot, events at their usual size. */
    long bytes() {
      return (hasEvents ? (long) shape.size() * most / 2 : 0)
          + (hasValue && !isConstant ? shape.size() * 8L : 0);
    }
  }

  /**
   * A current that is the same at every step.
   *
   * @param base what is known at compile time, {@code [c]} or {@code [h,w,c]}
   * @param constants what depends on the image
   */
  record Drive(int[] base, List<Accumulation> constants) {}

  /** Computes one node for one step. */
  interface Stage {
    void run(State state, int slot, Loops loops);

    /** Up to how many spikes of a node it reads as a list; see {@link Events#listed}. */
    default int listed(int node) {
      return Integer.MAX_VALUE;
    }
  }

  long bytesPerSlot() {
    return nodes.stream().mapToLong(Storage::bytes).sum();
  }
}
