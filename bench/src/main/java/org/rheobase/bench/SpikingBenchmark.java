package org.rheobase.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;

/**
 * One thread simulating random quantised networks of the shape of ResNet-20 (32x32 images), at two
 * firing rates and two widths: the scalar reference beside the event-driven simulator.
 *
 * <p>{@code java --add-modules jdk.incubator.vector org.rheobase.bench.SpikingBenchmark [steps]}
 */
public final class SpikingBenchmark {
  private static final int REPETITIONS = 5;

  private SpikingBenchmark() {}

  /** Prints medians of five runs of one image (event-driven: 25), in CPU time of the thread. */
  public static void main(String[] args) {
    int steps = args.length > 0 ? Integer.parseInt(args[0]) : 32;
    System.out.printf(
        "%-28s %8s %12s %10s %10s %10s %10s%n",
        "network", "rate", "SOP/image", "scalar ms", "event ms", "speed-up", "G SOP/s");
    for (int width : new int[] {16, 64}) {
      for (double drive : new double[] {0.02, 0.06}) {
        measure("ResNet-20, from " + width + " channels", resNet20(width, drive), steps);
      }
    }
    for (int[] layer : new int[][] {{16, 32}, {32, 16}, {64, 8}, {64, 56}, {256, 14}}) {
      measure(
          "conv 3x3, " + layer[0] + ", " + layer[1] + "x" + layer[1],
          pair(layer[0], layer[1]),
          steps);
    }
    measure("bottleneck, 24 x 144, 56x56", bottleneck(24, 144, 56), steps);
    measure("bottleneck, 96 x 576, 14x14", bottleneck(96, 576, 14), steps);
  }

  private static void measure(String name, Graph graph, int steps) {
    SpikingNetwork.Simulator event = Simulators.compile(graph, Kernel.EVENT).newSimulator();
    SpikingNetwork.Simulator scalar = Simulators.compile(graph, Kernel.SCALAR).newSimulator();
    float[] image = new float[graph.input().shape().size()];
    Random random = new Random(7);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    Simulation run = event.run(image, steps, 1);
    long spikes =
        Arrays.stream(run.activity().spikes()).mapToLong(s -> Arrays.stream(s).sum()).sum();
    long neurons = graph.sites().stream().mapToLong(s -> s.shape().size()).sum();
    long sops = Arrays.stream(run.activity().sops()).sum();
    for (long end = cpuTime() + 2_000_000_000L; cpuTime() < end; ) {
      event.run(image, steps, 1);
    }
    double eventMs = median(event, image, steps, REPETITIONS * 5);
    double scalarMs = median(scalar, image, 2, REPETITIONS) * steps / 2;
    System.out.printf(
        "%-28s %7.2f%% %12d %10.1f %10.2f %10.0f %10.2f%n",
        name,
        100.0 * spikes / neurons / steps,
        sops,
        scalarMs,
        eventMs,
        scalarMs / eventMs,
        sops / eventMs / 1e6);
  }

  private static double median(
      SpikingNetwork.Simulator simulator, float[] image, int steps, int repetitions) {
    double[] ms = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      long start = cpuTime();
      simulator.run(image, steps, 1);
      ms[i] = (cpuTime() - start) / 1e6;
    }
    Arrays.sort(ms);
    return ms[repetitions / 2];
  }

  /** Of this thread, in nanoseconds: other load on the machine counts less than with a clock. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** 19 sites at {@code width}, {@code 2 width} and {@code 4 width} channels. */
  private static Graph resNet20(int width, double drive) {
    Builder net = new Builder(3, 32, drive);
    String x = net.fire(net.conv("image", width, 3, 1));
    for (int stage = 0; stage < 3; stage++) {
      for (int block = 0; block < 3; block++) {
        int channels = width << stage;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String a = net.fire(net.conv(x, channels, 3, stride));
        String b = net.conv(a, channels, 3, 1);
        String shortcut = stride == 1 ? net.identity(x) : net.conv(x, channels, 1, stride);
        x = net.fire(net.add(new Op.Add(), b, shortcut));
      }
    }
    String pooled = net.summedPool(x);
    return net.graph(net.linear(pooled, 10));
  }

  /** One convolution of spikes between two sites. */
  private static Graph pair(int channels, int size) {
    Builder net = new Builder(1, size, 0.05);
    String x = net.fire(net.conv("image", channels, 1, 1));
    return net.graph(net.linear(net.summedPool(net.fire(net.conv(x, channels, 3, 1))), 10));
  }

  /** A bottleneck of MobileNet-V2: a projection of spikes, then 1x1 over analog values. */
  private static Graph bottleneck(int narrow, int wide, int size) {
    Builder net = new Builder(1, size, 0.05);
    String x = net.fire(net.conv("image", wide, 1, 1));
    String projected = net.conv(x, narrow, 1, 1);
    return net.graph(net.linear(net.summedPool(net.fire(net.conv(projected, wide, 1, 1))), 10));
  }

  private static final class Builder {
    private final List<Node> nodes = new ArrayList<>();
    private final Random random = new Random(1);
    private final double drive;

    Builder(int channels, int size, double drive) {
      this.drive = drive;
      nodes.add(new Node("image", new Op.Input(), List.of(), Shape.of(channels, size, size)));
    }

    private Shape shape(String name) {
      return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow().shape();
    }

    String add(Op op, String... inputs) {
      List<Shape> shapes = Arrays.stream(inputs).map(this::shape).toList();
      return add(op, ShapeInference.infer(op, shapes, shapes.get(0)), inputs);
    }

    private String add(Op op, Shape shape, String... inputs) {
      String name = "n" + nodes.size();
      nodes.add(new Node(name, op, List.of(inputs), shape));
      return name;
    }

    /** Weights of zero sum per channel, so that the bias current sets the firing rate. */
    String conv(String input, int out, int kernel, int stride) {
      int in = shape(input).channels();
      int row = in * kernel * kernel;
      float[] weights = new float[out * row];
      for (int o = 0; o < out; o++) {
        int sum = 0;
        for (int i = 0; i < row; i++) {
          int w = (int) (random.nextGaussian() * 10000 / Math.sqrt(row));
          weights[o * row + i] = w * 0x1p-16f;
          sum += w;
        }
        weights[o * row] -= sum * 0x1p-16f;
      }
      int pad = kernel / 2;
      Window window =
          Window.of(kernel, kernel).withStride(stride, stride).withPadding(pad, pad, pad, pad);
      return add(
          new Op.Conv(
              Weights.of(weights, out, in, kernel, kernel), Weights.filled(out, 0), window, 1),
          input);
    }

    String identity(String input) {
      int c = shape(input).channels();
      float[] weights = new float[c];
      Arrays.fill(weights, 0.25f);
      return add(
          new Op.Conv(Weights.of(weights, c, 1, 1, 1), Weights.filled(c, 0), Window.of(1, 1), c),
          input);
    }

    String summedPool(String input) {
      int c = shape(input).channels();
      int size = shape(input).height();
      float[] ones = new float[c * size * size];
      Arrays.fill(ones, 1);
      String pooled =
          add(
              new Op.Conv(
                  Weights.of(ones, c, 1, size, size),
                  Weights.filled(c, 0),
                  Window.of(size, size),
                  c),
              input);
      return add(new Op.Reshape(), Shape.of(c), pooled);
    }

    String linear(String input, int out) {
      int in = shape(input).channels();
      float[] weights = new float[out * in];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = ((int) (random.nextGaussian() * 1000)) * 0x1p-16f;
      }
      return add(new Op.Linear(Weights.of(weights, out, in), Weights.filled(out, 0)), input);
    }

    String fire(String input) {
      int c = shape(input).channels();
      float[] bias = new float[c];
      float[] potential = new float[shape(input).size()];
      for (int i = 0; i < c; i++) {
        bias[i] = ((int) (drive * 65536)) * 0x1p-16f;
      }
      for (int i = 0; i < potential.length; i++) {
        potential[i] = random.nextInt(65536) * 0x1p-16f;
      }
      return add(
          new Op.IntegrateFire(
              Weights.filled(c, 1), Weights.vector(bias), Weights.vector(potential)),
          input);
    }

    Graph graph(String output) {
      return new Graph("benchmark", nodes, List.of(new Graph.Output("y", output)));
    }
  }
}
