package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

/** One integrate-and-fire neuron against its closed form (S1 eq. 10 and 15). */
class NeuronTest {
  @Property(tries = 300)
  void firesAsOftenAsTheClosedForm(
      @ForAll @IntRange(min = 0, max = 64) int current,
      @ForAll @IntRange(min = 0, max = 63) int potential,
      @ForAll @IntRange(min = 1, max = 70) int steps) {
    float i = current / 64f;
    float v0 = potential / 64f;
    long expected = Math.min(Math.max((long) Math.floor(steps * (double) i + v0), 0), steps);

    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      Simulation run = run(Nets.neuron(1, 0, v0), kernel, i, steps);
      assertThat(spikes(run)).as("%s", kernel).isEqualTo(expected);
      assertThat(run.outputs()[steps - 1][0]).isEqualTo((float) ((double) expected / steps));
    }
  }

  @Property(tries = 100)
  void spikesHaveTheHeightOfAnyThreshold(
      @ForAll @IntRange(min = 0, max = 24) int current,
      @ForAll @IntRange(min = 0, max = 23) int potential) {
    Simulation run = run(Nets.neuron(3, 0, potential / 8f), Kernel.SCALAR, current / 8f, 16);

    long expected = (16L * current + potential) / 24;
    assertThat(spikes(run)).isEqualTo(expected);
    assertThat(run.outputs()[15][0]).isEqualTo((float) (3.0 * expected / 16));
  }

  @Property(tries = 300)
  void withHardResetFiresAsANaiveLoop(
      @ForAll @IntRange(min = -64, max = 192) int current,
      @ForAll @IntRange(min = -128, max = 128) int potential,
      @ForAll @IntRange(min = -32, max = 32) int bias) {
    long[] expected = new long[20];
    double v = potential / 64.0;
    for (int t = 0; t < expected.length; t++) {
      v += (current + bias) / 64.0;
      if (v >= 1) {
        expected[t] = 1;
        v = 0;
      }
    }
    Graph net = Nets.neuron(new Neuron.HardReset(), 1, bias / 64f, potential / 64f);
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      Simulation run = run(net, kernel, current / 64f, expected.length);
      assertThat(run.activity().spikes()[0]).as("%s", kernel).isEqualTo(expected);
    }
  }

  @Test
  void aSwitchIsOnForItsValuesShareOfEveryWindowAndSpikesWhenItTurns() {
    Nets nets = new Nets(0, 1);
    String current =
        nets.add(new Op.Linear(Weights.of(new float[] {1}, 1, 1), Weights.vector(0f)), "image");
    Op.IntegrateFire site =
        new Op.IntegrateFire(
            Weights.vector(1f), Weights.vector(0f), Weights.vector(0f), new Neuron.SwitchCoding(4));
    float[] weights = {1, 2, 4};
    Graph net =
        nets.graph(
            nets.add(
                new Op.Linear(Weights.of(weights, 3, 1), Weights.filled(3, 0)),
                nets.add(site, current)));
    Simulation run = run(net, Kernel.SCALAR, 0.5f, 12);
    // At step 3 the charge of 1.5 is too little for the two steps that are left, so that the first
    // window has one step on, those behind it half of their steps.
    assertThat(run.activity().spikes()[0]).containsExactly(0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0);
    assertThat(run.activity().sops()).containsExactly(0, 0, 0, 3, 3, 0, 3, 0, 3, 0, 3, 0);
    assertThat(run.outputs()[11]).containsExactly(5 / 12f, 10 / 12f, 20 / 12f);
  }

  @Test
  void theEventDrivenKernelRefusesSwitchesAndAutoFallsBack() {
    Graph net = Nets.neuron(new Neuron.SwitchCoding(4), 1, 0, 0);
    assertThatThrownBy(() -> Simulators.compile(net, Kernel.EVENT))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("temporal switch coding")
        .hasMessageContaining("--kernel scalar");
    Simulators.Compiled automatic = Simulators.compile(net, Kernel.AUTO);
    assertThat(automatic.kernel()).isEqualTo(Kernel.SCALAR);
    assertThat(automatic.reason()).contains("temporal switch coding");
  }

  @Test
  void keepsWhatExceedsTheThreshold() {
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      Simulation run = run(Nets.neuron(1, 0, 0), kernel, 0.75f, 4);
      assertThat(run.activity().spikes()[0]).as("%s", kernel).containsExactly(0, 1, 1, 1);
    }
  }

  @Test
  void aStrongCurrentFiresOncePerStepAndItsChargeIsSpentLater() {
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      Simulation run = run(Nets.neuron(1, -3, 6), kernel, 2f, 8);
      assertThat(run.activity().spikes()[0])
          .as("%s", kernel)
          .containsExactly(1, 1, 1, 0, 0, 0, 0, 0);
    }
  }

  @Test
  void theBiasCurrentArrivesAtEveryStep() {
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      assertThat(spikes(run(Nets.neuron(1, 0.25f, 0), kernel, 0f, 16))).isEqualTo(4);
    }
  }

  @Test
  void aThresholdOfZeroOrLessSilencesTheNeuron() {
    for (float theta : new float[] {0, -1}) {
      for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
        Simulation run = run(Nets.neuron(theta, 1, 5), kernel, 3f, 4);
        assertThat(spikes(run)).isZero();
        assertThat(run.outputs()[3]).containsExactly(0f);
      }
    }
  }

  @Test
  void veryNegativePotentialsSaturate() {
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      // The bias makes the unit 2^-24: -100 saturates at -64 = -2^30 units, so that the threshold
      // is reached after 65 / 0.5 = 130 steps and not after 202.
      Simulation run = run(Nets.neuron(1, 0.5f + 0x1p-24f, -100f), kernel, 0f, 135);
      long[] spikes = run.activity().spikes()[0];
      assertThat(spikes(run)).isEqualTo(3);
      assertThat(new long[] {spikes[128], spikes[129], spikes[131], spikes[133]})
          .containsExactly(0, 1, 1, 1);
    }
  }

  @Test
  void thePredictionRestartsAtTheFirstCountedStep() {
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.EVENT}) {
      float[][] y =
          Simulators.compile(Nets.neuron(1, 0, 0), kernel)
              .newSimulator()
              .run(new float[] {0.5f}, 6, 4)
              .outputs();
      // Spikes at steps 2, 4, 6.
      assertThat(new float[] {y[0][0], y[1][0], y[2][0], y[3][0], y[4][0], y[5][0]})
          .containsExactly(0f, 0.5f, (float) (1 / 3.0), 1f, 0.5f, (float) (2 / 3.0));
    }
  }

  private static Simulation run(Graph net, Kernel kernel, float current, int steps) {
    return Simulators.compile(net, kernel).newSimulator().run(new float[] {current}, steps, 1);
  }

  private static long spikes(Simulation run) {
    long sum = 0;
    for (long s : run.activity().spikes()[0]) {
      sum += s;
    }
    return sum;
  }
}
