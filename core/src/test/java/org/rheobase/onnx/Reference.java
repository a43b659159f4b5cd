package org.rheobase.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.dense.NonLinearOps;
import org.rheobase.dense.Resizing;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/** Evaluates a graph for one image in double precision, straight from the definitions. */
final class Reference {
  /** Membrane potentials by site; filled with the initial ones on first use. */
  final Map<String, double[]> potentials = new HashMap<>();

  /** What sites emitted in the step before. */
  private final Map<String, double[]> outputs = new HashMap<>();

  /** Steps done. */
  private int step;

  /** All node values of one step. */
  Map<String, double[]> step(Graph graph, double[] image) {
    Map<String, double[]> values = new HashMap<>();
    for (Node node : graph.nodes()) {
      List<double[]> in = node.inputs().stream().map(i -> present(values, i)).toList();
      Shape shape =
          node.inputs().isEmpty() ? node.shape() : graph.node(node.inputs().get(0)).shape();
      values.put(node.name(), node.op() instanceof Op.Input ? image : eval(node, in, shape));
    }
    step++;
    return values;
  }

  static double[] eval(Graph graph, double[] image) {
    return present(new Reference().step(graph, image), graph.outputs().get(0).node());
  }

  /** The value under a key that must be there. */
  static <T> T present(Map<String, T> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  double[] eval(Node node, List<double[]> in, Shape shape) {
    double[] x = in.isEmpty() ? new double[0] : in.get(0);
    double[] y = new double[node.shape().size()];
    switch (node.op()) {
      case Op.Input _ -> throw new IllegalStateException();
      case Op.Conv c -> {
        int perGroup = c.weight().dim(1);
        int outPerGroup = c.outChannels() / c.groups();
        Window w = c.window();
        windows(
            w,
            shape,
            node.shape(),
            (out, o, row, column, tap) -> {
              for (int i = 0; i < perGroup; i++) {
                int channel = (o / outPerGroup) * perGroup + i;
                y[out] +=
                    c.weight().get((o * perGroup + i) * w.kernelHeight() * w.kernelWidth() + tap)
                        * x[(channel * shape.height() + row) * shape.width() + column];
              }
            });
        for (int i = 0; i < y.length; i++) {
          y[i] += c.bias().get(i / node.shape().area());
        }
      }
      case Op.Linear l -> {
        for (int o = 0; o < y.length; o++) {
          y[o] = l.bias().get(o);
          for (int i = 0; i < x.length; i++) {
            y[o] += l.weight().get(o * x.length + i) * x[i];
          }
        }
      }
      case Op.BatchNorm b -> {
        for (int i = 0; i < y.length; i++) {
          int c = i / shape.area();
          y[i] = x[i] * b.factor(c) + b.offset(c);
        }
      }
      case Op.Relu r -> Arrays.setAll(y, i -> Math.min(r.cap(), Math.max(0, x[i])));
      case Op.MaxPool p -> {
        Arrays.fill(y, Double.NEGATIVE_INFINITY);
        windows(
            p.window(),
            shape,
            node.shape(),
            (out, o, row, column, _) ->
                y[out] = Math.max(y[out], x[(o * shape.height() + row) * shape.width() + column]));
      }
      case Op.AveragePool p -> averagePool(p, shape, node.shape(), x, y);
      case Op.Pad p -> {
        for (int i = 0; i < x.length; i++) {
          int c = i / shape.area() + p.channelsBefore();
          int row = i / shape.width() % shape.height() + p.top();
          int column = i % shape.width() + p.left();
          y[(c * node.shape().height() + row) * node.shape().width() + column] = x[i];
        }
      }
      case Op.Add _ -> in.forEach(v -> Arrays.setAll(y, i -> y[i] + v[i]));
      case Op.Concat _ -> {
        int at = 0;
        for (double[] v : in) {
          System.arraycopy(v, 0, y, at, v.length);
          at += v.length;
        }
      }
      case Op.Constant constant -> Arrays.setAll(y, i -> constant.values().get(i));
      case Op.Movement movement -> {
        int[] sources = Movements.sources(movement, shape, node.shape());
        Arrays.setAll(y, i -> x[sources[i]]);
      }
      case Op.Resize resize ->
          System.arraycopy(Resizing.apply(resize, x, shape), 0, y, 0, y.length);
      case Op.NonLinear op ->
          System.arraycopy(NonLinearOps.apply(op, in, shape), 0, y, 0, y.length);
      case Op.IntegrateFire s -> {
        double[] v =
            potentials.computeIfAbsent(
                node.name(),
                _ -> {
                  double[] start = new double[y.length];
                  boolean each = s.initialPotential().size() == y.length;
                  Arrays.setAll(start, i -> s.initialPotential().get(each ? i : i / shape.area()));
                  return start;
                });
        double[] was = outputs.getOrDefault(node.name(), new double[y.length]);
        for (int i = 0; i < y.length; i++) {
          int c = i / shape.area();
          double theta = s.threshold().get(c);
          v[i] += x[i] + s.biasCurrent().get(c);
          double limit = theta;
          if (s.neuron() instanceof Neuron.SwitchCoding(int window)) {
            int place = step % window;
            limit = was[i] > 0 && place > 0 ? theta : theta * (window - place);
          }
          if (theta > 0 && v[i] >= limit) {
            y[i] = theta;
            v[i] = s.neuron() instanceof Neuron.HardReset ? 0 : v[i] - theta;
          }
        }
        outputs.put(node.name(), y);
      }
    }
    return y;
  }

  private static void averagePool(Op.AveragePool p, Shape in, Shape out, double[] x, double[] y) {
    windows(
        p.window(),
        in,
        out,
        (at, o, row, column, _) -> y[at] += x[(o * in.height() + row) * in.width() + column]);
    Window w = p.window();
    for (int i = 0; i < y.length; i++) {
      int top = i / out.width() % out.height() * w.strideHeight() - w.padTop();
      int left = i % out.width() * w.strideWidth() - w.padLeft();
      int cells = 0;
      for (int r = top; r < top + w.kernelHeight(); r++) {
        for (int c = left; c < left + w.kernelWidth(); c++) {
          boolean inside = r >= 0 && r < in.height() && c >= 0 && c < in.width();
          boolean padding =
              r < in.height() + w.padBottom() - p.overhangHeight()
                  && c < in.width() + w.padRight() - p.overhangWidth();
          cells += inside || (p.countIncludePad() && padding) ? 1 : 0;
        }
      }
      y[i] /= cells;
    }
  }

  /** Visits each tap of each window that lies on the map. */
  private interface Tap {
    void visit(int out, int channel, int row, int column, int tap);
  }

  private static void windows(Window w, Shape in, Shape out, Tap tap) {
    for (int i = 0; i < out.size(); i++) {
      int channel = i / out.area();
      for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
        int row =
            i / out.width() % out.height() * w.strideHeight()
                - w.padTop()
                + k / w.kernelWidth() * w.dilationHeight();
        int column =
            i % out.width() * w.strideWidth()
                - w.padLeft()
                + k % w.kernelWidth() * w.dilationWidth();
        if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
          tap.visit(i, channel, row, column, k);
        }
      }
    }
  }
}
