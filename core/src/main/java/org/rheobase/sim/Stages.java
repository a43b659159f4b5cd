package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.sim.Plan.Stage;

/** The kinds of stages that a plan consists of. */
final class Stages {
  private Stages() {}

  /**
   * Integrates the currents into the potentials themselves, then fires.
   *
   * @param isHard whether spikes reset the potential to 0
   */
  record Site(int node, int site, int drive, int[] theta, boolean isHard, List<Accumulation> parts)
      implements Stage {
    @Override
    public void run(State state, int slot, Loops loops) {
      int[] potentials = state.potentials(site);
      for (Accumulation part : parts) {
        part.add(state, slot, potentials, loops);
      }
      Events spikes = state.events(node, slot);
      loops.fire(potentials, state.drive(drive), theta, spikes);
      if (isHard) {
        for (int i = 0; i < spikes.size(); i++) {
          potentials[spikes.element[i]] = 0;
        }
      }
    }

    @Override
    public int listed(int read) {
      if (isHard && read == node) {
        return Integer.MAX_VALUE;
      }
      return parts.stream().mapToInt(part -> part.listed(read)).max().orElse(-1);
    }
  }

  /** Any operation on values. */
  record Analog(int node, int[] inputs, AnalogOp op) implements Stage {
    @Override
    public void run(State state, int slot, Loops loops) {
      double[][] values = new double[inputs.length][];
      for (int k = 0; k < inputs.length; k++) {
        values[k] = state.value(inputs[k], slot);
      }
      op.run(Arrays.asList(values), state.value(node, slot));
    }

    @Override
    public int listed(int read) {
      return -1;
    }
  }

  /**
   * A convolution of spikes whose result is a value: an exact sum of integers, then {@code unit *
   * sum + bias}.
   *
   * @param unit {@code [c]}
   * @param bias {@code [c]}
   */
  record Projection(int node, int scratch, Accumulation synapses, double[] unit, double[] bias)
      implements Stage {
    @Override
    public void run(State state, int slot, Loops loops) {
      int[] sums = state.clearedScratch(scratch);
      synapses.add(state, slot, sums, loops);
      double[] value = state.value(node, slot);
      int channels = unit.length;
      for (int i = 0; i < value.length; i += channels) {
        for (int c = 0; c < channels; c++) {
          value[i + c] = sums[i + c] * unit[c] + bias[c];
        }
      }
    }

    @Override
    public int listed(int read) {
      return synapses.listed(read);
    }
  }

  /** Spikes or counts as values. */
  record Densify(int node) implements Stage {
    @Override
    public void run(State state, int slot, Loops loops) {
      Events events = state.events(node, slot);
      double[] value = state.value(node, slot);
      Arrays.fill(value, 0);
      for (int i = 0; i < events.size(); i++) {
        value[events.element[i]]++;
      }
    }

    @Override
    public int listed(int read) {
      return read == node ? Integer.MAX_VALUE : -1;
    }
  }

  /**
   * Maxima of spikes or counts over windows.
   *
   * @param table where the input's positions go in the output; the channel is added
   * @param counts index of a buffer of a position's channels, zeros
   * @param scratch index of a buffer of the output, zeros
   */
  record Maximum(int node, int input, ScatterTable table, int counts, int scratch)
      implements Stage {
    @Override
    public void run(State state, int slot, Loops loops) {
      int[] map = state.scratch(scratch);
      int[] count = state.scratch(counts);
      Events in = state.events(input, slot);
      for (int p = 0; p < in.positions; p++) {
        int first = p * in.channels;
        for (int i = in.start[p]; i < in.start[p + 1]; i++) {
          count[in.element[i] - first]++;
        }
        for (int i = in.start[p]; i < in.start[p + 1]; i++) {
          int c = in.element[i] - first;
          if (count[c] > 0) { // else it was an earlier entry's
            for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
              int at = table.target()[r] + c;
              map[at] = Math.max(map[at], count[c]);
            }
            count[c] = 0;
          }
        }
      }
      state.events(node, slot).collect(map);
    }

    @Override
    public int listed(int read) {
      return read == input ? Integer.MAX_VALUE : -1;
    }
  }

  /**
   * The same elements elsewhere.
   *
   * @param first {@code [elements + 1]}: element {@code i} goes to {@code target[first[i] ..
   *     first[i+1])}
   */
  record Moved(int node, int input, int[] first, int[] target, int scratch) implements Stage {
    static Moved of(int node, int input, Op.Movement op, Shape from, Shape to, int scratch) {
      int[] sources = Layout.inside(Movements.sources(op, from, to), from, to);
      int[] first = new int[from.size() + 1];
      for (int source : sources) {
        first[source + 1]++;
      }
      for (int i = 1; i < first.length; i++) {
        first[i] += first[i - 1];
      }
      int[] next = first.clone();
      int[] target = new int[sources.length];
      for (int i = 0; i < sources.length; i++) {
        target[next[sources[i]]++] = i;
      }
      return new Moved(node, input, first, target, scratch);
    }

    @Override
    public void run(State state, int slot, Loops loops) {
      int[] map = state.scratch(scratch);
      Events in = state.events(input, slot);
      for (int i = 0; i < in.size(); i++) {
        int from = in.element[i];
        for (int k = first[from]; k < first[from + 1]; k++) {
          map[target[k]]++;
        }
      }
      state.events(node, slot).collect(map);
    }

    @Override
    public int listed(int read) {
      return read == input ? Integer.MAX_VALUE : -1;
    }
  }
}
