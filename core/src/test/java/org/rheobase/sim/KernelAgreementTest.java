package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * Every kernel returns the bits of the scalar one that spreads spike after spike, which returns
 * those of the reference: any size, window, group, density, number of steps and width of weights.
 */
class KernelAgreementTest {
  private static final int[] STEPS = {1, 63, 64, 65, 200};

  /** Multiply-accumulates that the reference may take for one case. */
  private static final double REFERENCE_BUDGET = 2e7;

  /** The same for dense products in plain Java. */
  private static final double DENSE_BUDGET = 2e8;

  /** What varies besides sizes. */
  private record Case(int percent, int largestWeight, Window window, int groups, int steps) {}

  @Property(tries = 150)
  void convolutionsOfAnySizeAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 130) int in,
      @ForAll @IntRange(min = 1, max = 130) int out,
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width) {
    Random random = new Random(seed);
    check(random, in, out, height, width, any(random, height, width, 1));
  }

  @Property(tries = 60)
  void depthwiseConvolutionsOfAnySizeAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 130) int channels,
      @ForAll @IntRange(min = 1, max = 9) int size) {
    Random random = new Random(seed);
    check(random, channels, channels, size, size, any(random, size, size, channels));
  }

  @Property(tries = 40)
  void groupedConvolutionsAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 6) int groups,
      @ForAll @IntRange(min = 1, max = 20) int in,
      @ForAll @IntRange(min = 1, max = 20) int out) {
    Random random = new Random(seed);
    check(random, groups * in, groups * out, 5, 4, any(random, 5, 4, groups));
  }

  @Test
  void everyDensityAgreesForTheShapesOfAResNet() {
    Window same = Window.of(3, 3).withPadding(1, 1, 1, 1);
    for (int percent : new int[] {0, 1, 10, 50, 100}) {
      for (int channels : new int[] {16, 32, 64}) {
        for (int weight : new int[] {127, 32639}) {
          Random random = new Random(percent);
          Case c = new Case(percent, weight, same, 1, 65);
          check(random, channels, channels, 11, 9, c);
          check(
              random,
              channels,
              2 * channels,
              8,
              9,
              new Case(percent, weight, same.withStride(2, 2), 1, 65));
        }
      }
    }
  }

  @Test
  void manyPositionsWithSeveralGroupsOfChannelsAgree() {
    Window same = Window.of(3, 3).withPadding(1, 1, 1, 1);
    for (int percent : new int[] {1, 100}) {
      for (int weight : new int[] {127, 32639}) {
        Case c = new Case(percent, weight, same, 1, 16);
        check(new Random(percent), 40, 130, 14, 13, c);
      }
    }
  }

  private static Case any(Random random, int height, int width, int groups) {
    int[] percents = {0, 1, 5, 20, 50, 100};
    int[] largest = {1, 127, 32639, 65536};
    Window window = Nets.window(random, height, width);
    return new Case(
        percents[random.nextInt(percents.length)],
        largest[random.nextInt(largest.length)],
        window,
        groups,
        STEPS[random.nextInt(STEPS.length)]);
  }

  private static void check(Random random, int in, int out, int height, int width, Case c) {
    Nets nets = new Nets(random.nextLong(), 1, height, width);
    String spikes = steady(nets, random, in, c.percent());
    String current = convolution(nets, random, spikes, out, c);
    Graph net = nets.graph(nets.linear(nets.flatten(nets.fire(current)), 3));

    SpikingStructure structure = SpikingStructure.of(net);
    float[] image = Nets.image(net, 1);
    Simulation scalar = run(of(structure, Kernels.events(new PlainLoops())), image, c);
    assertSame(run(of(structure, Kernels.events(new PlainLoops(true))), image, c), scalar);
    assertSame(run(of(structure, Kernels.events(new VectorLoops())), image, c), scalar);
    JavaBackend none = new JavaBackend();
    assertSame(
        run(of(structure, new Kernels(new VectorLoops(), none, CostModel.LOOKUP)), image, c),
        scalar);
    CostModel mixed = CostModel.everywhere(CostModel.NEVER, 0.05);
    assertSame(run(of(structure, new Kernels(new VectorLoops(), none, mixed)), image, c), scalar);
    double work = 0;
    for (Node node : net.nodes()) {
      if (node.op() instanceof Op.Conv conv) {
        work += (double) node.shape().area() * conv.weight().size() * c.steps();
      }
    }
    if (work < DENSE_BUDGET) {
      JavaBackend java = new JavaBackend();
      assertSame(
          run(of(structure, new Kernels(new PlainLoops(), java, CostModel.DENSE)), image, c),
          scalar);
      assertSame(
          run(of(structure, new Kernels(new VectorLoops(), java, CostModel.DENSE)), image, c),
          scalar);
      CostModel model = CostModel.everywhere(0.05, CostModel.NEVER);
      assertSame(run(of(structure, new Kernels(new VectorLoops(), java, model)), image, c), scalar);
    }
    if (work < REFERENCE_BUDGET) {
      assertSame(
          run(of(structure, new Kernels(new PlainLoops(), none, CostModel.LOOKUP)), image, c),
          scalar);
      Simulation reference = run(ReferenceNetwork.of(structure), image, c);
      assertThat(scalar.activity().spikes()).isDeepEqualTo(reference.activity().spikes());
      assertThat(scalar.activity().sops()).containsExactly(reference.activity().sops());
    }
  }

  private static SpikingNetwork of(SpikingStructure structure, Kernels kernels) {
    return IntegerNetwork.of(structure, kernels);
  }

  private static Simulation run(SpikingNetwork network, float[] image, Case c) {
    return network.newSimulator().run(image, c.steps(), 1);
  }

  /** Neurons that fire in the given share of steps, at steps that differ from each other. */
  static String steady(Nets nets, Random random, int channels, int percent) {
    Op.Conv nothing =
        new Op.Conv(
            Weights.of(new float[channels], channels, 1, 1, 1),
            Weights.filled(channels, 0),
            Window.of(1, 1),
            1);
    String zeros = nets.add(nothing, "image");
    float[] potentials = new float[nets.shape(zeros).size()];
    for (int i = 0; i < potentials.length; i++) {
      potentials[i] = random.nextInt(65536) * 0x1p-16f;
    }
    float drive = Math.round(percent * 655.36f) * 0x1p-16f;
    return nets.add(
        new Op.IntegrateFire(
            Weights.filled(channels, 1),
            Weights.filled(channels, drive),
            Weights.vector(potentials)),
        zeros);
  }

  private static String convolution(Nets nets, Random random, String spikes, int out, Case c) {
    int in = nets.shape(spikes).channels() / c.groups();
    Window window = c.window();
    int row = in * window.kernelHeight() * window.kernelWidth();
    float[] weights = new float[out * row];
    for (int o = 0; o < out; o++) {
      float unit = (float) Math.scalb(1.0, -14 - random.nextInt(3));
      for (int i = o * row; i < (o + 1) * row; i++) {
        weights[i] = (random.nextInt(2 * c.largestWeight() + 1) - c.largestWeight()) * unit;
      }
    }
    return nets.add(
        new Op.Conv(
            Weights.of(weights, out, in, window.kernelHeight(), window.kernelWidth()),
            Weights.filled(out, 0),
            window,
            c.groups()),
        spikes);
  }

  private static void assertSame(Simulation found, Simulation expected) {
    assertThat(found.outputs()).isDeepEqualTo(expected.outputs());
    assertThat(found.activity().spikes()).isDeepEqualTo(expected.activity().spikes());
    assertThat(found.activity().sops()).containsExactly(expected.activity().sops());
  }
}
