package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * A convolution of constants or analog values in single precision, each sum fused and in the order
 * of {@link ReferenceOps}. A few output positions at a time, so that sums stay in registers and
 * results are consumed in the cache.
 */
final class SingleConvolution implements AnalogOp {
  /** Output positions of a tile. */
  static final int ROWS = 8;

  /** Output channels whose weights lie together. */
  static final int PANEL = 32;

  /** 2 GiB of them. */
  private static final int MOST_WEIGHTS = 1 << 29;

  private final Window window;
  private final Shape in;
  private final Shape out;
  private final Loops loops;
  private final int groups;
  private final int inPerGroup;
  private final int outPerGroup;

  /** Of a group. */
  private final int panels;

  /** Inputs of an output position in its group. */
  private final int inner;

  /** {@code [group][panel][ky][kx][in channel][PANEL]}, zeros behind a group's last channel. */
  private final float[] weights;

  /** {@code [out channel]}. */
  private final float[] bias;

  /** Of each thread: memory that is new at every step is neither in the cache nor mapped. */
  private final ThreadLocal<Scratch> scratches;

  /**
   * @param node a convolution or fully connected layer
   * @throws MisuseException if its weights, laid out, exceed 2 GiB
   */
  SingleConvolution(Node node, Shape in, Loops loops) {
    Op.Conv conv = Current.asConvolution(node.op());
    this.window = conv.window();
    this.in = in;
    this.out = node.shape();
    this.loops = loops;
    this.groups = conv.groups();
    this.inPerGroup = conv.weight().dim(1);
    this.outPerGroup = conv.outChannels() / groups;
    this.panels = Math.ceilDiv(outPerGroup, PANEL);
    int cells = window.kernelHeight() * window.kernelWidth();
    this.inner = cells * inPerGroup;
    this.bias = conv.bias().values();
    long size = (long) groups * panels * PANEL * inner;
    if (size > MOST_WEIGHTS) {
      throw new MisuseException(
          "node "
              + node.name()
              + ": the event-driven simulator lays out its "
              + conv.weight().size()
              + " weights as "
              + size
              + ", expected at most "
              + MOST_WEIGHTS
              + ": use --kernel scalar");
    }
    weights = new float[(int) size];
    scratches = Scratch.perThread(ROWS * groups * inner, ROWS * groups * panels * PANEL);
    int from = 0;
    for (int o = 0; o < conv.outChannels(); o++) {
      int inGroup = o % outPerGroup;
      int panel = o / outPerGroup * panels + inGroup / PANEL;
      for (int i = 0; i < inPerGroup; i++) {
        for (int cell = 0; cell < cells; cell++) {
          int row = panel * inner + cell * inPerGroup + i;
          weights[row * PANEL + inGroup % PANEL] = conv.weight().get(from++);
        }
      }
    }
  }

  @Override
  public void run(List<double[]> inputs, double[] y) {
    Scratch scratch = scratches.get();
    for (int p = 0; p < out.area(); p += ROWS) {
      sum(inputs.get(0), p, scratch);
      int rows = Math.min(ROWS, out.area() - p);
      for (int r = 0; r < rows; r++) {
        for (int g = 0; g < groups; g++) {
          int from = (r * groups + g) * panels * PANEL;
          int channel = g * outPerGroup;
          int to = (p + r) * bias.length + channel;
          for (int c = 0; c < outPerGroup; c++) {
            y[to + c] = scratch.sums[from + c] + bias[channel + c];
          }
        }
      }
    }
  }

  /**
   * Adds the result to a map, rounded to its units; only without groups.
   *
   * @param x {@code [h,w,c]}
   * @param scale {@code [out channel]}: 1 / unit
   * @param target {@code [h,w,c]} of the map
   * @param view where the result lies in the target
   */
  void addRounded(double[] x, float[] scale, int[] target, View view) {
    Scratch scratch = scratches.get();
    int row = ROWS;
    for (int oy = 0; oy < out.height(); oy++) {
      for (int ox = 0; ox < out.width(); ox++) {
        if (row == ROWS) {
          sum(x, oy * out.width() + ox, scratch);
          row = 0;
        }
        int from = row * panels * PANEL;
        loops.addRounded(scratch.sums, from, bias, scale, target, view.at(oy, ox));
        row++;
      }
    }
  }

  /**
   * Room for a tile. It must not hold the convolution, or a thread that lives on would keep both.
   *
   * @param rows {@code [ROWS][group][ky][kx][in channel]}
   * @param sums {@code [ROWS][group][panel][PANEL]}
   */
  private record Scratch(float[] rows, float[] sums) {
    static ThreadLocal<Scratch> perThread(int rows, int sums) {
      return ThreadLocal.withInitial(() -> new Scratch(new float[rows], new float[sums]));
    }
  }

  /** Leaves the sums of up to {@link #ROWS} output positions that follow each other. */
  private void sum(double[] x, int first, Scratch scratch) {
    int count = Math.min(ROWS, out.area() - first);
    if (window.isPointwise()) {
      toFloat(x, first * in.channels(), scratch.rows, 0, count * in.channels());
    } else {
      for (int r = 0; r < count; r++) {
        read(x, first + r, scratch.rows, r * groups * inner);
      }
    }
    for (int panel = 0; panel < groups * panels; panel++) {
      loops.multiply(
          scratch.rows,
          panel / panels * inner,
          groups * inner,
          inner,
          weights,
          panel * inner * PANEL,
          scratch.sums,
          panel * PANEL,
          groups * panels * PANEL);
    }
  }

  /** What an output position reads, zeros outside of the map. */
  private void read(double[] x, int position, float[] row, int at) {
    int top = position / out.width() * window.strideHeight() - window.padTop();
    int left = position % out.width() * window.strideWidth() - window.padLeft();
    int to = at;
    for (int g = 0; g < groups; g++) {
      for (int ky = 0; ky < window.kernelHeight(); ky++) {
        int iy = top + ky * window.dilationHeight();
        for (int kx = 0; kx < window.kernelWidth(); kx++) {
          int ix = left + kx * window.dilationWidth();
          if (iy < 0 || iy >= in.height() || ix < 0 || ix >= in.width()) {
            Arrays.fill(row, to, to + inPerGroup, 0);
          } else {
            int from = (iy * in.width() + ix) * in.channels() + g * inPerGroup;
            toFloat(x, from, row, to, inPerGroup);
          }
          to += inPerGroup;
        }
      }
    }
  }

  private static void toFloat(double[] x, int from, float[] y, int to, int length) {
    for (int i = 0; i < length; i++) {
      y[to + i] = (float) x[from + i];
    }
  }
}
