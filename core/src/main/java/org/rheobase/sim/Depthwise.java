package org.rheobase.sim;

import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A depthwise convolution of single spikes, seen from its output: a position adds up, for every
 * kernel cell, the weights of those channels that spiked there.
 *
 * @param source index of the node whose spikes it reads
 * @param target {@code [positions]}: where an output position lies in the target
 * @param first {@code [positions + 1]}: the kernel cells that lie on the map
 * @param position of the input, for each of these
 * @param weight where its weights begin
 * @param weights {@code [ky][kx][channels, filled up to whole groups]}
 */
record Depthwise(int source, int[] target, int[] first, int[] position, int[] weight, int[] weights)
    implements Accumulation {

  /**
   * @param integers {@code [channels, 1, ky, kx]}, in the units of the target
   * @param view where the output lies in the target
   */
  static Depthwise of(int source, Op.Conv conv, int[] integers, Shape in, Shape out, View view) {
    Window w = conv.window();
    int cells = w.kernelHeight() * w.kernelWidth();
    int row = Math.ceilDiv(conv.outChannels(), Events.LANES) * Events.LANES;
    int[] weights = new int[cells * row];
    for (int i = 0; i < integers.length; i++) {
      weights[i % cells * row + i / cells] = integers[i];
    }
    int[] target = new int[out.area()];
    int[] first = new int[out.area() + 1];
    int[] position = new int[out.area() * cells];
    int[] weight = new int[out.area() * cells];
    int used = 0;
    for (int p = 0; p < out.area(); p++) {
      int oy = p / out.width();
      int ox = p % out.width();
      target[p] = view.at(oy, ox);
      for (int cell = 0; cell < cells; cell++) {
        int ky = cell / w.kernelWidth();
        int kx = cell % w.kernelWidth();
        int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
        int ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
        if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
          position[used] = iy * in.width() + ix;
          weight[used++] = cell * row;
        }
      }
      first[p + 1] = used;
    }
    return new Depthwise(source, target, first, position, weight, weights);
  }

  @Override
  public int listed(int node) {
    return -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    loops.depthwise(state.events(source, slot), this, target);
  }
}
