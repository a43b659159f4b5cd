package org.rheobase.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Microseconds for one 3x3 convolution of one image in one thread, by backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class DenseConvolutionBenchmark {
  @Param({"java", "onednn"})
  public String backend = "java";

  /** Channels in and out, and rows and columns of the map. */
  @Param({"16x32", "32x16", "64x8", "64x56", "256x14"})
  public String map = "16x32";

  private final Random random = new Random(0);
  private float[] input = {};
  private float[] output = {};
  private DenseBackend.Kernel kernel = (_, _, _, _) -> {};

  @Setup
  public void prepare() {
    int cross = map.indexOf('x');
    int channels = Integer.parseInt(map.substring(0, cross));
    int side = Integer.parseInt(map.substring(cross + 1));
    Shape shape = Shape.of(channels, side, side);
    input = gaussian(shape.size());
    output = new float[shape.size()];
    Op.Conv conv =
        new Op.Conv(
            Weights.of(gaussian(channels * channels * 9), channels, channels, 3, 3),
            Weights.filled(channels, 0),
            Window.of(3, 3).withPadding(1, 1, 1, 1),
            1);
    kernel = DenseBackends.named(backend).convolution(conv, shape);
  }

  @Benchmark
  public float[] convolution() {
    kernel.run(input, 0, output, 0);
    return output;
  }

  @TearDown
  public void close() {
    kernel.close();
  }

  private float[] gaussian(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
