package org.rheobase.sim;

import java.util.Arrays;
import java.util.List;
import org.rheobase.dense.NonLinearOps;
import org.rheobase.dense.Resizing;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Every operation on one image in plain loops, values as {@code [c,h,w]}, in double precision but
 * for {@link #applySingle}. Sums run over kernel row, kernel column, input channel, in this order;
 * the bias comes last.
 */
final class ReferenceOps {
  private ReferenceOps() {}

  /**
   * A convolution of real values in single precision: inputs rounded to it, products and sums
   * fused.
   */
  static double[] applySingle(Op op, double[] input, Shape in, Shape out) {
    return convolve(Current.asConvolution(op), input, in, out, true);
  }

  static double[] apply(Op op, List<double[]> inputs, List<Shape> shapes, Shape out) {
    double[] x = inputs.isEmpty() ? new double[0] : inputs.get(0);
    Shape in = shapes.isEmpty() ? out : shapes.get(0);
    return switch (op) {
      case Op.Conv conv -> convolve(conv, x, in, out, false);
      case Op.Linear _ -> convolve(Current.asConvolution(op), x, in, out, false);
      case Op.BatchNorm norm -> normalise(norm, x, in);
      case Op.Relu relu ->
          Arrays.stream(x).map(v -> Math.min(Math.max(v, 0), relu.cap())).toArray();
      case Op.MaxPool pool -> maxPool(pool.window(), x, in, out);
      case Op.AveragePool pool -> averagePool(pool, x, in, out);
      case Op.Pad pad -> pad(pad, x, in, out);
      case Op.Add _ -> add(inputs);
      case Op.Concat _ -> concatenate(inputs, out);
      case Op.Movement movement -> {
        int[] sources = Movements.sources(movement, in, out);
        double[] y = new double[sources.length];
        for (int i = 0; i < y.length; i++) {
          y[i] = x[sources[i]];
        }
        yield y;
      }
      case Op.Resize resize -> Resizing.apply(resize, x, in);
      case Op.Constant constant -> Layout.toDouble(constant.values().values());
      case Op.NonLinear nonLinear -> NonLinearOps.apply(nonLinear, inputs, in);
      case Op.Input _, Op.IntegrateFire _ ->
          throw new IllegalArgumentException(op.label() + " is not a function of its inputs");
    };
  }

  private static double[] convolve(
      Op.Conv conv, double[] x, Shape in, Shape out, boolean isSingle) {
    Window w = conv.window();
    int inPerGroup = conv.weight().dim(1);
    int outPerGroup = conv.outChannels() / conv.groups();
    float[] weight = conv.weight().values();
    double[] y = new double[out.size()];
    int next = 0;
    for (int o = 0; o < out.channels(); o++) {
      int firstIn = o / outPerGroup * inPerGroup;
      for (int oy = 0; oy < out.height(); oy++) {
        for (int ox = 0; ox < out.width(); ox++) {
          double sum = 0;
          for (int ky = 0; ky < w.kernelHeight(); ky++) {
            int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
            for (int kx = 0; kx < w.kernelWidth(); kx++) {
              int ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
              if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
                for (int c = 0; c < inPerGroup; c++) {
                  int k = ((o * inPerGroup + c) * w.kernelHeight() + ky) * w.kernelWidth() + kx;
                  int at = ((firstIn + c) * in.height() + iy) * in.width() + ix;
                  sum =
                      isSingle
                          ? Math.fma(weight[k], (float) x[at], (float) sum)
                          : sum + weight[k] * x[at];
                }
              }
            }
          }
          y[next++] = isSingle ? (float) sum + conv.bias().get(o) : sum + conv.bias().get(o);
        }
      }
    }
    return y;
  }

  private static double[] normalise(Op.BatchNorm norm, double[] x, Shape in) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / in.area();
      y[i] = x[i] * norm.factor(c) + norm.offset(c);
    }
    return y;
  }

  private static double[] maxPool(Window w, double[] x, Shape in, Shape out) {
    double[] y = new double[out.size()];
    int at = 0;
    for (int c = 0; c < out.channels(); c++) {
      for (int oy = 0; oy < out.height(); oy++) {
        for (int ox = 0; ox < out.width(); ox++) {
          double max = Double.NEGATIVE_INFINITY;
          for (int ky = 0; ky < w.kernelHeight(); ky++) {
            int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
            for (int kx = 0; kx < w.kernelWidth(); kx++) {
              int ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
              if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
                max = Math.max(max, x[(c * in.height() + iy) * in.width() + ix]);
              }
            }
          }
          y[at++] = max;
        }
      }
    }
    return y;
  }

  private static double[] averagePool(Op.AveragePool pool, double[] x, Shape in, Shape out) {
    Window w = pool.window();
    int countedBottom = in.height() + w.padBottom() - pool.overhangHeight();
    int countedRight = in.width() + w.padRight() - pool.overhangWidth();
    double[] y = new double[out.size()];
    int at = 0;
    for (int c = 0; c < out.channels(); c++) {
      for (int oy = 0; oy < out.height(); oy++) {
        for (int ox = 0; ox < out.width(); ox++) {
          double sum = 0;
          int cells = 0;
          for (int ky = 0; ky < w.kernelHeight(); ky++) {
            int iy = oy * w.strideHeight() + ky - w.padTop();
            for (int kx = 0; kx < w.kernelWidth(); kx++) {
              int ix = ox * w.strideWidth() + kx - w.padLeft();
              if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
                sum += x[(c * in.height() + iy) * in.width() + ix];
                cells++;
              } else if (pool.countIncludePad() && iy < countedBottom && ix < countedRight) {
                cells++;
              }
            }
          }
          y[at++] = sum / cells;
        }
      }
    }
    return y;
  }

  private static double[] pad(Op.Pad pad, double[] x, Shape in, Shape out) {
    double[] y = new double[out.size()];
    for (int c = 0; c < in.channels(); c++) {
      for (int row = 0; row < in.height(); row++) {
        System.arraycopy(
            x,
            (c * in.height() + row) * in.width(),
            y,
            ((c + pad.channelsBefore()) * out.height() + row + pad.top()) * out.width()
                + pad.left(),
            in.width());
      }
    }
    return y;
  }

  private static double[] add(List<double[]> inputs) {
    double[] y = inputs.get(0).clone();
    for (double[] x : inputs.subList(1, inputs.size())) {
      for (int i = 0; i < y.length; i++) {
        y[i] += x[i];
      }
    }
    return y;
  }

  private static double[] concatenate(List<double[]> inputs, Shape out) {
    double[] y = new double[out.size()];
    int at = 0;
    for (double[] x : inputs) {
      System.arraycopy(x, 0, y, at, x.length);
      at += x.length;
    }
    return y;
  }
}
