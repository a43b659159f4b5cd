package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Operations counted by hand. */
class OperationCountsTest {
  @Test
  void aSpikeReachesFewerWeightsAtTheBorder() {
    Op.Conv conv = zeros(4, 2, Window.of(3, 3).withPadding(1, 1, 1, 1), 1);
    assertThat(OperationCounts.reach(conv, Shape.of(2, 3, 3)))
        .containsExactly(16, 24, 16, 24, 36, 24, 16, 24, 16);
  }

  @Test
  void aStrideSkipsWeights() {
    Op.Conv conv = zeros(1, 1, Window.of(3, 3).withStride(2, 2).withPadding(1, 1, 1, 1), 1);
    // Rows 0 and 4 are seen by one kernel row, odd rows by two, row 2 by one.
    assertThat(OperationCounts.reach(conv, Shape.of(1, 5, 5)))
        .containsExactly(1, 2, 1, 2, 1, 2, 4, 2, 4, 2, 1, 2, 1, 2, 1, 2, 4, 2, 4, 2, 1, 2, 1, 2, 1);
  }

  @Test
  void theHeightOfSpikesDoesNotChangeWhatTheyCost() {
    for (boolean isPool : new boolean[] {true, false}) {
      Activity[] runs = new Activity[2];
      for (int theta = 1; theta <= 2; theta++) {
        Nets nets = new Nets(0, 1, 2, 2);
        String x = firing(nets, nets.add(zeros(1, 1, Window.of(1, 1), 1), "image"), theta);
        String sum = isPool ? nets.summedPool(x, 2) : nets.add(new Op.Add(), x, x);
        String y = firing(nets, nets.add(zeros(5, 1, Window.of(1, 1), 1), sum), theta);
        Graph net = nets.graph(nets.linearOfZeros(nets.flatten(y), 3));
        runs[theta - 1] =
            Simulators.compile(net, Kernel.SCALAR)
                .newSimulator()
                .run(new float[4], 3, 1)
                .activity();
      }
      assertThat(runs[1].sops()).isEqualTo(runs[0].sops());
      assertThat(runs[1].macs()).isEqualTo(runs[0].macs());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SCALAR", "EVENT"})
  void everyReaderOfASpikeCounts(Kernel kernel) {
    // All 4 neurons of the 2x2 map fire at every step.
    Nets nets = new Nets(0, 1, 2, 2);
    String x = firing(nets, nets.add(zeros(1, 1, Window.of(1, 1), 1), "image"));
    Window three = Window.of(3, 3).withPadding(1, 1, 1, 1);
    // 4 spikes x 4 positions x 5 channels = 80.
    String conv = nets.add(zeros(5, 1, three, 1), x);
    // The pool itself counts nothing; a count of 4 reaches 5 weights: 20.
    String pooled = nets.summedPool(x, 2);
    String projected = nets.add(zeros(5, 1, Window.of(1, 1), 1), pooled);
    String a = firing(nets, conv);
    String b = firing(nets, projected);
    // A shortcut: one per spike of a (20), 3x3 depthwise: 4 positions for each of 20 spikes (80).
    String sum =
        firing(nets, nets.add(new Op.Add(), nets.shortcut(a), nets.add(zeros(5, 5, three, 5), a)));
    // Readouts: 20 spikes x 3 weights and 5 spikes x 3 weights.
    String y = nets.linearOfZeros(nets.flatten(sum), 3);
    String z = nets.linearOfZeros(nets.flatten(b), 3);
    Graph net = nets.graph(nets.add(new Op.Add(), y, z));

    Activity activity =
        Simulators.compile(net, kernel).newSimulator().run(new float[4], 3, 1).activity();

    assertThat(activity.spikes())
        .isDeepEqualTo(new long[][] {{4, 4, 4}, {20, 20, 20}, {5, 5, 5}, {20, 20, 20}});
    long perStep = 80 + 20 + 20 + 80 + 60 + 15;
    assertThat(activity.sops()).containsExactly(perStep, perStep, perStep);
    assertThat(activity.macs()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(names = {"SCALAR", "EVENT"})
  void analogLayersCountAtEveryStepAndConstantsOnce(Kernel kernel) {
    Nets nets = new Nets(0, 1, 4, 4);
    Window three = Window.of(3, 3).withPadding(1, 1, 1, 1);
    String x = firing(nets, nets.add(zeros(2, 1, three, 1), "image"));
    String narrow = nets.add(zeros(3, 2, Window.of(1, 1), 1), x);
    String wide = firing(nets, nets.add(zeros(6, 3, Window.of(1, 1), 1), narrow));
    String mean = nets.add(new Op.AveragePool(Window.of(4, 4), false, 0, 0), wide);
    Graph net = nets.graph(nets.linearOfZeros(nets.flatten(mean), 10));

    Activity activity =
        Simulators.compile(net, kernel).newSimulator().run(new float[16], 5, 1).activity();

    // Borders included: 2 x 16 x 9 once; 6 x 16 x 3 and the readout 6 x 10 at each of 5 steps.
    assertThat(activity.macs()).isEqualTo(288 + 5 * (288 + 60));
    assertThat(activity.sops()).containsOnly(32 * 3);
  }

  private static Op.Conv zeros(int out, int in, Window w, int groups) {
    return new Op.Conv(
        Weights.of(
            new float[out * in / groups * w.kernelHeight() * w.kernelWidth()],
            out,
            in / groups,
            w.kernelHeight(),
            w.kernelWidth()),
        Weights.filled(out, 0),
        w,
        groups);
  }

  private static String firing(Nets nets, String input) {
    return firing(nets, input, 1);
  }

  /** Neurons that fire at every step. */
  private static String firing(Nets nets, String input, float theta) {
    int c = nets.shape(input).channels();
    return nets.add(
        new Op.IntegrateFire(
            Weights.filled(c, theta), Weights.filled(c, theta), Weights.filled(c, 100)),
        input);
  }
}
