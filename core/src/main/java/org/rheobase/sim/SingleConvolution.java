package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A convolution of analog values as linear islands have it at every step, in single precision, each
 * sum fused and in the order of {@link ReferenceOps}. A few output positions at a time, so that
 * sums stay in registers and results are consumed in the cache.
 */
final class SingleConvolution implements AnalogOp {
  /** Output positions of a tile. */
  static final int ROWS = 8;

  /** Output channels whose weights lie together. */
  static final int PANEL = 32;

  private final Window window;
  private final Shape in;
  private final Shape out;
  private final Loops loops;
  private final int groups;
  private final int inPerGroup;
  private final int outPerGroup;

  /** Of a group. */
  private final int panels;

  /** {@code [ky][kx][group][panel][in channel][PANEL]}, zeros behind a group's last channel. */
  private final float[] weights;

  /** {@code [out channel]}. */
  private final float[] bias;

  SingleConvolution(Op.Conv conv, Shape in, Shape out, Loops loops) {
    this.window = conv.window();
    this.in = in;
    this.out = out;
    this.loops = loops;
    this.groups = conv.groups();
    this.inPerGroup = conv.weight().dim(1);
    this.outPerGroup = conv.outChannels() / groups;
    this.panels = Math.ceilDiv(outPerGroup, PANEL);
    this.bias = conv.bias().values();
    int cells = window.kernelHeight() * window.kernelWidth();
    weights = new float[Math.multiplyExact(cells * groups * panels, inPerGroup * PANEL)];
    int from = 0;
    for (int o = 0; o < conv.outChannels(); o++) {
      int inGroup = o % outPerGroup;
      for (int i = 0; i < inPerGroup; i++) {
        for (int cell = 0; cell < cells; cell++) {
          int panel = (cell * groups + o / outPerGroup) * panels + inGroup / PANEL;
          weights[(panel * inPerGroup + i) * PANEL + inGroup % PANEL] = conv.weight().get(from++);
        }
      }
    }
  }

  @Override
  public void run(List<double[]> inputs, double[] y) {
    Scratch scratch = new Scratch();
    for (int p = 0; p < out.area(); p += ROWS) {
      sum(inputs.get(0), p, scratch);
      int rows = Math.min(ROWS, out.area() - p);
      for (int r = 0; r < rows; r++) {
        for (int g = 0; g < groups; g++) {
          int to = (p + r) * bias.length + g * outPerGroup;
          int from = (r * groups + g) * panels * PANEL;
          int channel = g * outPerGroup;
          for (int c = 0; c < outPerGroup; c++) {
            y[to + c] = scratch.sums[from + c] + bias[channel + c];
          }
        }
      }
    }
  }

  /**
   * Adds what output positions from {@code first} on get, rounded to the target's units; only
   * without groups.
   *
   * @param scale {@code [out channel]}: 1 / unit
   */
  void addRounded(double[] x, Scratch scratch, float[] scale, int[] target, View view) {
    for (int p = 0; p < out.area(); p += ROWS) {
      sum(x, p, scratch);
      int rows = Math.min(ROWS, out.area() - p);
      for (int r = 0; r < rows; r++) {
        int at = view.at((p + r) / out.width(), (p + r) % out.width());
        loops.addRounded(scratch.sums, r * panels * PANEL, bias, scale, target, at);
      }
    }
  }

  /** Room for a tile. */
  final class Scratch {
    private final float[] rows = new float[ROWS * in.channels()];

    /** {@code [ROWS][group][panel][PANEL]}. */
    private final float[] sums = new float[ROWS * groups * panels * PANEL];
  }

  /** Leaves the sums of up to {@link #ROWS} output positions that follow each other. */
  private void sum(double[] x, int first, Scratch scratch) {
    int count = Math.min(ROWS, out.area() - first);
    int step = groups * panels * PANEL;
    Arrays.fill(scratch.sums, 0);
    int from = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        read(x, first, count, ky, kx, scratch.rows);
        for (int panel = 0; panel < groups * panels; panel++) {
          loops.multiply(
              scratch.rows,
              panel / panels * inPerGroup,
              in.channels(),
              inPerGroup,
              weights,
              from,
              scratch.sums,
              panel * PANEL,
              step);
          from += inPerGroup * PANEL;
        }
      }
    }
  }

  /** What one cell of the kernel reads, zeros outside of the map. */
  private void read(double[] x, int first, int count, int ky, int kx, float[] rows) {
    int channels = in.channels();
    for (int r = 0; r < count; r++) {
      int position = first + r;
      int iy =
          position / out.width() * window.strideHeight()
              + ky * window.dilationHeight()
              - window.padTop();
      int ix =
          position % out.width() * window.strideWidth()
              + kx * window.dilationWidth()
              - window.padLeft();
      int to = r * channels;
      if (iy < 0 || iy >= in.height() || ix < 0 || ix >= in.width()) {
        Arrays.fill(rows, to, to + channels, 0);
        continue;
      }
      int from = (iy * in.width() + ix) * channels;
      for (int c = 0; c < channels; c++) {
        rows[to + c] = (float) x[from + c];
      }
    }
  }
}
