package org.rheobase.dense;

import java.util.List;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * Operations that are neither linear nor neurons, on one image in double precision. They are rare
 * and cheap beside convolutions, so the dense executor and the simulators share this one form.
 */
public final class NonLinearOps {
  private NonLinearOps() {}

  /**
   * Computes one operation.
   *
   * @param inputs one array per input, {@code [c,h,w]} or whatever their shape is
   * @param in the first input's shape
   */
  public static double[] apply(Op.NonLinear op, List<double[]> inputs, Shape in) {
    double[] x = inputs.get(0);
    return switch (op) {
      case Op.Pointwise pointwise -> {
        double[] y = new double[x.length];
        int area = in.area();
        for (int i = 0; i < y.length; i++) {
          y[i] = pointwise.function().at(x[i], i / area);
        }
        yield y;
      }
      case Op.Multiply _ -> {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
          y[i] *= inputs.get(1)[i];
        }
        yield y;
      }
      case Op.Divide _ -> {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
          y[i] /= inputs.get(1)[i];
        }
        yield y;
      }
      case Op.InstanceNorm norm -> normalise(norm, x, in);
      case Op.LocalResponseNorm norm -> normaliseAcross(norm, x, in);
      case Op.Reduce reduce -> reduce(reduce, x, Line.along(in, reduce.axis()));
      case Op.Softmax softmax -> softmax(x, Line.along(in, softmax.axis()));
    };
  }

  private static double[] normalise(Op.InstanceNorm norm, double[] x, Shape in) {
    double[] y = new double[x.length];
    int area = in.area();
    for (int c = 0; c < in.channels(); c++) {
      double sum = 0;
      for (int i = c * area; i < (c + 1) * area; i++) {
        sum += x[i];
      }
      double mean = sum / area;
      double squares = 0;
      for (int i = c * area; i < (c + 1) * area; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
      }
      double factor = norm.scale().get(c) / Math.sqrt(squares / area + norm.epsilon());
      for (int i = c * area; i < (c + 1) * area; i++) {
        y[i] = (x[i] - mean) * factor + norm.shift().get(c);
      }
    }
    return y;
  }

  private static double[] normaliseAcross(Op.LocalResponseNorm norm, double[] x, Shape in) {
    double[] y = new double[x.length];
    int area = in.area();
    for (int c = 0; c < in.channels(); c++) {
      int first = Math.max(0, c - (norm.size() - 1) / 2);
      int last = Math.min(in.channels() - 1, c + norm.size() / 2);
      for (int p = 0; p < area; p++) {
        double squares = 0;
        for (int k = first; k <= last; k++) {
          squares += x[k * area + p] * x[k * area + p];
        }
        double base = norm.bias() + norm.alpha() / norm.size() * squares;
        y[c * area + p] = x[c * area + p] / StrictMath.pow(base, norm.beta());
      }
    }
    return y;
  }

  /** The elements that differ in one coordinate: {@code length} of them, {@code step} apart. */
  private record Line(int length, int step) {
    static Line along(Shape shape, int axis) {
      int step = 1;
      for (int d = axis + 1; d < shape.rank(); d++) {
        step *= shape.dims().get(d);
      }
      return new Line(shape.dims().get(axis), step);
    }

    /** Where line number {@code i} begins. */
    int begin(int i) {
      return i / step * length * step + i % step;
    }
  }

  private static double[] reduce(Op.Reduce op, double[] x, Line line) {
    double[] y = new double[x.length / line.length];
    for (int i = 0; i < y.length; i++) {
      int begin = line.begin(i);
      double result = op.kind() == Op.Reduce.Kind.MAX ? Double.NEGATIVE_INFINITY : 0;
      for (int k = 0; k < line.length; k++) {
        double value = x[begin + k * line.step];
        result = op.kind() == Op.Reduce.Kind.MAX ? Math.max(result, value) : result + value;
      }
      y[i] = op.kind() == Op.Reduce.Kind.MEAN ? result / line.length : result;
    }
    return y;
  }

  private static double[] softmax(double[] x, Line line) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length / line.length; i++) {
      int begin = line.begin(i);
      int end = begin + line.length * line.step;
      double max = Double.NEGATIVE_INFINITY;
      for (int k = begin; k < end; k += line.step) {
        max = Math.max(max, x[k]);
      }
      double sum = 0;
      for (int k = begin; k < end; k += line.step) {
        y[k] = StrictMath.exp(x[k] - max);
        sum += y[k];
      }
      for (int k = begin; k < end; k += line.step) {
        y[k] /= sum;
      }
    }
    return y;
  }
}
