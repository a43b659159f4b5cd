package org.rheobase.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.rheobase.dense.ByteConvolution;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;
import org.rheobase.sim.Kernel;
import org.rheobase.speed.AddRate;
import org.rheobase.speed.LayerTimer;
import org.rheobase.speed.ProcessorTime;
import org.rheobase.speed.SpikingLayer;

/**
 * One 3x3 convolution of spikes between two sites: synaptic operations per second beside what the
 * processor can add from its caches, and how time grows with steps, images, channels and density.
 *
 * <p>{@code java --add-modules jdk.incubator.vector org.rheobase.bench.GrowthBenchmark [FOLDER]};
 * charts go to the folder. Times are of one thread's processor, medians of five.
 */
public final class GrowthBenchmark {
  private static final int REPETITIONS = 5;
  private static final long WARM_UP = 300_000_000L;

  /** Channels and sizes of the layers of a ResNet. */
  private static final int[][] RESNET = {{64, 56}, {128, 28}, {256, 14}, {512, 7}};

  private GrowthBenchmark() {}

  private record Layer(SpikingLayer layer, int steps) {
    Layer(int channels, int size, int steps, double density, int largestWeight) {
      this(new SpikingLayer(3, channels, size, density, largestWeight), steps);
    }
  }

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
        "3x3 layer, T = 32", "density", "ms/image", "G SOP/s", "of add rate");
    for (int weight : new int[] {SpikingLayer.INT16, SpikingLayer.INT8}) {
      for (int[] shape : RESNET) {
        for (double density : new double[] {0.05, 0.1}) {
          Measured m = measure(new Layer(shape[0], shape[1], 32, density, weight), 1);
          System.out.printf(
              "%4d channels, %2dx%-2d %6s %7.0f%% %12.2f %12.1f %13.0f%%%n",
              shape[0],
              shape[1],
              shape[1],
              weight == SpikingLayer.INT8 ? "8-bit" : "16-bit",
              100 * density,
              m.milliseconds(),
              m.gigaPerSecond(),
              100 * m.gigaPerSecond() / Math.max(first, second));
        }
      }
    }
    dense();
    Path folder = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : null;
    grow(
        folder,
        "steps",
        new int[] {8, 16, 32, 64, 128, 256},
        t -> new Layer(64, 14, t, 0.1, SpikingLayer.INT16));
    grow(
        folder,
        "images",
        new int[] {1, 2, 4, 8, 16, 32},
        _ -> new Layer(64, 14, 32, 0.1, SpikingLayer.INT16));
    grow(
        folder,
        "channels",
        new int[] {8, 16, 32, 64, 128, 256},
        c -> new Layer(c, 14, 32, 0.1, SpikingLayer.INT16));
    grow(
        folder,
        "density in per cent",
        new int[] {1, 2, 5, 10, 20, 50, 100},
        d -> new Layer(64, 14, 32, d / 100.0, SpikingLayer.INT16));
  }

  /** The same layers as products of bytes, beside what the library does with nothing around it. */
  private static void dense() {
    System.out.printf(
        "%n%-26s %8s %12s %14s %14s%n",
        "dense, T = 32", "weights", "ms/image", "G MAC/s", "product alone");
    DenseBackend backend = DenseBackends.best();
    for (int weight : new int[] {SpikingLayer.INT16, SpikingLayer.INT8}) {
      for (int[] shape : RESNET) {
        int channels = shape[0];
        int size = shape[1];
        int limbs = weight == SpikingLayer.INT8 ? 1 : 2;
        Layer layer = new Layer(channels, size, 32, 0.1, weight);
        LayerTimer timer = new LayerTimer(layer.layer(), Kernel.DENSE, layer.steps());
        timer.warmUp(WARM_UP);
        double[] ms = new double[REPETITIONS];
        double[] alone = new double[REPETITIONS];
        ByteConvolution.Run run =
            backend
                .bytes(
                    new ByteConvolution.Layer(
                        Window.of(3, 3).withPadding(1, 1, 1, 1),
                        Shape.of(channels, size, size),
                        limbs * channels,
                        new byte[limbs * channels * channels * 9]))
                .newRun();
        for (int r = 0; r < REPETITIONS; r++) {
          ms[r] = timer.milliseconds(4) / 4;
          long start = ProcessorTime.ofThisThread();
          for (int i = 0; i < 128; i++) {
            run.compute();
          }
          alone[r] = (ProcessorTime.ofThisThread() - start) / 1e6 / 4;
        }
        double macs = 32.0 * channels * channels * 9 * size * size / 1e6;
        System.out.printf(
            "%4d channels, %2dx%-2d %15s %12.2f %14.0f %14.0f%n",
            channels,
            size,
            size,
            limbs == 1 ? "8-bit" : "16-bit",
            LayerTimer.median(ms),
            macs / LayerTimer.median(ms),
            macs / LayerTimer.median(alone));
      }
    }
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
    LayerTimer timer = new LayerTimer(layer.layer(), Kernel.EVENT, layer.steps());
    timer.warmUp(WARM_UP);
    double[] ms = new double[REPETITIONS];
    int rounds = 8;
    for (int r = 0; r < REPETITIONS; r++) {
      ms[r] = timer.milliseconds(rounds * images) / rounds;
    }
    return new Measured(LayerTimer.median(ms), images * timer.sops());
  }
}
