package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.dense.JavaBackend;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * The event-driven simulator against the reference: the same spikes and operations, bit for bit.
 */
class IntegerNetworkTest {
  @Property(tries = 120)
  void anyConvolutionAgrees(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int channels,
      @ForAll @IntRange(min = 1, max = 40) int out,
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width) {
    Nets nets = new Nets(seed, 2, height, width);
    String x = nets.fire(nets.conv("image", channels, Window.of(1, 1), 1));
    String y = nets.fire(nets.conv(x, out, Nets.window(nets.random, height, width), 1));
    check(nets.graph(head(nets, y)), seed, 7);
  }

  @Property(tries = 80)
  void groupedAndDepthwiseConvolutionsAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int groups,
      @ForAll @IntRange(min = 1, max = 3) int inPerGroup,
      @ForAll @IntRange(min = 1, max = 3) int outPerGroup,
      @ForAll @IntRange(min = 1, max = 8) int size) {
    Nets nets = new Nets(seed, 3, size, size + 1);
    String x = nets.fire(nets.conv("image", groups * inPerGroup, Window.of(1, 1), 1));
    Window window = Nets.window(nets.random, size, size + 1);
    String y = nets.fire(nets.conv(x, groups * outPerGroup, window, groups));
    int c = nets.shape(y).channels();
    String z = nets.fire(nets.conv(y, c, Window.of(1, 1), c));
    check(nets.graph(head(nets, z)), seed, 7);
  }

  @Property(tries = 40)
  void residualBlocksAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int channels,
      @ForAll @IntRange(min = 1, max = 3) int factor) {
    Nets nets = new Nets(seed, 3, 7, 6);
    Window three = Window.of(3, 3).withPadding(1, 1, 1, 1);
    String x = nets.fire(nets.conv("image", channels, three, 1));
    String a = nets.fire(nets.conv(x, channels, three, 1));
    String b =
        nets.fire(nets.add(new Op.Add(), nets.conv(a, channels, three, 1), nets.shortcut(x)));
    String c = nets.fire(nets.conv(b, channels * factor, three.withStride(2, 2), 1));
    String d = nets.conv(c, channels * factor, three, 1);
    String e = nets.conv(b, channels * factor, Window.of(1, 1).withStride(2, 2), 1);
    String y = nets.fire(nets.add(new Op.Add(), d, e));
    check(nets.graph(nets.linear(nets.flatten(nets.summedPool(y, 3)), 10)), seed, 64);
  }

  @Property(tries = 60)
  void poolsBeforeAndAfterTheNeuronAgree(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 18) int channels) {
    Nets nets = new Nets(seed, 3, 9, 8);
    Window pool = Window.of(3, 2).withStride(2, 1).withPadding(1, 0, 1, 1);
    String x =
        nets.fire(nets.add(new Op.MaxPool(pool), nets.conv("image", channels, Window.of(2, 2), 1)));
    String current =
        nets.add(
            new Op.Add(),
            nets.conv(x, channels, Window.of(3, 3).withPadding(1, 1, 1, 1), 1),
            nets.shortcut(x),
            x);
    String y = nets.fire(nets.add(new Op.MaxPool(pool), current));
    String z = nets.add(new Op.MaxPool(Window.of(2, 2)), y);
    String counts = nets.summedPool(y, 2);
    String a = nets.fire(nets.conv(z, 5, Window.of(1, 2), 1));
    String b = nets.fire(nets.conv(counts, channels, Window.of(1, 2), channels));
    String c = nets.fire(nets.conv(counts, 7, Window.of(1, 1), 1));
    String flat = nets.add(new Op.Concat(), nets.flatten(a), nets.flatten(b), nets.flatten(c));
    check(nets.graph(nets.linear(nets.fire(nets.linear(flat, 9)), 4)), seed, 16);
  }

  @Property(tries = 60)
  void concatenationPaddingAndReshapeAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int left,
      @ForAll @IntRange(min = 1, max = 20) int right) {
    Nets nets = new Nets(seed, 2, 5, 4);
    Window three = Window.of(3, 3).withPadding(1, 1, 1, 1);
    String a = nets.fire(nets.conv("image", left, three, 1));
    String b = nets.fire(nets.conv("image", right, three, 1));
    String spikes = nets.add(new Op.Concat(), a, b);
    String padded = nets.add(new Op.Pad(1, 0, 0, 2, 1, 2), spikes);
    String identity = nets.add(new Op.Identity(), padded);
    String current =
        nets.add(
            new Op.Concat(),
            nets.conv(identity, 3, Window.of(2, 3), 1),
            nets.conv(identity, 20, Window.of(2, 3), 1));
    String grown = nets.add(new Op.Pad(0, 1, 1, 0, 1, 0), current);
    String c = nets.fire(grown);
    Shape turned =
        Shape.of(nets.shape(c).width(), nets.shape(c).channels(), nets.shape(c).height());
    String reshaped = nets.add(new Op.Reshape(), turned, c);
    String d = nets.fire(nets.conv(reshaped, 4, Window.of(3, 1), 1));
    String e = nets.fire(nets.linear(nets.flatten(d), 11));
    check(nets.graph(nets.linear(e, 3)), seed, 7);
  }

  @Property(tries = 60)
  void linearIslandsAndAnalogValuesAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int channels,
      @ForAll @IntRange(min = 1, max = 70) int wide) {
    Nets nets = new Nets(seed, 3, 6, 7);
    Window three = Window.of(3, 3).withPadding(1, 1, 1, 1);
    String x = nets.fire(nets.conv("image", wide, three, 1));
    String p = nets.conv(x, channels, Window.of(1, 1), 1);
    String expanded = nets.fire(nets.conv(p, wide, Window.of(1, 1), 1));
    String deep = nets.fire(nets.conv(expanded, wide, three.withStride(2, 2), wide));
    String q = nets.conv(deep, channels, Window.of(1, 1), 1);
    String half = nets.conv(p, channels, three.withStride(2, 2), channels);
    String sum = nets.add(new Op.Add(), q, half);
    String e = nets.fire(nets.conv(sum, wide, Window.of(2, 2), 1));
    String mean =
        nets.add(new Op.AveragePool(Window.of(3, 3).withPadding(1, 1, 1, 1), true, 0, 0), e);
    int c = wide;
    String norm =
        nets.add(
            new Op.BatchNorm(
                Weights.filled(c, 1.3f),
                Weights.filled(c, -0.1f),
                Weights.filled(c, 0.2f),
                Weights.filled(c, 0.7f),
                1e-5f),
            mean);
    String f = nets.fire(norm);
    String g =
        nets.fire(
            nets.add(
                new Op.Add(),
                nets.conv(f, 6, Window.of(1, 1), 1),
                nets.conv(sum, 6, Window.of(2, 2), 1)));
    check(nets.graph(nets.add(new Op.Softmax(), nets.linear(nets.flatten(g), 5))), seed, 33);
  }

  @Property(tries = 30)
  void aReadoutOfAnyPrecisionAgrees(@ForAll long seed) {
    Nets nets = new Nets(seed, 3, 5, 5);
    String x = nets.fire(nets.conv("image", 9, Window.of(2, 2), 1));
    String y = nets.add(new Op.AveragePool(Window.of(4, 4), false, 0, 0), x);
    float[] weight = new float[90];
    float[] bias = new float[10];
    for (int i = 0; i < 90; i++) {
      weight[i] = (float) nets.random.nextGaussian();
      bias[i % 10] = (float) nets.random.nextGaussian();
    }
    Op.Linear linear = new Op.Linear(Weights.of(weight, 10, 9), Weights.vector(bias));
    check(nets.graph(nets.add(linear, nets.flatten(y))), seed, 7);
    Op.Conv conv =
        new Op.Conv(Weights.of(weight, 10, 9, 1, 1), Weights.vector(bias), Window.of(1, 1), 1);
    check(nets.graph(nets.add(conv, x)), seed, 7);
  }

  @Test
  void runsAreIndependentAndTheSameInEveryThread() throws Exception {
    Graph net = residual(5);
    float[] first = Nets.image(net, 1);
    SpikingNetwork network = IntegerNetwork.compile(net);
    Simulation alone = network.newSimulator().run(first, 40, 1);
    SpikingNetwork.Simulator used = network.newSimulator();
    used.run(Nets.image(net, 2), 7, 3);
    assertSame(used.run(first, 40, 1), alone);

    try (var pool = java.util.concurrent.Executors.newFixedThreadPool(4)) {
      List<java.util.concurrent.Future<Simulation>> futures = new java.util.ArrayList<>();
      for (int i = 0; i < 8; i++) {
        futures.add(pool.submit(() -> network.newSimulator().run(first, 40, 1)));
      }
      for (var future : futures) {
        assertSame(future.get(), alone);
      }
    }
  }

  @Test
  void vectorAndPlainLoopsReturnTheSameBits() {
    Graph net = residual(6);
    SpikingStructure structure = SpikingStructure.of(net);
    float[] image = Nets.image(net, 3);
    assertSame(
        IntegerNetwork.of(structure, Kernels.events(new VectorLoops()))
            .newSimulator()
            .run(image, 20, 5),
        IntegerNetwork.of(structure, Kernels.events(new PlainLoops()))
            .newSimulator()
            .run(image, 20, 5));
  }

  @Test
  void severalThreadsForOneImageReturnTheSameBits() {
    Graph net = residual(6);
    SpikingNetwork network = IntegerNetwork.compile(net);
    float[] first = Nets.image(net, 3);
    float[] second = Nets.image(net, 4);
    for (int threads : new int[] {2, 3, 100}) {
      try (SpikingNetwork.Simulator several = network.newSimulator(threads)) {
        for (float[] image : new float[][] {first, second, first}) {
          Simulation alone = network.newSimulator().run(image, 37, 5);
          assertSame(several.run(image, 37, 5), alone);
          StopRule stop = (step, _) -> step == 21;
          assertSame(
              several.run(image, 37, 5, stop), network.newSimulator().run(image, 37, 5, stop));
        }
      }
    }
  }

  @Test
  void theAutomaticChoiceSaysWhatItChoosesFrom() {
    Graph net = residual(7);
    assertThat(Simulators.compile(net, Kernel.AUTO).kernel())
        .isEqualTo(Simulators.looksUp() ? Kernel.AUTO : Kernel.EVENT);
    assertThat(Simulators.compile(net, Kernel.AUTO, CostModel.EVENTS).kernel())
        .isEqualTo(Kernel.EVENT);
    assertThat(Simulators.compile(net, Kernel.LOOKUP).kernel()).isEqualTo(Kernel.LOOKUP);
    CostModel costs = CostModel.everywhere(0.1, CostModel.NEVER);
    assertThat(Simulators.compile(net, Kernel.AUTO, costs).kernel()).isEqualTo(Kernel.AUTO);
    assertThat(Simulators.compile(net, Kernel.EVENT, costs).kernel()).isEqualTo(Kernel.EVENT);
    assertThat(Simulators.compile(net, Kernel.DENSE, costs).kernel()).isEqualTo(Kernel.DENSE);
  }

  @Test
  void weightsThatAreNotQuantisedAreRefusedAndSentToTheReference() {
    Graph net = withWeights(residual(7), w -> w * 1.2345678f);

    assertThatThrownBy(() -> Simulators.compile(net, Kernel.EVENT))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("not 16-bit integers times a power of two")
        .hasMessageContaining("--weights int16")
        .hasMessageContaining("--kernel scalar");
    Simulators.Compiled compiled = Simulators.compile(net, Kernel.AUTO);
    assertThat(compiled.kernel()).isEqualTo(Kernel.SCALAR);
    assertThat(compiled.reason()).contains("not 16-bit integers");
    assertThat(compiled.newSimulator().run(Nets.image(net, 1), 4, 1).outputs())
        .hasDimensions(4, 10);
  }

  @Test
  void aCurrentThatMayNotFitIsRefused() {
    Nets nets = new Nets(0, 1, 1, 1);
    String x = nets.fire(nets.conv("image", 64, Window.of(1, 1), 1));
    float[] weights = new float[64];
    java.util.Arrays.fill(weights, 32767 * 0x1p-14f);
    Op.Conv heavy =
        new Op.Conv(Weights.of(weights, 1, 64, 1, 1), Weights.vector(0x1p-24f), Window.of(1, 1), 1);
    Graph net = nets.graph(nets.fire(nets.add(heavy, x)));

    assertThatThrownBy(() -> IntegerNetwork.compile(net))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("2^30");
  }

  @Test
  void anArtificialNetworkIsRefused() {
    Nets nets = new Nets(0, 2, 3, 3);
    Graph net = nets.graph(nets.conv("image", 2, Window.of(1, 1), 1));

    assertThatThrownBy(() -> Simulators.compile(net, Kernel.AUTO))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("no integrate-and-fire site");
  }

  private static Graph residual(long seed) {
    Nets nets = new Nets(seed, 3, 9, 9);
    Window three = Window.of(3, 3).withPadding(1, 1, 1, 1);
    String x = nets.fire(nets.conv("image", 16, three, 1));
    String a = nets.fire(nets.conv(x, 37, three, 1));
    String b = nets.fire(nets.add(new Op.Add(), nets.conv(a, 16, three, 1), nets.shortcut(x)));
    String p = nets.conv(b, 5, Window.of(1, 1), 1);
    String c = nets.fire(nets.conv(p, 83, three, 1));
    return nets.graph(nets.linear(nets.flatten(nets.summedPool(c, 3)), 10));
  }

  private static Graph withWeights(Graph graph, UnaryOperator<Float> change) {
    return new Graph(
        graph.name(),
        graph.nodes().stream()
            .map(n -> {
              if (!(n.op() instanceof Op.Conv conv)) {
                return n;
              }
              float[] values = conv.weight().values().clone();
              for (int i = 0; i < values.length; i++) {
                values[i] = change.apply(values[i]);
              }
              return n.withOp(conv.with(new Weights(conv.weight().dims(), values), conv.bias()));
            })
            .toList(),
        graph.outputs());
  }

  private static String head(Nets nets, String spikes) {
    return nets.linear(nets.flatten(spikes), 4);
  }

  private static void check(Graph net, long seed, int steps) {
    float[] image = Nets.image(net, seed);
    int countFrom = 1 + steps / 3;
    Simulation expected = ReferenceNetwork.compile(net).newSimulator().run(image, steps, countFrom);
    Simulation found = IntegerNetwork.compile(net).newSimulator().run(image, steps, countFrom);
    assertThat(found.activity().spikes()).isDeepEqualTo(expected.activity().spikes());
    assertThat(found.activity().sops()).containsExactly(expected.activity().sops());
    assertThat(found.activity().macs()).isEqualTo(expected.activity().macs());
    Kernels products = new Kernels(new VectorLoops(), new JavaBackend(), CostModel.DENSE);
    try (SpikingNetwork.Simulator dense =
        IntegerNetwork.of(SpikingStructure.of(net), products).newSimulator(3)) {
      assertSame(dense.run(image, steps, countFrom), found);
    }
    Kernels lookups = new Kernels(new VectorLoops(), new JavaBackend(), CostModel.LOOKUP);
    try (SpikingNetwork.Simulator some =
        IntegerNetwork.of(SpikingStructure.of(net), lookups).newSimulator(2)) {
      assertSame(some.run(image, steps, countFrom), found);
      some.run(Nets.image(net, seed + 1), steps, countFrom);
      assertSame(some.run(image, steps, countFrom), found); // nothing is left of the image before
    }
    for (int t = 0; t < steps; t++) {
      for (int i = 0; i < expected.outputs()[t].length; i++) {
        float y = expected.outputs()[t][i];
        assertThat(found.outputs()[t][i]).isCloseTo(y, within(1e-5f * Math.max(1, Math.abs(y))));
      }
    }
  }

  private static void assertSame(Simulation found, Simulation expected) {
    assertThat(found.outputs()).isDeepEqualTo(expected.outputs());
    assertThat(found.activity().spikes()).isDeepEqualTo(expected.activity().spikes());
    assertThat(found.activity().sops()).containsExactly(expected.activity().sops());
  }
}
