package org.rheobase.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.GraphBuilding;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.Dataset;
import org.rheobase.data.Planes;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.Sample;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.parallel.ProgressListener;

/**
 * Where activations have exponential tails, {@code P(z > theta) = p exp(-theta / tau)}, balancing
 * approaches {@code theta = tau ln(1 + 2 p k)} behind k iterations: the quantile 1 - 1/(2k),
 * whatever p and tau are.
 */
class BalancingLawTest {
  private static final Shape IMAGE = Shape.of(1, 32, 32);
  private static final int BATCH = 8;

  @Property(tries = 8)
  void exponentialTailsAreCutAtTheQuantileThatFollowsFromTheIterations(
      @ForAll @IntRange(min = 60, max = 150) int iterations,
      @ForAll @DoubleRange(min = 0.3, max = 1) double p,
      @ForAll @DoubleRange(min = 0.1, max = 10) double tau,
      @ForAll @IntRange(max = 1000) int seed) {
    float theta = balanced(iterations, new Exponential(iterations * BATCH, p, tau, seed));

    double above = p * Math.exp(-theta / tau);
    // The law is the limit for many iterations; the first, coarse ones go a little too far.
    double first = Math.exp(2 * p) / (2 * p) - 1;
    assertThat(above).isCloseTo(1 / (2.0 * (iterations + first)), within(0.25 * above));
    assertThat(2 * iterations * above).isBetween(0.7, 1.25);
  }

  /** Multiples of 1/64, so that sums are exact in any order. */
  @Property(tries = 200)
  void excessIsWhatLiesAboveTheThresholdOfTheChannel(
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll @IntRange(min = 1, max = 41) int small,
      @ForAll long seed) {
    Random random = new Random(seed);
    // Around multiples of a block, too.
    int area = small + random.nextInt(3) * 2027;
    float[] values = new float[channels * area];
    float[] theta = new float[channels];
    double[] expected = new double[channels];
    for (int c = 0; c < channels; c++) {
      theta[c] = random.nextInt(100) / 64f;
      for (int n = c * area; n < (c + 1) * area; n++) {
        values[n] = random.nextInt(-100, 300) / 64f;
        expected[c] += Math.max(0, values[n] - theta[c]);
      }
    }
    assertThat(LocalThresholdBalancing.excess(values, theta, area)).containsExactly(expected);
  }

  private static float balanced(int iterations, Dataset data) {
    GraphBuilding net = new GraphBuilding(0, 1, 32, 32);
    Graph graph = net.graph(net.relu("site", net.add("same", new Op.Identity(), "image")));
    Preprocessing preprocessing =
        new Preprocessing(
            Preprocessing.Channels.GREY,
            List.of(32, 32),
            new Preprocessing.Resize.None(),
            false,
            null,
            1,
            List.of(0.0),
            List.of(1.0),
            0);
    Thresholds thresholds =
        LocalThresholdBalancing.run(
            graph,
            new ThresholdRule.Balance(iterations, BATCH, 1),
            Granularity.CHANNEL,
            new CalibrationImages(data, preprocessing, data.size(), 0),
            new JavaBackend(),
            1,
            ProgressListener.NONE);
    Node site =
        graph.nodes().stream().filter(n -> n.op() instanceof Op.Relu).findFirst().orElseThrow();
    return Objects.requireNonNull(thresholds.bySite().get(site.name()))[0];
  }

  /** Values that are 0 with probability 1 - p, else exponential with mean tau. */
  private record Exponential(int size, double p, double tau, long seed) implements Dataset {
    @Override
    public Sample get(int index) {
      java.util.SplittableRandom random = new java.util.SplittableRandom(seed * 1_000_003 + index);
      float[] values = new float[IMAGE.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            random.nextDouble() < p ? (float) (-tau * Math.log(1 - random.nextDouble())) : 0;
      }
      return new Sample("" + index, new Planes(IMAGE, values), 0);
    }

    @Override
    public String description() {
      return "exponential";
    }
  }
}
