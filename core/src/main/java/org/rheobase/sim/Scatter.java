package org.rheobase.sim;

import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A convolution of spikes or counts with integer weights, prepared to add the weights of every
 * spike to a target.
 *
 * @param source index of the node whose spikes it reads
 * @param times index of a buffer of the input's channels, zeros; only without groups
 * @param form how weights are laid out
 * @param weights {@code [in channel][ky][reversed kx][out channel of its group]}, or {@code
 *     [ky][reversed kx][channel]} when depthwise
 * @param block weights per input channel
 */
record Scatter(
    int source,
    int times,
    Form form,
    ScatterTable table,
    int[] weights,
    int block,
    int inPerGroup,
    int outPerGroup)
    implements Accumulation {

  enum Form {
    DENSE,
    GROUPED,
    DEPTHWISE
  }

  /**
   * @param times index of a buffer of the input's channels, zeros; only without groups
   * @param integers {@code [out, in / groups, ky, kx]}, in the units of the target
   * @param view where the output lies in the target
   */
  static Scatter of(
      int source, int times, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    Window w = conv.window();
    int cells = w.kernelHeight() * w.kernelWidth();
    int inPerGroup = conv.weight().dim(1);
    int outPerGroup = conv.outChannels() / conv.groups();
    boolean isDepthwise = conv.isDepthwise() && conv.groups() > 1;
    int row = isDepthwise ? conv.outChannels() : outPerGroup;
    int[] weights = new int[integers.length];
    int block = cells * outPerGroup;
    int from = 0;
    for (int o = 0; o < conv.outChannels(); o++) {
      int group = o / outPerGroup;
      for (int i = 0; i < inPerGroup; i++) {
        for (int ky = 0; ky < w.kernelHeight(); ky++) {
          for (int kx = 0; kx < w.kernelWidth(); kx++) {
            int cell = ScatterTable.cell(w, ky, kx) * row;
            int at =
                isDepthwise ? cell + o : (group * inPerGroup + i) * block + cell + o % outPerGroup;
            weights[at] = integers[from++];
          }
        }
      }
    }
    return new Scatter(
        source,
        times,
        isDepthwise ? Form.DEPTHWISE : conv.groups() == 1 ? Form.DENSE : Form.GROUPED,
        ScatterTable.of(w, in, out, view, row, conv.groups() == 1),
        weights,
        block,
        inPerGroup,
        outPerGroup);
  }

  @Override
  public int listed(int node) {
    return node == source ? Integer.MAX_VALUE : -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    Events events = state.events(source, slot);
    switch (form) {
      case DENSE -> loops.scatter(events, this, state.scratch(times), target);
      case GROUPED -> grouped(events, target);
      case DEPTHWISE -> depthwise(events, target);
    }
  }

  private void grouped(Events events, int[] target) {
    for (int p = 0; p < events.positions; p++) {
      for (int i = events.start[p]; i < events.start[p + 1]; i++) {
        int c = events.element[i] - p * events.channels;
        int shift = c / inPerGroup * outPerGroup;
        for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
          int w = c * block + table.weight()[r];
          int t = table.target()[r] + shift;
          for (int j = 0; j < outPerGroup; j++) {
            target[t + j] += weights[w + j];
          }
        }
      }
    }
  }

  private void depthwise(Events events, int[] target) {
    int[] element = events.element;
    for (int p = 0; p < events.positions; p++) {
      int from = events.start[p];
      int to = events.start[p + 1];
      if (from == to) {
        continue;
      }
      for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
        int w = table.weight()[r];
        int t = table.target()[r];
        for (int i = from; i < to; i++) {
          int c = element[i] - p * events.channels;
          target[t + c] += weights[w + c];
        }
      }
    }
  }
}
