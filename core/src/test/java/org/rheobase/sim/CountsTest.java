package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
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

/** Sums of spikes, and what reads them: every kernel returns what the reference does. */
class CountsTest {
  private static final int[] PERCENTS = {0, 5, 30, 100};
  private static final Window THREE = Window.of(3, 3).withPadding(1, 1, 1, 1);

  @Property(tries = 100)
  void convolutionsOfPooledSpikesAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int channels,
      @ForAll @IntRange(min = 1, max = 70) int out,
      @ForAll @IntRange(min = 4, max = 9) int size) {
    Nets nets = new Nets(seed, 1, size, size - 1);
    String counts = nets.summedPool(spikes(nets, channels), pool(nets.random, size - 1));
    String y = weighted(nets, counts, out, THREE, nets.random.nextBoolean() ? 127 : 32639);
    String deep = nets.conv(counts, channels, THREE, channels);
    check(nets, nets.add(new Op.Concat(), nets.fire(y), nets.fire(deep)));
  }

  @Property(tries = 60)
  void sumsOfSpikeTrainsAgree(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int channels) {
    Nets nets = new Nets(seed, 1, 5, 6);
    String a = spikes(nets, channels);
    String b = spikes(nets, channels);
    String sum = nets.add(new Op.Add(), a, b, a);
    String padded = nets.add(new Op.Pad(1, 0, 2, 1, 1, 2), sum);
    String beside = nets.add(new Op.Concat(), b, sum, a);
    String x = nets.fire(weighted(nets, padded, 9, THREE, 127));
    String y = nets.fire(nets.conv(beside, 8, Window.of(2, 2).withDilation(2, 2), 1));
    String direct = nets.fire(nets.add(new Op.Add(), nets.shortcut(sum), sum));
    check(nets, nets.flatten(x), nets.flatten(y), nets.flatten(direct));
  }

  @Property(tries = 40)
  void spikesBesideEachOtherStaySingle(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int channels) {
    Nets nets = new Nets(seed, 1, 5, 6);
    String beside = nets.add(new Op.Concat(), spikes(nets, channels), spikes(nets, 3));
    String padded = nets.add(new Op.Pad(1, 2, 0, 1, 0, 1), beside);
    int all = channels + 4;
    check(
        nets,
        nets.flatten(nets.fire(nets.conv(padded, all, THREE, all))),
        nets.flatten(nets.fire(nets.shortcut(beside))),
        nets.flatten(nets.fire(weighted(nets, padded, 5, THREE, 127))));
  }

  @Property(tries = 60)
  void maximaAndMovementsOfCountsAgree(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 20) int channels) {
    Nets nets = new Nets(seed, 1, 7, 8);
    String counts = nets.summedPool(spikes(nets, channels), pool(nets.random, 7));
    Window two = Window.of(2, 1).withPadding(1, 0, 0, 0);
    String max = nets.add(new Op.MaxPool(two), counts);
    String turned = nets.add(new Op.Transpose(List.of(0, 2, 1)), counts);
    String chosen = nets.add(new Op.Select(0, List.of(1, 0, 1)), turned);
    String again = nets.add(new Op.MaxPool(two), nets.summedPool(max, Window.of(1, 2)));
    check(
        nets,
        nets.flatten(nets.fire(nets.conv(max, 5, Window.of(1, 1), 1))),
        nets.flatten(nets.fire(nets.conv(chosen, 6, Window.of(1, 1), 1))),
        nets.flatten(nets.fire(nets.shortcut(again))));
  }

  @Property(tries = 40)
  void countsAsValuesAgree(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int channels) {
    Nets nets = new Nets(seed, 1, 6, 6);
    String counts = nets.summedPool(spikes(nets, channels), Window.of(2, 2));
    String mean = nets.add(new Op.AveragePool(THREE, false, 0, 0), counts);
    String x = nets.flatten(nets.fire(nets.conv(mean, 4, Window.of(2, 2), 1)));
    check(nets, x);
    check(nets.graph(counts));
  }

  @Test
  void largeCountsAgree() {
    for (int percent : new int[] {7, 100}) {
      for (int weight : new int[] {1, 127, 32639, 65536}) {
        Nets nets = new Nets(weight, 1, 21, 20);
        String spikes = KernelAgreementTest.steady(nets, nets.random, 3, percent);
        String counts = nets.summedPool(spikes, Window.of(17, 17).withStride(2, 1));
        String four = nets.add(new Op.Add(), counts, counts, counts, counts);
        String x = nets.fire(weighted(nets, counts, 20, Window.of(2, 2), weight));
        String moved = nets.add(new Op.Identity(), four);
        String y = nets.fire(nets.conv(moved, 3, Window.of(2, 2), 3));
        String z = nets.fire(nets.add(new Op.Add(), nets.shortcut(four), counts));
        check(nets, nets.flatten(x), nets.flatten(y), nets.flatten(z));
      }
    }
  }

  /** All neurons spike and all weights are alike: sums and lists are as large as they can be. */
  @Test
  void everySpikeAtOnceFitsSumsAndLists() {
    for (int sum : new int[] {2, 8, 32, 33}) {
      for (int weight : new int[] {127, -127, 32639}) {
        Nets nets = new Nets(sum, 1, 6, 7);
        String spikes = KernelAgreementTest.steady(nets, nets.random, 17, 100);
        String[] same = new String[sum];
        Arrays.fill(same, spikes);
        String counts = nets.add(new Op.Add(), same);
        float[] weights = new float[5 * 17 * 9];
        Arrays.fill(weights, weight * 0x1p-12f);
        Op.Conv conv =
            new Op.Conv(Weights.of(weights, 5, 17, 3, 3), Weights.filled(5, 0), THREE, 1);
        check(nets, nets.fire(nets.add(conv, counts)));
      }
    }
  }

  @Test
  void sumsOfMoreSpikesThanCanBeKeptAreRefused() {
    Nets nets = new Nets(0, 1, 1, 1);
    String sum = spikes(nets, 2);
    for (int i = 0; i < 28; i++) {
      sum = nets.add(new Op.Add(), sum, sum);
    }
    Graph net = nets.graph(nets.fire(nets.add(new Op.MaxPool(Window.of(1, 1)), sum)));
    assertThatThrownBy(() -> IntegerNetwork.compile(net))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("one step may bring 536870912 spikes")
        .hasMessageContaining("--kernel scalar");
  }

  @Property(tries = 60)
  void runsAreJoinedAlikeByAllLoops(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int channels) {
    Random random = new Random(seed);
    Shape in = Shape.of(channels, 5, 6);
    Window window = pool(random, 5);
    Shape out = Shape.of(2 * channels, window.outHeight(5), window.outWidth(6));
    View view = View.whole(out);
    List<ScatterTable> tables =
        List.of(
            ScatterTable.of(window, in, out, view, 0, false),
            ScatterTable.of(window, in, out, view.shifted(0, 0, channels), 0, false));
    SpikeSum sum = SpikeSum.of(0, new int[] {0, 1}, List.of(in, in), tables, out);
    int percent = PERCENTS[random.nextInt(PERCENTS.length)];
    int[][] maps = {map(random, in, percent, 3), map(random, in, percent, 1)};
    int[] expected = new int[out.size()];
    Events[] inputs = new Events[2];
    for (int k = 0; k < 2; k++) {
      ScatterTable table = tables.get(k);
      for (int i = 0; i < maps[k].length; i++) {
        int p = i / channels;
        for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
          expected[table.target()[r] + i % channels] += maps[k][i];
        }
      }
      inputs[k] = new Events(in, k == 0);
      inputs[k].collect(maps[k]);
    }
    Events plain = new Events(out, true);
    Events vectors = new Events(out, true);
    new PlainLoops().join(inputs, sum, plain);
    new VectorLoops().join(inputs, sum, vectors);
    int[] found = new int[out.size()];
    for (int p = 0; p < plain.positions; p++) {
      for (int i = plain.start[p]; i < plain.start[p + 1]; i++) {
        assertThat(plain.element[i] / out.channels()).isEqualTo(p);
        found[plain.element[i]]++;
      }
    }
    assertThat(found).containsExactly(expected);
    assertThat(vectors.start).containsExactly(plain.start);
    assertThat(Arrays.copyOf(vectors.element, vectors.size()))
        .containsExactly(Arrays.copyOf(plain.element, plain.size()));
  }

  private static int[] map(Random random, Shape shape, int percent, int most) {
    int[] map = new int[shape.size()];
    for (int i = 0; i < map.length; i++) {
      map[i] = random.nextInt(100) < percent ? 1 + random.nextInt(most) : 0;
    }
    return map;
  }

  private static String spikes(Nets nets, int channels) {
    int percent = PERCENTS[nets.random.nextInt(PERCENTS.length)];
    return KernelAgreementTest.steady(nets, nets.random, channels, percent);
  }

  /** Windows of up to {@code size}, overlapping or not, padded or not. */
  private static Window pool(Random random, int size) {
    while (true) {
      Window w =
          Window.of(1 + random.nextInt(4), 2 + random.nextInt(3))
              .withStride(1 + random.nextInt(3), 1 + random.nextInt(3))
              .withDilation(1 + random.nextInt(2), 1)
              .withPadding(
                  random.nextInt(3), random.nextInt(2), random.nextInt(2), random.nextInt(3));
      if (w.fits(size, size)) {
        return w;
      }
    }
  }

  private static String weighted(Nets nets, String input, int out, Window window, int largest) {
    int in = nets.shape(input).channels();
    float[] weights = new float[out * in * window.kernelHeight() * window.kernelWidth()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (nets.random.nextInt(2 * largest + 1) - largest) * 0x1p-14f;
    }
    return nets.add(
        new Op.Conv(
            Weights.of(weights, out, in, window.kernelHeight(), window.kernelWidth()),
            Weights.filled(out, 0),
            window,
            1),
        input);
  }

  private static void check(Nets nets, String... parts) {
    String all = parts.length == 1 ? nets.flatten(parts[0]) : nets.add(new Op.Concat(), parts);
    check(nets.graph(nets.linear(nets.flatten(all), 3)));
  }

  private static void check(Graph net) {
    SpikingStructure structure = SpikingStructure.of(net);
    float[] image = Nets.image(net, 1);
    Simulation expected = ReferenceNetwork.of(structure).newSimulator().run(image, 18, 3);
    JavaBackend java = new JavaBackend();
    for (Loops loops : List.of(new PlainLoops(), new PlainLoops(true), new VectorLoops())) {
      for (CostModel costs :
          List.of(
              CostModel.EVENTS,
              CostModel.DENSE,
              CostModel.LOOKUP,
              CostModel.everywhere(0.1, 0.2))) {
        IntegerNetwork network = IntegerNetwork.of(structure, new Kernels(loops, java, costs));
        try (SpikingNetwork.Simulator simulator = network.newSimulator()) {
          Simulation found = simulator.run(image, 18, 3);
          assertThat(found.activity().spikes()).isDeepEqualTo(expected.activity().spikes());
          assertThat(found.activity().sops()).containsExactly(expected.activity().sops());
          for (int t = 0; t < 18; t++) {
            for (int i = 0; i < expected.outputs()[t].length; i++) {
              float y = expected.outputs()[t][i];
              assertThat(found.outputs()[t][i])
                  .isCloseTo(y, within(1e-5f * Math.max(1, Math.abs(y))));
            }
          }
        }
      }
    }
  }
}
