package org.rheobase.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Builds small spiking graphs with quantised random parameters. */
final class Nets {
  private final List<Node> nodes = new ArrayList<>();
  final Random random;
  private final Neuron neuron;

  Nets(long seed, int... image) {
    random = new Random(seed);
    neuron = seed % 3 == 0 ? new Neuron.HardReset() : new Neuron.SoftReset();
    nodes.add(new Node("image", new Op.Input(), List.of(), Shape.of(image)));
  }

  Shape shape(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow().shape();
  }

  String add(Op op, String... inputs) {
    List<Shape> shapes = java.util.Arrays.stream(inputs).map(this::shape).toList();
    return add(op, ShapeInference.infer(op, shapes, shapes.get(0)), inputs);
  }

  String add(Op op, Shape shape, String... inputs) {
    String name = "n" + nodes.size();
    nodes.add(new Node(name, op, List.of(inputs), shape));
    return name;
  }

  /** A convolution whose every output channel has a unit of its own. */
  String conv(String input, int out, Window window, int groups) {
    int in = shape(input).channels() / groups;
    int row = in * window.kernelHeight() * window.kernelWidth();
    return add(
        new Op.Conv(
            Weights.of(quantised(out, row), out, in, window.kernelHeight(), window.kernelWidth()),
            Weights.vector(quantised(out, 1)),
            window,
            groups),
        input);
  }

  String linear(String input, int out) {
    int in = shape(input).channels();
    return add(
        new Op.Linear(Weights.of(quantised(out, in), out, in), Weights.vector(quantised(out, 1))),
        input);
  }

  String linearOfZeros(String input, int out) {
    int in = shape(input).channels();
    return add(
        new Op.Linear(Weights.of(new float[out * in], out, in), Weights.filled(out, 0)), input);
  }

  String shortcut(String input) {
    int c = shape(input).channels();
    return conv(input, c, Window.of(1, 1), c);
  }

  String summedPool(String input, int size) {
    return summedPool(input, Window.of(size, size).withStride(size, size));
  }

  String summedPool(String input, Window window) {
    int c = shape(input).channels();
    float[] ones = new float[c * window.kernelHeight() * window.kernelWidth()];
    java.util.Arrays.fill(ones, 1);
    return add(
        new Op.Conv(
            Weights.of(ones, c, 1, window.kernelHeight(), window.kernelWidth()),
            Weights.filled(c, 0),
            window,
            c),
        input);
  }

  String flatten(String input) {
    return add(new Op.Reshape(), Shape.of(shape(input).size()), input);
  }

  /**
   * Neurons with threshold 1 and the same reset in all sites, now and then a dead channel,
   * potentials per channel or neuron.
   */
  String fire(String input) {
    Shape shape = shape(input);
    int c = shape.channels();
    float[] theta = new float[c];
    for (int i = 0; i < c; i++) {
      theta[i] = random.nextInt(12) == 0 ? 0 : 1;
    }
    int potentials = random.nextBoolean() ? c : shape.size();
    float[] v = new float[potentials];
    for (int i = 0; i < potentials; i++) {
      v[i] = (random.nextInt(257) - 64) / 256f;
    }
    float[] bias = new float[c];
    for (int i = 0; i < c; i++) {
      bias[i] = (random.nextInt(65) - 24) / 512f;
    }
    return add(
        new Op.IntegrateFire(
            Weights.vector(theta), Weights.vector(bias), Weights.vector(v), neuron),
        input);
  }

  Graph graph(String output) {
    return new Graph("net", nodes, List.of(new Graph.Output("y", output)));
  }

  /** {@code rows} rows of integers times a power of two that differs by row. */
  private float[] quantised(int rows, int row) {
    float[] values = new float[rows * row];
    for (int r = 0; r < rows; r++) {
      float unit = (float) Math.scalb(1.0, -6 - random.nextInt(8));
      double size = 3.0 / Math.sqrt(row) / unit;
      for (int i = 0; i < row; i++) {
        values[r * row + i] = (float) Math.rint(random.nextGaussian() * size * 0.3) * unit;
      }
    }
    return values;
  }

  /** A random window that fits. */
  static Window window(Random random, int height, int width) {
    while (true) {
      Window w =
          Window.of(1 + random.nextInt(4), 1 + random.nextInt(4))
              .withStride(1 + random.nextInt(3), 1 + random.nextInt(3))
              .withDilation(1 + random.nextInt(2), 1 + random.nextInt(2))
              .withPadding(
                  random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3));
      if (w.fits(height, width)) {
        return w;
      }
    }
  }

  /** Values of full float precision. */
  static float[] image(Graph graph, long seed) {
    Random random = new Random(seed);
    float[] image = new float[graph.input().shape().size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    return image;
  }

  /** One neuron whose current is the image times 1. */
  static Graph neuron(float theta, float bias, float v0) {
    return neuron(new Neuron.SoftReset(), theta, bias, v0);
  }

  static Graph neuron(Neuron model, float theta, float bias, float v0) {
    Nets nets = new Nets(0, 1);
    String current =
        nets.add(new Op.Linear(Weights.of(new float[] {1}, 1, 1), Weights.vector(0f)), "image");
    return nets.graph(
        nets.add(
            new Op.IntegrateFire(
                Weights.vector(theta), Weights.vector(bias), Weights.vector(v0), model),
            current));
  }
}
