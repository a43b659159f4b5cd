package org.rheobase.bench;

import java.awt.Color;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;

/**
 * One 3x3 convolution of spikes between two sites: synaptic operations per second beside what the
 * processor can add from its caches, and how time grows with steps, images, channels and density.
 *
 * <p>{@code java --add-modules jdk.incubator.vector org.rheobase.bench.GrowthBenchmark [FOLDER]};
 * charts go to the folder. Times are of one thread's processor, medians of five.
 */
public final class GrowthBenchmark {
  private static final int REPETITIONS = 5;
  private static final long WARM_UP = 1_500_000_000L;

  private GrowthBenchmark() {}

  /** A layer: channels in and out, height and width, steps, spikes per neuron and step, weights. */
  private record Layer(int channels, int size, int steps, double density, int largestWeight) {}

  private record Measured(double milliseconds, long sops) {
    double gigaPerSecond() {
      return sops / milliseconds / 1e6;
    }
  }

  /** Prints the tables; draws the charts where a folder is named. */
  public static void main(String[] args) throws IOException {
    double first = AddRate.measure(8 << 10);
    double second = AddRate.measure(256 << 10);
    System.out.printf(
        "the processor adds %.0f G 16-bit weights/s to 32-bit sums from 16 KiB, %.0f from 512 KiB%n%n",
        first, second);
    System.out.printf(
        "%-26s %8s %12s %12s %14s%n",
        "3x3 layer, T = 32", "density", "ms/image", "G SOP/s", "of 16 KiB rate");
    for (int weight : new int[] {32639, 127}) {
      for (int[] shape : new int[][] {{64, 56}, {128, 28}, {256, 14}, {512, 7}}) {
        for (double density : new double[] {0.05, 0.1}) {
          Measured m = measure(new Layer(shape[0], shape[1], 32, density, weight), 1);
          System.out.printf(
              "%4d channels, %2dx%-2d %6s %7.0f%% %12.2f %12.1f %13.0f%%%n",
              shape[0],
              shape[1],
              shape[1],
              weight == 127 ? "8-bit" : "16-bit",
              100 * density,
              m.milliseconds(),
              m.gigaPerSecond(),
              100 * m.gigaPerSecond() / first);
        }
      }
    }
    Path folder = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : null;
    grow(
        folder,
        "steps",
        new int[] {8, 16, 32, 64, 128, 256},
        t -> new Layer(64, 14, t, 0.1, 32639));
    grow(folder, "images", new int[] {1, 2, 4, 8, 16, 32}, _ -> new Layer(64, 14, 32, 0.1, 32639));
    grow(
        folder,
        "channels",
        new int[] {8, 16, 32, 64, 128, 256},
        c -> new Layer(c, 14, 32, 0.1, 32639));
    grow(
        folder,
        "density in per cent",
        new int[] {1, 2, 5, 10, 20, 50, 100},
        d -> new Layer(64, 14, 32, d / 100.0, 32639));
  }

  private static void grow(
      @Nullable Path folder, String what, int[] values, IntFunction<Layer> layer)
      throws IOException {
    System.out.printf("%n%-20s %12s %12s%n", what, "ms", "G SOP/s");
    double[] x = new double[values.length];
    double[] y = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      Measured m = measure(layer.apply(values[i]), what.equals("images") ? values[i] : 1);
      System.out.printf("%-20d %12.3f %12.1f%n", values[i], m.milliseconds(), m.gigaPerSecond());
      x[i] = values[i];
      y[i] = m.milliseconds();
    }
    if (folder == null) {
      return;
    }
    XYChart chart =
        new XYChartBuilder()
            .width(720)
            .height(420)
            .title("A 3x3 layer: time against " + what)
            .xAxisTitle(what)
            .yAxisTitle("ms of one processor")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendVisible(false);
    chart.addSeries("time", x, y);
    Path file = folder.resolve("growth-" + what.replaceFirst(" .*", "") + ".png");
    ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
  }

  private static Measured measure(Layer layer, int images) {
    Graph graph = graph(layer);
    SpikingNetwork.Simulator simulator = Simulators.compile(graph, Kernel.EVENT).newSimulator();
    float[] image = new float[graph.input().shape().size()];
    Simulation run = simulator.run(image, layer.steps(), 1);
    for (long end = processorTime() + WARM_UP; processorTime() < end; ) {
      simulator.run(image, layer.steps(), 1);
    }
    double[] ms = new double[REPETITIONS];
    int rounds = 8;
    for (int r = 0; r < REPETITIONS; r++) {
      long start = processorTime();
      for (int i = 0; i < rounds * images; i++) {
        simulator.run(image, layer.steps(), 1);
      }
      ms[r] = (processorTime() - start) / 1e6 / rounds;
    }
    Arrays.sort(ms);
    return new Measured(ms[REPETITIONS / 2], images * Arrays.stream(run.activity().sops()).sum());
  }

  /** Of this thread, in nanoseconds: other load on the machine counts less than with a clock. */
  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** A site that fires at random phases in the wanted density, a convolution, a site. */
  private static Graph graph(Layer layer) {
    Random random = new Random(1);
    int c = layer.channels();
    Shape shape = Shape.of(c, layer.size(), layer.size());
    float drive = Math.round(layer.density() * 65536) * 0x1p-16f;
    List<Node> nodes = new ArrayList<>();
    nodes.add(
        new Node("image", new Op.Input(), List.of(), Shape.of(1, layer.size(), layer.size())));
    nodes.add(new Node("zeros", convolution(1, c, 1, _ -> 0f), List.of("image"), shape));
    nodes.add(new Node("spikes", site(random, shape, drive), List.of("zeros"), shape));
    float unit = layer.largestWeight() > 127 ? 0x1p-20f : 0x1p-12f;
    int largest = layer.largestWeight();
    nodes.add(
        new Node(
            "conv",
            convolution(
                c,
                c,
                3,
                _ ->
                    ((int) Math.clamp(random.nextGaussian() * largest / 4, -largest, largest))
                        * unit),
            List.of("spikes"),
            shape));
    nodes.add(new Node("out", site(random, shape, 0), List.of("conv"), shape));
    // A small readout, so that its cost does not count.
    float[] ones = new float[shape.size()];
    Arrays.fill(ones, 1);
    Op.Conv sum =
        new Op.Conv(
            Weights.of(ones, c, 1, layer.size(), layer.size()),
            Weights.filled(c, 0),
            Window.of(layer.size(), layer.size()),
            c);
    nodes.add(new Node("sum", sum, List.of("out"), Shape.of(c, 1, 1)));
    return new Graph("layer", nodes, List.of(new Graph.Output("y", "sum")));
  }

  private static Op.Conv convolution(int in, int out, int kernel, IntFunction<Float> weight) {
    float[] weights = new float[out * in * kernel * kernel];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weight.apply(i);
    }
    int pad = kernel / 2;
    return new Op.Conv(
        Weights.of(weights, out, in, kernel, kernel),
        Weights.filled(out, 0),
        Window.of(kernel, kernel).withPadding(pad, pad, pad, pad),
        1);
  }

  private static Op.IntegrateFire site(Random random, Shape shape, float drive) {
    float[] potentials = new float[shape.size()];
    for (int i = 0; i < potentials.length; i++) {
      potentials[i] = random.nextInt(65536) * 0x1p-16f;
    }
    int c = shape.channels();
    return new Op.IntegrateFire(
        Weights.filled(c, 1), Weights.filled(c, drive), Weights.vector(potentials));
  }
}
