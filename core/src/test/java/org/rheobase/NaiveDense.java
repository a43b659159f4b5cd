package org.rheobase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.dense.NonLinearOps;
import org.rheobase.dense.Resizing;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * The operations as their definitions read, in float64 and without any cleverness: an oracle for
 * everything else. Potentials of integrate-and-fire nodes are kept between steps.
 */
public final class NaiveDense {
  private final Graph graph;
  private final Map<String, double[]> potentials = new HashMap<>();

  public NaiveDense(Graph graph) {
    this.graph = graph;
  }

  /** The value of every node for one image, or for one step of a spiking network. */
  public Map<String, double[]> step(double[] image) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      List<double[]> in = new ArrayList<>();
      List<Shape> shapes = new ArrayList<>();
      for (String input : node.inputs()) {
        in.add(values.get(input));
        shapes.add(graph.node(input).shape());
      }
      values.put(node.name(), compute(node, in, shapes, image));
    }
    return values;
  }

  /** The outputs for one image, one after the other; of a spiking network, the mean over steps. */
  public static double[] outputs(Graph graph, double[] image, int steps) {
    NaiveDense run = new NaiveDense(graph);
    double[] sum = new double[0];
    for (int t = 0; t < steps; t++) {
      Map<String, double[]> values = run.step(image);
      double[] all =
          graph.outputs().stream()
              .flatMapToDouble(o -> Arrays.stream(values.get(o.node())))
              .toArray();
      sum = t == 0 ? new double[all.length] : sum;
      for (int i = 0; i < all.length; i++) {
        sum[i] += all[i] / steps;
      }
    }
    return sum;
  }

  private double[] compute(Node node, List<double[]> in, List<Shape> shapes, double[] image) {
    double[] x = in.isEmpty() ? image : in.get(0);
    Shape out = node.shape();
    double[] y = new double[out.size()];
    switch (node.op()) {
      case Op.Input _ -> System.arraycopy(x, 0, y, 0, y.length);
      case Op.Conv conv -> {
        int inputs = conv.weight().dim(1);
        int cells = conv.window().kernelHeight() * conv.window().kernelWidth();
        int perGroup = conv.outChannels() / conv.groups();
        for (int o = 0; o < out.channels(); o++) {
          for (int i = 0; i < inputs; i++) {
            int row = (o * inputs + i) * cells;
            int channel = o / perGroup * inputs + i;
            int first = o;
            windows(
                conv.window(),
                shapes.get(0),
                out,
                (position, cell, at) ->
                    y[first * out.area() + position] +=
                        at < 0
                            ? 0
                            : conv.weight().get(row + cell)
                                * x[channel * shapes.get(0).area() + at]);
          }
          for (int p = 0; p < out.area(); p++) {
            y[o * out.area() + p] += conv.bias().get(o);
          }
        }
      }
      case Op.Linear linear -> {
        for (int o = 0; o < y.length; o++) {
          for (int i = 0; i < x.length; i++) {
            y[o] += linear.weight().get(o * x.length + i) * x[i];
          }
          y[o] += linear.bias().get(o);
        }
      }
      case Op.BatchNorm n -> {
        for (int i = 0; i < y.length; i++) {
          int c = i / out.area();
          double deviation = Math.sqrt((double) n.variance().get(c) + n.epsilon());
          y[i] = n.scale().get(c) * (x[i] - n.mean().get(c)) / deviation + n.shift().get(c);
        }
      }
      case Op.Relu relu -> {
        for (int i = 0; i < y.length; i++) {
          y[i] = Math.min(Math.max(x[i], 0), relu.cap());
        }
      }
      case Op.MaxPool pool -> {
        Arrays.fill(y, Double.NEGATIVE_INFINITY);
        for (int c = 0; c < out.channels(); c++) {
          int channel = c;
          windows(
              pool.window(),
              shapes.get(0),
              out,
              (position, _, at) -> {
                int i = channel * out.area() + position;
                y[i] = at < 0 ? y[i] : Math.max(y[i], x[channel * shapes.get(0).area() + at]);
              });
        }
      }
      case Op.AveragePool pool -> {
        int[] divisor = new int[y.length];
        for (int c = 0; c < out.channels(); c++) {
          int channel = c;
          windows(
              pool.window(),
              shapes.get(0),
              out,
              (position, cell, at) -> {
                int i = channel * out.area() + position;
                y[i] += at < 0 ? 0 : x[channel * shapes.get(0).area() + at];
                divisor[i] += counts(pool, shapes.get(0), out, position, cell, at) ? 1 : 0;
              });
        }
        for (int i = 0; i < y.length; i++) {
          y[i] /= divisor[i];
        }
      }
      case Op.Pad pad -> {
        Shape s = shapes.get(0);
        for (int c = 0; c < s.channels(); c++) {
          for (int r = 0; r < s.height(); r++) {
            int to = ((c + pad.channelsBefore()) * out.height() + r + pad.top()) * out.width();
            System.arraycopy(x, (c * s.height() + r) * s.width(), y, to + pad.left(), s.width());
          }
        }
      }
      case Op.Add _ -> {
        for (double[] term : in) {
          for (int i = 0; i < y.length; i++) {
            y[i] += term[i];
          }
        }
      }
      case Op.Concat _ -> {
        int at = 0;
        for (double[] part : in) {
          System.arraycopy(part, 0, y, at, part.length);
          at += part.length;
        }
      }
      case Op.Constant constant -> Arrays.setAll(y, i -> constant.values().get(i));
      case Op.Movement movement -> {
        int[] sources = Movements.sources(movement, shapes.get(0), node.shape());
        Arrays.setAll(y, i -> x[sources[i]]);
      }
      case Op.Resize resize ->
          System.arraycopy(Resizing.apply(resize, x, shapes.get(0)), 0, y, 0, y.length);
      case Op.NonLinear op ->
          System.arraycopy(NonLinearOps.apply(op, in, shapes.get(0)), 0, y, 0, y.length);
      case Op.IntegrateFire site -> {
        double[] v = potentials.computeIfAbsent(node.name(), _ -> initial(site, out));
        for (int i = 0; i < y.length; i++) {
          int c = i / out.area();
          double theta = site.threshold().get(c);
          v[i] += x[i] + site.biasCurrent().get(c);
          if (theta > 0 && v[i] >= theta) {
            y[i] = theta;
            v[i] -= theta;
          }
        }
      }
    }
    return y;
  }

  private static double[] initial(Op.IntegrateFire site, Shape shape) {
    Weights start = site.initialPotential();
    double[] v = new double[shape.size()];
    for (int i = 0; i < v.length; i++) {
      v[i] = start.get(start.size() == v.length ? i : i / shape.area());
    }
    return v;
  }

  private interface Cell {
    /**
     * @param position in the output map
     * @param cell in the window
     * @param at position in the input map, -1 outside
     */
    void visit(int position, int cell, int at);
  }

  private static void windows(Window w, Shape in, Shape out, Cell visitor) {
    for (int p = 0; p < out.area(); p++) {
      for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
        int r = row(w, out, p, k);
        int c = column(w, out, p, k);
        boolean inside = r >= 0 && r < in.height() && c >= 0 && c < in.width();
        visitor.visit(p, k, inside ? r * in.width() + c : -1);
      }
    }
  }

  private static int row(Window w, Shape out, int position, int cell) {
    return position / out.width() * w.strideHeight()
        - w.padTop()
        + cell / w.kernelWidth() * w.dilationHeight();
  }

  private static int column(Window w, Shape out, int position, int cell) {
    return position % out.width() * w.strideWidth()
        - w.padLeft()
        + cell % w.kernelWidth() * w.dilationWidth();
  }

  private static boolean counts(
      Op.AveragePool pool, Shape in, Shape out, int position, int cell, int at) {
    if (!pool.countIncludePad()) {
      return at >= 0;
    }
    Window w = pool.window();
    return row(w, out, position, cell) < in.height() + w.padBottom() - pool.overhangHeight()
        && column(w, out, position, cell) < in.width() + w.padRight() - pool.overhangWidth();
  }
}
