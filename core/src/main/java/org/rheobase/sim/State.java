package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.dense.ByteConvolution;

/**
 * What one simulator writes, but for tiles of convolutions ({@link SingleConvolution}): values of
 * the nodes for the steps of one block, potentials, constant currents. A slot is a step within the
 * block.
 */
final class State {
  /** {@code [node][slot]}. */
  private final Events[] @Nullable [] events;

  /** {@code [node][slot]}; a constant has one array in all slots. */
  private final double[] @Nullable [][] values;

  private final int[][] potentials;
  private final int[][] drives;
  private final int[][] scratch;
  private final List<DenseProduct.Prepared> products;
  private final List<Lookup> lookups;
  private final Lookup.@Nullable Buffers[] lookupBuffers;
  private final ByteConvolution.@Nullable Run[] runs;

  State(Plan plan, int slots) {
    int nodes = plan.nodes().size();
    events = new Events[nodes][];
    values = new double[nodes][][];
    for (int n = 0; n < nodes; n++) {
      Plan.Storage storage = plan.nodes().get(n);
      if (storage.hasEvents()) {
        events[n] = new Events[slots];
        for (int s = 0; s < slots; s++) {
          events[n][s] = new Events(storage.shape(), storage.most() > 1, storage.listed());
        }
      }
      if (storage.hasValue()) {
        values[n] = new double[slots][];
        for (int s = 0; s < slots; s++) {
          values[n][s] =
              s > 0 && storage.isConstant() ? values[n][0] : new double[storage.shape().size()];
        }
      }
    }
    potentials = plan.initialPotentials().stream().map(int[]::clone).toArray(int[][]::new);
    drives = plan.drives().stream().map(d -> d.base().clone()).toArray(int[][]::new);
    scratch = plan.scratch().stream().map(int[]::new).toArray(int[][]::new);
    products = plan.products();
    lookups = plan.lookups();
    lookupBuffers = new Lookup.@Nullable Buffers[lookups.size()];
    runs = new ByteConvolution.@Nullable Run[products.size()];
  }

  /** Forgets the last image. */
  void reset(Plan plan) {
    for (int s = 0; s < potentials.length; s++) {
      copy(plan.initialPotentials().get(s), potentials[s]);
    }
    List<Plan.Drive> all = plan.drives();
    for (int d = 0; d < drives.length; d++) {
      copy(all.get(d).base(), drives[d]);
    }
  }

  Events events(int node, int slot) {
    Events[] slots = events[node];
    if (slots == null) {
      throw new IllegalStateException("node " + node + " keeps no events");
    }
    return slots[slot];
  }

  double[] value(int node, int slot) {
    double[][] slots = values[node];
    if (slots == null) {
      throw new IllegalStateException("node " + node + " keeps no value");
    }
    return slots[slot];
  }

  int[] potentials(int site) {
    return potentials[site];
  }

  int[] drive(int index) {
    return drives[index];
  }

  int[] scratch(int index) {
    return scratch[index];
  }

  int[] clearedScratch(int index) {
    Arrays.fill(scratch[index], 0);
    return scratch[index];
  }

  /** A dense product's memory, taken when it is first used. */
  ByteConvolution.Run product(int index) {
    ByteConvolution.Run run = runs[index];
    if (run == null) {
      run = products.get(index).get().newRun();
      runs[index] = run;
    }
    return run;
  }

  /** What a convolution by lookups writes, taken when it is first used. */
  Lookup.Buffers lookup(int index) {
    Lookup.Buffers buffers = lookupBuffers[index];
    if (buffers == null) {
      buffers = Lookup.Buffers.of(lookups.get(index));
      lookupBuffers[index] = buffers;
    }
    return buffers;
  }

  /** Gives native memory back; the state is of no use then. */
  void close() {
    for (ByteConvolution.Run run : runs) {
      if (run != null) {
        run.close();
      }
    }
  }

  private static void copy(int[] from, int[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
