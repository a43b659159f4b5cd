package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** What lookups consist of; that they return the right bits, {@link KernelAgreementTest} shows. */
class LookupTest {
  private static final Window SAME = Window.of(3, 3).withPadding(1, 1, 1, 1);

  private static @Nullable Lookup of(int in, int out, int weight, Window window) {
    int[] integers = new int[in * out * window.kernelHeight() * window.kernelWidth()];
    Arrays.fill(integers, weight);
    integers[0] = 1; // so that the unit is 1
    Shape from = Shape.of(in, 8, 8);
    Shape to = Shape.of(out, window.outHeight(8), window.outWidth(8));
    Op.Conv conv =
        new Op.Conv(
            Weights.of(
                new float[integers.length], out, in, window.kernelHeight(), window.kernelWidth()),
            Weights.filled(out, 0),
            window,
            1);
    return Lookup.of(0, 0, conv, integers, from, to, View.whole(to));
  }

  @Test
  void everyInputOfAnOutputIsInExactlyOneLookup() {
    for (int channels : new int[] {1, 3, 5, 16, 18, 32, 64, 67}) {
      for (Window window : List.of(Window.of(1, 1), SAME, SAME.withStride(2, 2))) {
        LookupLayout layout =
            LookupLayout.of(window, Shape.of(channels, 8, 8), Shape.of(4, 4, 4), 0);
        List<LookupLayout.Source> all = new ArrayList<>();
        layout.sources().forEach(all::addAll);
        assertThat(all)
            .doesNotHaveDuplicates()
            .hasSize(channels * window.kernelHeight() * window.kernelWidth());
      }
    }
  }

  @Test
  void channelsThatAreLeftShareLookups() {
    Shape map = Shape.of(16, 32, 32);
    assertThat(LookupLayout.of(SAME, map, map, 0).offset()).hasSize(3 * 9 + 2);
  }

  @Test
  void wideWeightsHaveTwoTablesUnlessTheirSumsFit() {
    assertThat(of(64, 1, 127, SAME)).extracting(Lookup::limbs).isEqualTo(1);
    assertThat(of(64, 1, 129, SAME)).extracting(Lookup::limbs).isEqualTo(2);
    assertThat(of(8, 1, 129, Window.of(1, 1))).extracting(Lookup::limbs).isEqualTo(1);
    assertThat(of(8, 1, 32639, SAME)).extracting(Lookup::limbs).isEqualTo(2);
    assertThat(of(8, 1, 32641, SAME)).isNull();
    assertThat(of(8, 1, -32897, SAME)).isNull();
  }

  @Test
  void sumsBeyond16BitsTakeSeveralPasses() {
    assertThat(passes(56)).isEqualTo(1);
    assertThat(passes(127)).isEqualTo(3);
    assertThat(passes(-128)).isEqualTo(3);
  }

  private static int passes(int weight) {
    return Objects.requireNonNull(of(64, 1, weight, SAME)).passes().size();
  }

  @Test
  void tablesThatNoCacheHoldsAreLeftToOthers() {
    assertThat(of(64, 64, 32639, SAME)).isNotNull();
    assertThat(of(256, 256, 32639, SAME)).isNull();
  }

  @Test
  void everySpikeOfTheLargestWeightsIsCounted() {
    for (float sign : new float[] {1, -1}) {
      Nets nets = new Nets(1, 1, 6, 5);
      String spikes = nets.fire(nets.conv("image", 70, Window.of(1, 1), 1));
      float[] weights = new float[20 * 70 * 9];
      Arrays.fill(weights, sign * 32639 * 0x1p-20f);
      String current =
          nets.add(
              new Op.Conv(Weights.of(weights, 20, 70, 3, 3), Weights.filled(20, 0), SAME, 1),
              spikes);
      agree(nets.graph(nets.linear(nets.flatten(nets.fire(current)), 3)), 0);
    }
  }

  @Test
  void sitesOfLookupsAndAShortcutAreUpdatedByChannel() {
    Nets nets = new Nets(1, 3, 7, 6);
    String x = nets.fire(nets.conv("image", 20, SAME, 1));
    String a = nets.fire(nets.conv(x, 20, SAME, 1));
    String b = nets.fire(nets.add(new Op.Add(), nets.conv(a, 20, SAME, 1), nets.shortcut(x)));
    String c = nets.fire(nets.conv(b, 24, SAME.withStride(2, 2), 1));
    String d = nets.conv(c, 24, SAME, 1);
    String e = nets.conv(b, 24, Window.of(1, 1).withStride(2, 2), 1);
    String y = nets.fire(nets.add(new Op.Add(), d, e));
    String both = nets.add(new Op.Add(), nets.conv(y, 24, SAME, 1), nets.conv(c, 24, SAME, 1));
    String z = nets.fire(nets.add(new Op.Add(), both, nets.shortcut(y)));
    agree(nets.graph(nets.linear(nets.flatten(z), 10)), 5);
  }

  @Test
  void partsThatPaddingMakesAsLargeAsTheSiteKeepPositionsTogether() {
    for (Op.Pad pad :
        List.of(
            new Op.Pad(0, 0, 1, 0, 0, 0),
            new Op.Pad(0, 0, 0, 1, 0, 0),
            new Op.Pad(0, 0, 0, 0, 0, 17))) {
      for (boolean isShortcut : new boolean[] {false, true}) {
        Nets nets = new Nets(4, 3, 7, 6);
        String x = nets.fire(nets.conv("image", 20, SAME, 1));
        float[] weights = new float[20 * 20 * 9];
        Arrays.fill(weights, 0x1p-8f);
        Op.Conv conv =
            new Op.Conv(Weights.of(weights, 20, 20, 3, 3), Weights.filled(20, 0), SAME, 1);
        String part = nets.add(pad, isShortcut ? nets.shortcut(x) : nets.add(conv, x));
        int channels = nets.shape(part).channels();
        String grown = nets.fire(nets.add(new Op.Pad(0, 0, pad.bottom(), pad.right(), 0, 0), x));
        String whole = nets.conv(grown, channels, SAME, 1);
        String y = nets.fire(isShortcut ? nets.add(new Op.Add(), whole, part) : part);
        agree(nets.graph(nets.linear(nets.flatten(y), 3)), isShortcut ? -1 : 0);
      }
    }
  }

  @Property(tries = 60)
  void lookupsOfDifferentWindowsFeedOneSite(@ForAll long seed) {
    Random random = new Random(seed);
    Nets nets = new Nets(3 * random.nextInt(1000) + 1, 2, 13, 12);
    String x = nets.fire(nets.conv("image", 1 + random.nextInt(20), SAME, 1));
    int out = 1 + random.nextInt(20);
    String first = nets.conv(x, out, SAME, 1);
    Window other =
        Window.of(1 + random.nextInt(4), 1 + random.nextInt(4))
            .withStride(1 + random.nextInt(2), 1 + random.nextInt(2));
    int top = random.nextInt(other.kernelHeight());
    int left = random.nextInt(other.kernelWidth());
    int height = 12 * other.strideHeight() + other.kernelHeight() - top;
    int width = 11 * other.strideWidth() + other.kernelWidth() - left;
    // Rows and columns that no window reads, too.
    int below = random.nextInt(other.strideHeight());
    int beside = random.nextInt(other.strideWidth());
    Window larger = Window.of(1, 1).withPadding(0, 0, height + below - 13, width + beside - 12);
    String source = nets.fire(nets.conv("image", 1 + random.nextInt(20), larger, 1));
    String second = nets.conv(source, out, other.withPadding(top, left, 0, 0), 1);
    String y = nets.fire(nets.add(new Op.Add(), first, second));
    agree(nets.graph(nets.linear(nets.flatten(y), 3)), -1);
  }

  @Test
  void columnsThatNoWindowReadsStayOutsideOfWiderRows() {
    for (int seed : new int[] {1, 2, 4, 5, 7, 8}) {
      Nets nets = new Nets(seed, 1, 11, 19);
      Window left = Window.of(1, 2).withStride(2, 2);
      String first = nets.conv(nets.fire(nets.conv("image", 9, left, 1)), 12, SAME, 1);
      String source = nets.fire(nets.conv("image", 9, Window.of(1, 1), 1));
      Window right = Window.of(2, 2).withStride(2, 2).withPadding(1, 0, 0, 0);
      String second = nets.conv(source, 12, right, 1);
      String y = nets.fire(nets.add(new Op.Add(), first, second));
      agree(nets.graph(nets.linear(nets.flatten(y), 3)), 1);
    }
  }

  @Test
  void otherCurrentsAndHardResetKeepPositionsTogether() {
    Nets nets = new Nets(1, 3, 7, 6);
    String x = nets.fire(nets.conv("image", 9, SAME, 1));
    String constant = nets.conv("image", 9, SAME, 1);
    String a = nets.fire(nets.add(new Op.Add(), nets.conv(x, 9, SAME, 1), constant));
    String counts = nets.summedPool(a, 2);
    String b = nets.fire(nets.conv(counts, 5, Window.of(2, 2), 1));
    agree(nets.graph(nets.linear(nets.flatten(b), 10)), 0);

    Nets hard = new Nets(3, 3, 7, 6);
    String s = hard.fire(hard.conv("image", 9, SAME, 1));
    String t = hard.fire(hard.conv(s, 9, SAME, 1));
    Graph net = hard.graph(hard.linear(hard.flatten(t), 10));
    assertThat(net.node(t).op())
        .isInstanceOfSatisfying(
            Op.IntegrateFire.class,
            site -> assertThat(site.neuron()).isInstanceOf(Neuron.HardReset.class));
    agree(net, 0);
  }

  @Test
  void listsOfSpikesAreMadeOnlyForThoseWhoReadThem() {
    Nets nets = new Nets(1, 3, 7, 6);
    String x = nets.fire(nets.conv("image", 20, SAME, 1));
    String a = nets.fire(nets.conv(x, 20, SAME, 1));
    String b = nets.fire(nets.conv(a, 20, SAME, 1));
    Graph net = nets.graph(nets.linear(nets.flatten(b), 10));
    assertThat(listed(net, CostModel.LOOKUP)).containsExactly(-1, -1, Integer.MAX_VALUE);
    assertThat(listed(net, CostModel.everywhere(0.1, 0.5)))
        .containsExactly(84, 84, Integer.MAX_VALUE);
    assertThat(listed(net, CostModel.EVENTS)).containsOnly(Integer.MAX_VALUE);
  }

  private static List<Integer> listed(Graph net, CostModel costs) {
    SpikingStructure structure = SpikingStructure.of(net);
    Kernels kernels = new Kernels(new PlainLoops(), new JavaBackend(), costs);
    Plan plan = IntegerCompiler.compile(structure, OperationCounts.of(structure), kernels);
    List<Integer> listed = new ArrayList<>();
    for (int n = 0; n < net.nodes().size(); n++) {
      if (net.nodes().get(n).op() instanceof Op.IntegrateFire) {
        listed.add(plan.nodes().get(n).listed());
      }
    }
    return listed;
  }

  /** Lookups return what events do; so many sites are planar, or any number where negative. */
  private static void agree(Graph net, int planar) {
    SpikingStructure structure = SpikingStructure.of(net);
    float[] image = Nets.image(net, new Random(5).nextLong());
    Simulation events =
        IntegerNetwork.of(structure, Kernels.events(new PlainLoops()))
            .newSimulator()
            .run(image, 40, 1);
    for (Loops loops : List.of(new PlainLoops(), new VectorLoops())) {
      Kernels kernels = new Kernels(loops, new JavaBackend(), CostModel.LOOKUP);
      Plan plan = IntegerCompiler.compile(structure, OperationCounts.of(structure), kernels);
      assertThat(plan.lookups()).isNotEmpty();
      if (planar >= 0) {
        assertThat(plan.perStep().stream().filter(Planar.class::isInstance)).hasSize(planar);
      }
      Simulation found = IntegerNetwork.of(structure, kernels).newSimulator().run(image, 40, 1);
      assertThat(found.outputs()).isDeepEqualTo(events.outputs());
      assertThat(found.activity().spikes()).isDeepEqualTo(events.activity().spikes());
      assertThat(found.activity().sops()).containsExactly(events.activity().sops());
    }
  }
}
