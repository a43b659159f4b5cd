package org.rheobase.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * An operation prepared for values {@code [h,w,c]}: constants once per image, linear islands at
 * every step. Sums keep the order of {@link ReferenceOps}, so both return the same bits.
 */
interface AnalogOp {
  /** Reads the inputs, overwrites the output. */
  void run(List<double[]> inputs, double[] output);

  /**
   * A convolution of constants or analog values, in single precision.
   *
   * @throws org.rheobase.error.MisuseException if its weights, laid out, exceed 2 GiB
   */
  static AnalogOp single(Node node, Shape in, Loops loops) {
    Op.Conv conv = Current.asConvolution(node.op());
    return conv.isDepthwise()
        ? new SingleDepthwise(conv, in, node.shape())
        : new SingleConvolution(node, in, loops);
  }

  /** In double precision. */
  static AnalogOp of(Op op, List<Shape> shapes, Shape out, Loops loops) {
    return switch (op) {
      case Op.Conv conv -> new Convolution(conv, shapes.get(0), out, loops);
      case Op.Linear _ -> new Convolution(Current.asConvolution(op), shapes.get(0), out, loops);
      case Op.Add _ -> AnalogOp::add;
      case Op.Concat _ -> concatenation(shapes, out);
      case Op.BatchNorm norm -> normalisation(norm, out.channels());
      case Op.Movement movement -> movement(movement, shapes.get(0), out);
      case Op.AveragePool pool -> new Mean(pool, shapes.get(0), out, loops);
      case Op.Relu _, Op.MaxPool _, Op.Pad _, Op.Resize _, Op.Constant _, Op.NonLinear _ ->
          throughReference(op, shapes, out);
      case Op.Input _, Op.IntegrateFire _ ->
          throw new IllegalArgumentException(op.label() + " is not a function of its inputs");
    };
  }

  private static void add(List<double[]> inputs, double[] y) {
    System.arraycopy(inputs.get(0), 0, y, 0, y.length);
    for (double[] x : inputs.subList(1, inputs.size())) {
      for (int i = 0; i < y.length; i++) {
        y[i] += x[i];
      }
    }
  }

  private static AnalogOp concatenation(List<Shape> shapes, Shape out) {
    return (inputs, y) -> {
      int offset = 0;
      for (int k = 0; k < inputs.size(); k++) {
        int channels = shapes.get(k).channels();
        for (int p = 0; p < out.area(); p++) {
          System.arraycopy(inputs.get(k), p * channels, y, p * out.channels() + offset, channels);
        }
        offset += channels;
      }
    };
  }

  private static AnalogOp normalisation(Op.BatchNorm norm, int channels) {
    double[] factor = new double[channels];
    double[] offset = new double[channels];
    for (int c = 0; c < channels; c++) {
      factor[c] = norm.factor(c);
      offset[c] = norm.offset(c);
    }
    return (inputs, y) -> {
      double[] x = inputs.get(0);
      for (int i = 0; i < y.length; i++) {
        int c = i % channels;
        y[i] = x[i] * factor[c] + offset[c];
      }
    };
  }

  private static AnalogOp movement(Op.Movement op, Shape in, Shape out) {
    int[] sources = Layout.inside(Movements.sources(op, in, out), in, out);
    return (inputs, y) -> {
      double[] x = inputs.get(0);
      for (int i = 0; i < y.length; i++) {
        y[i] = x[sources[i]];
      }
    };
  }

  /** Cheap or rare operations: to {@code [c,h,w]}, through the specification, and back. */
  private static AnalogOp throughReference(Op op, List<Shape> shapes, Shape out) {
    List<int[]> in = shapes.stream().map(Layout::toOutside).toList();
    int[] back = Layout.toOutside(out);
    return (inputs, y) -> {
      List<double[]> outside = new ArrayList<>();
      for (int k = 0; k < in.size(); k++) {
        int[] to = in.get(k);
        double[] moved = new double[to.length];
        for (int i = 0; i < to.length; i++) {
          moved[to[i]] = inputs.get(k)[i];
        }
        outside.add(moved);
      }
      double[] result = ReferenceOps.apply(op, outside, shapes, out);
      for (int i = 0; i < back.length; i++) {
        y[i] = result[back[i]];
      }
    };
  }

  /** One position after the other; what it reads of a row is added up as a product with ones. */
  final class Mean implements AnalogOp {
    private final Op.AveragePool pool;
    private final Shape in;
    private final Shape out;
    private final Loops loops;
    private final double[] ones;

    Mean(Op.AveragePool pool, Shape in, Shape out, Loops loops) {
      this.pool = pool;
      this.in = in;
      this.out = out;
      this.loops = loops;
      ones = new double[pool.window().kernelWidth()];
      Arrays.fill(ones, 1);
    }

    @Override
    public void run(List<double[]> inputs, double[] y) {
      double[] x = inputs.get(0);
      Window w = pool.window();
      int channels = out.channels();
      Arrays.fill(y, 0);
      for (int oy = 0; oy < out.height(); oy++) {
        int top = oy * w.strideHeight() - w.padTop();
        int firstRow = Math.max(0, top);
        int rows = Math.min(in.height(), top + w.kernelHeight()) - firstRow;
        for (int ox = 0; ox < out.width(); ox++) {
          int left = ox * w.strideWidth() - w.padLeft();
          int first = Math.max(0, left);
          int columns = Math.min(in.width(), left + w.kernelWidth()) - first;
          int at = (oy * out.width() + ox) * channels;
          if (columns > 0) {
            for (int iy = firstRow; iy < firstRow + rows; iy++) {
              int from = (iy * in.width() + first) * channels;
              loops.multiply(ones, 0, 0, x, from, y, at, 0, 1, columns, channels);
            }
          }
          int cells =
              pool.countIncludePad()
                  ? counted(
                          top,
                          w.kernelHeight(),
                          in.height() + w.padBottom() - pool.overhangHeight())
                      * counted(
                          left, w.kernelWidth(), in.width() + w.padRight() - pool.overhangWidth())
                  : Math.max(0, rows) * Math.max(0, columns);
          for (int c = at; c < at + channels; c++) {
            y[c] /= cells;
          }
        }
      }
    }

    /** Cells of one axis that lie before its end. */
    private static int counted(int from, int kernel, int end) {
      return Math.clamp(end - from, 0, kernel);
    }
  }

  /** A row of output positions at a time, one small matrix product per kernel cell and group. */
  final class Convolution implements AnalogOp {
    private final Op.Conv conv;
    private final Shape in;
    private final Shape out;
    private final Loops loops;
    private final int inPerGroup;
    private final int outPerGroup;

    /** {@code [group][ky][kx][in channel][out channel]}. */
    private final double[] weights;

    private final double[] bias;

    Convolution(Op.Conv conv, Shape in, Shape out, Loops loops) {
      this.conv = conv;
      this.in = in;
      this.out = out;
      this.loops = loops;
      inPerGroup = conv.weight().dim(1);
      outPerGroup = conv.outChannels() / conv.groups();
      int cells = conv.window().kernelHeight() * conv.window().kernelWidth();
      weights = new double[conv.weight().size()];
      bias = Layout.toDouble(conv.bias().values());
      int from = 0;
      for (int o = 0; o < conv.outChannels(); o++) {
        for (int i = 0; i < inPerGroup; i++) {
          for (int k = 0; k < cells; k++) {
            weights[at(o / outPerGroup, k, cells) + i * outPerGroup + o % outPerGroup] =
                conv.weight().get(from++);
          }
        }
      }
    }

    private int at(int group, int cell, int cells) {
      return (group * cells + cell) * inPerGroup * outPerGroup;
    }

    @Override
    public void run(List<double[]> inputs, double[] y) {
      double[] x = inputs.get(0);
      Window w = conv.window();
      Arrays.fill(y, 0);
      if (w.isPointwise()) {
        multiply(x, 0, inPerGroup * conv.groups(), y, 0, out.area(), 0);
      } else {
        for (int oy = 0; oy < out.height(); oy++) {
          for (int ky = 0; ky < w.kernelHeight(); ky++) {
            int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
            if (iy >= 0 && iy < in.height()) {
              row(x, iy, ky, y, oy);
            }
          }
        }
      }
      for (int i = 0; i < y.length; i += bias.length) {
        for (int c = 0; c < bias.length; c++) {
          y[i + c] += bias[c];
        }
      }
    }

    private void row(double[] x, int iy, int ky, double[] y, int oy) {
      Window w = conv.window();
      int stride = w.strideWidth();
      for (int kx = 0; kx < w.kernelWidth(); kx++) {
        int shift = kx * w.dilationWidth() - w.padLeft();
        int first = Math.max(0, Math.ceilDiv(-shift, stride));
        int last = Math.min(out.width() - 1, Math.floorDiv(in.width() - 1 - shift, stride));
        if (first <= last) {
          multiply(
              x,
              (iy * in.width() + first * stride + shift) * in.channels(),
              stride * in.channels(),
              y,
              (oy * out.width() + first) * out.channels(),
              last - first + 1,
              ky * w.kernelWidth() + kx);
        }
      }
    }

    private void multiply(double[] x, int xAt, int xStep, double[] y, int yAt, int rows, int cell) {
      int cells = conv.window().kernelHeight() * conv.window().kernelWidth();
      for (int g = 0; g < conv.groups(); g++) {
        loops.multiply(
            x,
            xAt + g * inPerGroup,
            xStep,
            weights,
            at(g, cell, cells),
            y,
            yAt + g * outPerGroup,
            out.channels(),
            rows,
            inPerGroup,
            outPerGroup);
      }
    }
  }
}
