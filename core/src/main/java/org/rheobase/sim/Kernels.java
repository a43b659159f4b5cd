package org.rheobase.sim;

import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.dense.JavaBackend;

/**
 * What a compiled network may compute with; the result does not depend on it.
 *
 * @param loops for single spikes
 * @param backend for products of bytes
 * @param costs when to use which
 */
record Kernels(Loops loops, DenseBackend backend, CostModel costs) {
  /** The fastest of each on this machine. */
  static Kernels best(CostModel costs) {
    DenseBackend backend = costs.hasProducts() ? DenseBackends.best() : new JavaBackend();
    return new Kernels(Loops.best(), backend, costs);
  }

  /** Spikes one by one, never a dense product. */
  static Kernels events(Loops loops) {
    return new Kernels(loops, new JavaBackend(), CostModel.EVENTS);
  }
}
