package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.rheobase.graph.Shape;
import org.rheobase.sim.Plan.Stage;

/**
 * Sums, concatenation and padding of spikes, seen from the output: the entries of a position are
 * those of some input positions, one after the other, each with an offset added. Spikes that meet
 * in an element stay entries of their own.
 *
 * @param inputs nodes
 * @param first {@code [positions + 1]}: the runs of an output position
 * @param input of each run, an index into {@code inputs}
 * @param position of each run in its input
 * @param offset what is added to a run's elements
 */
record SpikeSum(int node, int[] inputs, int[] first, int[] input, int[] position, int[] offset)
    implements Stage {

  /**
   * @param shapes of the inputs
   * @param tables for every input, where its positions go in the output
   */
  static SpikeSum of(
      int node, int[] inputs, List<Shape> shapes, List<ScatterTable> tables, Shape out) {
    int channels = out.channels();
    int[] first = new int[out.area() + 1];
    for (ScatterTable table : tables) {
      for (int target : table.target()) {
        first[target / channels + 1]++;
      }
    }
    for (int p = 0; p < out.area(); p++) {
      first[p + 1] += first[p];
    }
    int[] next = first.clone();
    int runs = first[out.area()];
    SpikeSum sum = new SpikeSum(node, inputs, first, new int[runs], new int[runs], new int[runs]);
    for (int k = 0; k < inputs.length; k++) {
      ScatterTable table = tables.get(k);
      Shape in = shapes.get(k);
      for (int p = 0; p < in.area(); p++) {
        for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
          int run = next[table.target()[r] / channels]++;
          sum.input[run] = k;
          sum.position[run] = p;
          sum.offset[run] = table.target()[r] - p * in.channels();
        }
      }
    }
    return sum;
  }

  @Override
  public void run(State state, int slot, Loops loops) {
    Events[] from = new Events[inputs.length];
    for (int k = 0; k < from.length; k++) {
      from[k] = state.events(inputs[k], slot);
    }
    loops.join(from, this, state.events(node, slot));
  }

  @Override
  public int listed(int read) {
    return Arrays.stream(inputs).anyMatch(input -> input == read) ? Integer.MAX_VALUE : -1;
  }
}
