package org.rheobase.sim;

import java.util.List;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/** Something that adds its part of one step's current to potentials, or to a map in between. */
interface Accumulation {
  /**
   * Adds the current of one step.
   *
   * @param target {@code [h,w,c]}, in the units of its channels
   */
  void add(State state, int slot, int[] target, Loops loops);

  /** Up to how many spikes of a node it reads as a list; see {@link Events#listed}. */
  default int listed(int node) {
    return Integer.MAX_VALUE;
  }

  /**
   * Spikes or counts that enter as they are.
   *
   * @param one {@code [c]}: a spike in the target's units
   */
  record Direct(int source, ScatterTable table, int[] one) implements Accumulation {
    @Override
    public int listed(int node) {
      return node == source ? Integer.MAX_VALUE : -1;
    }

    @Override
    public void add(State state, int slot, int[] target, Loops loops) {
      Events events = state.events(source, slot);
      for (int p = 0; p < events.positions; p++) {
        int at = table.target()[p];
        int first = p * events.channels;
        for (int i = events.start[p]; i < events.start[p + 1]; i++) {
          int c = events.element[i] - first;
          target[at + c] += one[c];
        }
      }
    }
  }

  /**
   * Spikes or counts that stay where they are, each with the weight of its channel.
   *
   * @param weights {@code [c]}
   */
  record InPlace(int source, int[] weights) implements Accumulation {
    @Override
    public int listed(int node) {
      return -1;
    }

    @Override
    public void add(State state, int slot, int[] target, Loops loops) {
      loops.addInPlace(state.events(source, slot), weights, target);
    }
  }

  /**
   * A convolution in two forms: by events where spikes are rare in a step, dense otherwise.
   *
   * @param most elements of the source that may spike for it to count as rare
   */
  record ByDensity(int source, int most, Accumulation events, Accumulation dense)
      implements Accumulation {
    @Override
    public void add(State state, int slot, int[] target, Loops loops) {
      boolean isRare = state.events(source, slot).size() <= most;
      (isRare ? events : dense).add(state, slot, target, loops);
    }

    @Override
    public int listed(int node) {
      return Math.max(Math.min(most, events.listed(node)), dense.listed(node));
    }
  }

  /**
   * A constant or analog value, rounded to the target's units.
   *
   * @param scale {@code [c]}: 1 / unit of the value's channels
   */
  record Rounded(int source, Shape shape, View view, double[] scale) implements Accumulation {
    @Override
    public int listed(int node) {
      return -1;
    }

    @Override
    public void add(State state, int slot, int[] target, Loops loops) {
      double[] value = state.value(source, slot);
      int from = 0;
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          loops.addRounded(value, from, scale, target, view.at(y, x));
          from += scale.length;
        }
      }
    }
  }

  /**
   * The maximum over windows of a current of its own.
   *
   * @param scratch index of the buffer that holds that current
   * @param drive index of its constant part, {@code [h,w,c]}
   * @param parts the rest of it
   * @param view where the maximum lies in the target
   */
  record Maximum(
      int scratch,
      int drive,
      List<Accumulation> parts,
      Window window,
      Shape in,
      Shape out,
      View view)
      implements Accumulation {

    @Override
    public void add(State state, int slot, int[] target, Loops loops) {
      int[] current = state.scratch(scratch);
      System.arraycopy(state.drive(drive), 0, current, 0, current.length);
      for (Accumulation part : parts) {
        part.add(state, slot, current, loops);
      }
      for (int oy = 0; oy < out.height(); oy++) {
        for (int ox = 0; ox < out.width(); ox++) {
          addMaximum(current, oy, ox, target, view.at(oy, ox));
        }
      }
    }

    @Override
    public int listed(int node) {
      return parts.stream().mapToInt(part -> part.listed(node)).max().orElse(-1);
    }

    private void addMaximum(int[] current, int oy, int ox, int[] target, int at) {
      Window w = window;
      int channels = in.channels();
      for (int c = 0; c < channels; c++) {
        int max = Integer.MIN_VALUE;
        for (int ky = 0; ky < w.kernelHeight(); ky++) {
          int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
          if (iy < 0 || iy >= in.height()) {
            continue;
          }
          for (int kx = 0; kx < w.kernelWidth(); kx++) {
            int ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
            if (ix >= 0 && ix < in.width()) {
              max = Math.max(max, current[(iy * in.width() + ix) * channels + c]);
            }
          }
        }
        target[at + c] += max;
      }
    }
  }
}
