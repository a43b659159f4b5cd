package org.rheobase;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Writes graphs in tests, one line a node, with random parameters. */
public final class GraphBuilding {
  private final List<Node> nodes = new ArrayList<>();
  private final Random random;

  public GraphBuilding(long seed, int... inputShape) {
    random = new Random(seed);
    nodes.add(new Node("image", new Op.Input(), List.of(), Shape.of(inputShape)));
  }

  public String add(String name, Op op, String... inputs) {
    List<Shape> shapes = new ArrayList<>();
    for (String input : inputs) {
      shapes.add(shape(input));
    }
    nodes.add(new Node(name, op, List.of(inputs), ShapeInference.infer(op, shapes, Shape.of())));
    return name;
  }

  public String reshape(String name, String input, int... dims) {
    nodes.add(new Node(name, new Op.Reshape(), List.of(input), Shape.of(dims)));
    return name;
  }

  public String flatten(String name, String input) {
    return reshape(name, input, shape(input).size());
  }

  public Shape shape(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow().shape();
  }

  public String conv(String name, String input, int out, Window window) {
    return conv(name, input, out, window, 1);
  }

  public String conv(String name, String input, int out, Window window, int groups) {
    int in = shape(input).channels() / groups;
    int size = out * in * window.kernelHeight() * window.kernelWidth();
    float spread = (float) (1.5 / Math.sqrt((double) size / out));
    Weights weight =
        Weights.of(normal(size, spread), out, in, window.kernelHeight(), window.kernelWidth());
    Weights bias = Weights.vector(normal(out, 0.2f));
    return add(name, new Op.Conv(weight, bias, window, groups), input);
  }

  public String linear(String name, String input, int out) {
    int in = shape(input).channels();
    float spread = (float) (1.5 / Math.sqrt(in));
    return add(
        name,
        new Op.Linear(
            Weights.of(normal(out * in, spread), out, in), Weights.vector(normal(out, 0.2f))),
        input);
  }

  public String batchNorm(String name, String input) {
    int c = shape(input).channels();
    return add(
        name,
        new Op.BatchNorm(
            Weights.vector(uniform(c, -1.5f, 1.5f)),
            Weights.vector(normal(c, 0.3f)),
            Weights.vector(normal(c, 0.3f)),
            Weights.vector(uniform(c, 0.2f, 2)),
            1e-5f),
        input);
  }

  public String relu(String name, String input) {
    return add(name, new Op.Relu(Float.POSITIVE_INFINITY), input);
  }

  public String site(String name, String input, float... thresholds) {
    int c = shape(input).channels();
    float[] half = new float[c];
    for (int i = 0; i < c; i++) {
      half[i] = thresholds[i] / 2;
    }
    return add(
        name,
        new Op.IntegrateFire(
            Weights.vector(thresholds), Weights.filled(c, 0), Weights.vector(half)),
        input);
  }

  public Graph graph(String... outputs) {
    List<Graph.Output> list = new ArrayList<>();
    for (String output : outputs) {
      list.add(new Graph.Output("out" + list.size(), output));
    }
    return new Graph("test", nodes, list);
  }

  public float[] normal(int size, float deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    return values;
  }

  public float[] uniform(int size, float from, float to) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = from + random.nextFloat() * (to - from);
    }
    return values;
  }

  /** A picture for a network, standard normal. */
  public static double[] image(Graph graph, long seed) {
    Random random = new Random(seed);
    double[] values = new double[graph.input().shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }
}
