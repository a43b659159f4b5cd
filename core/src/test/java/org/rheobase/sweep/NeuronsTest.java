package org.rheobase.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/** The neurons of a sweep, one by one. Numbers are multiples of 1/64, so that sums are exact. */
class NeuronsTest {
  @Property(tries = 500)
  void withSoftResetTheyFireAsOftenAsTheClosedForm(
      @ForAll @IntRange(min = 1, max = 256) int threshold,
      @ForAll @IntRange(min = 0, max = 64) int current,
      @ForAll @IntRange(min = -600, max = 600) int potential,
      @ForAll @IntRange(min = 1, max = 70) int steps) {
    int i = current * threshold / 64;
    float[] currents = new float[steps];
    Arrays.fill(currents, i / 64f);

    long expected = Math.clamp(Math.floorDiv((long) steps * i + potential, threshold), 0, steps);
    assertThat(on(new Neuron.SoftReset(), threshold, potential, currents)).hasSize((int) expected);
  }

  @Property(tries = 200)
  void vectorsFireAsNeuronsOneByOneDo(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int channels,
      @ForAll @IntRange(min = 1, max = 900) int area) {
    Random random = new Random(seed);
    Shape shape = Shape.of(channels, 1, area);
    float[] thresholds = new float[channels];
    float[] biases = new float[channels];
    float[] potentials = new float[shape.size()];
    for (int c = 0; c < channels; c++) {
      thresholds[c] = random.nextInt(4) == 0 ? 0 : random.nextFloat() * 3;
      biases[c] = random.nextFloat() - 0.5f;
    }
    float[][] currents = new float[1 + random.nextInt(20)][shape.size()];
    for (int n = 0; n < potentials.length; n++) {
      potentials[n] = random.nextFloat() * 2 - 0.5f;
      for (float[] step : currents) {
        step[n] = (float) random.nextGaussian();
      }
    }
    Op.IntegrateFire site =
        new Op.IntegrateFire(
            Weights.vector(thresholds), Weights.vector(biases), Weights.vector(potentials));
    int countFrom = 1 + random.nextInt(currents.length);
    List<List<long[]>> found = new ArrayList<>();
    List<int[]> counts = new ArrayList<>();
    for (boolean usesVectors : new boolean[] {false, true}) {
      List<long[]> on = new ArrayList<>();
      Neurons neurons = new Neurons(shape, usesVectors);
      counts.add(
          neurons
              .run(
                  site,
                  area,
                  currents.length,
                  reading(currents),
                  countFrom,
                  (_, bits) -> on.add(bits.clone()))
              .clone());
      found.add(on);
    }
    assertThat(counts.get(1)).containsExactly(counts.get(0));
    assertThat(found.get(1).toArray(long[][]::new))
        .isDeepEqualTo(found.get(0).toArray(long[][]::new));
  }

  /** Sites larger than a block, beside each of their channels alone. */
  @Property(tries = 60)
  void channelsDoNotTouchEachOther(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 9) int channels,
      @ForAll @IntRange(min = 300, max = 900) int area) {
    Random random = new Random(seed);
    Neuron neuron =
        List.of(new Neuron.SoftReset(), new Neuron.HardReset(), new Neuron.SwitchCoding(3))
            .get(random.nextInt(3));
    float[][] currents = new float[7][channels * area];
    for (float[] step : currents) {
      for (int n = 0; n < step.length; n++) {
        step[n] = (float) random.nextGaussian();
      }
    }
    List<long[]> together = new ArrayList<>();
    Neurons neurons = new Neurons(Shape.of(channels, 1, area));
    float[] threshold = new float[channels];
    float[] bias = new float[channels];
    float[] initial = new float[channels * area];
    for (int c = 0; c < channels; c++) {
      threshold[c] = random.nextInt(4) == 0 ? 0 : random.nextFloat() * 2;
      bias[c] = random.nextFloat() - 0.3f;
    }
    for (int n = 0; n < initial.length; n++) {
      initial[n] = random.nextFloat() * 3;
    }
    Op.IntegrateFire site =
        new Op.IntegrateFire(
            Weights.vector(threshold), Weights.vector(bias), Weights.vector(initial), neuron);
    // The second run must find nothing of the first.
    neurons.run(
        site, area, currents.length, (_, _, values, _) -> Arrays.fill(values, 9), 1, (_, _) -> {});
    int[] counts =
        neurons.run(
            site, area, currents.length, reading(currents), 3, (_, on) -> together.add(on.clone()));
    for (int c = 0; c < channels; c++) {
      int from = c * area;
      Neurons.Currents own = reading(currents);
      int[] expected =
          new Neurons(Shape.of(1, 1, area))
              .run(
                  new Op.IntegrateFire(
                      Weights.vector(threshold[c]),
                      Weights.vector(bias[c]),
                      Weights.vector(Arrays.copyOfRange(initial, from, from + area)),
                      neuron),
                  area,
                  currents.length,
                  (step, first, values, count) -> own.read(step, from + first, values, count),
                  3,
                  (step, on) -> {
                    for (int n = 0; n < area; n++) {
                      int at = from + n;
                      assertThat(together.get(step)[at / 64] >>> at % 64 & 1)
                          .isEqualTo(on[n / 64] >>> n % 64 & 1);
                    }
                  });
      assertThat(Arrays.copyOfRange(counts, from, from + area)).containsExactly(expected);
    }
  }

  @Property(tries = 300)
  void withHardResetTheyStartFromZeroBehindEverySpike(
      @ForAll @IntRange(min = 1, max = 256) int threshold, @ForAll long seed) {
    float[] currents = currents(seed, threshold);
    List<Integer> expected = new ArrayList<>();
    double v = 0.25;
    for (int t = 0; t < currents.length; t++) {
      v += currents[t];
      if (v >= threshold / 64.0) {
        expected.add(t);
        v = 0;
      }
    }
    assertThat(on(new Neuron.HardReset(), threshold, 16, currents)).isEqualTo(expected);
  }

  @Property(tries = 300)
  void aSwitchWithAWindowOfOneStepIsOnWhereSoftResetFires(
      @ForAll @IntRange(min = 1, max = 256) int threshold, @ForAll long seed) {
    float[] currents = currents(seed, threshold);
    assertThat(on(new Neuron.SwitchCoding(1), threshold, 16, currents))
        .isEqualTo(on(new Neuron.SoftReset(), threshold, 16, currents));
  }

  @Property(tries = 300)
  void aSwitchTurnsOnAtMostOnceInAWindowAndKeepsLittleCharge(
      @ForAll @IntRange(min = 1, max = 9) int window,
      @ForAll @IntRange(min = 1, max = 256) int threshold,
      @ForAll @IntRange(min = 0, max = 64) int current,
      @ForAll @IntRange(min = 1, max = 70) int steps) {
    int i = current * threshold / 64;
    float[] currents = new float[steps];
    Arrays.fill(currents, i / 64f);
    List<Integer> on = on(new Neuron.SwitchCoding(window), threshold, 0, currents);

    int[] switched = new int[steps / window + 1];
    for (int t : on) {
      if (!on.contains(t - 1)) {
        switched[t / window]++;
      }
    }
    assertThat(Arrays.stream(switched).max().orElse(0)).isLessThanOrEqualTo(1);
    long left = (long) steps * i - (long) on.size() * threshold;
    assertThat(left).isBetween(0L, (window + 1L) * threshold);
  }

  /**
   * At the first step of a window it needs charge for all of it, even where it was on before;
   * later, for the steps that are left, or for this one alone where it is on already.
   */
  @Property(tries = 300)
  void aSwitchIsOnWhereItsChargeSuffices(
      @ForAll @IntRange(min = 1, max = 9) int window,
      @ForAll @IntRange(min = 1, max = 256) int threshold,
      @ForAll @IntRange(min = 0, max = 600) int potential,
      @ForAll long seed) {
    float[] currents = currents(seed, threshold);
    double theta = threshold / 64.0;
    List<Integer> expected = new ArrayList<>();
    double v = potential / 64.0;
    for (int t = 0; t < currents.length; t++) {
      v += currents[t];
      boolean staysOn = t % window != 0 && expected.contains(t - 1);
      if (v >= (staysOn ? theta : (window - t % window) * theta)) {
        expected.add(t);
        v -= theta;
      }
    }
    assertThat(on(new Neuron.SwitchCoding(window), threshold, potential, currents))
        .isEqualTo(expected);
  }

  /** Currents {@code [T][neurons]}. */
  private static Neurons.Currents reading(float[][] currents) {
    return (step, firstNeuron, values, count) ->
        System.arraycopy(currents[step], firstNeuron, values, 0, count);
  }

  /** Multiples of 1/64 around zero, some far above the threshold. */
  private static float[] currents(long seed, int threshold) {
    Random random = new Random(seed);
    float[] currents = new float[40];
    for (int t = 0; t < currents.length; t++) {
      currents[t] = random.nextInt(-threshold, 2 * threshold) / 64f;
    }
    return currents;
  }

  /** The steps, from 0, at which one of three equal neurons is on: they must agree. */
  private static List<Integer> on(Neuron neuron, int threshold, int potential, float[] currents) {
    Op.IntegrateFire site =
        new Op.IntegrateFire(
            Weights.vector(0, threshold / 64f),
            Weights.vector(1, 0),
            Weights.vector(9, potential / 64f),
            neuron);
    float[][] each = new float[currents.length][];
    for (int t = 0; t < each.length; t++) {
      each[t] = new float[] {1, 1, 1, currents[t], currents[t], currents[t]};
    }
    List<Integer> on = new ArrayList<>();
    Neurons neurons = new Neurons(Shape.of(2, 1, 3));
    int[] counts = new int[0];
    // The second run must find nothing of the first.
    for (int run = 0; run < 2; run++) {
      on.clear();
      counts =
          neurons.run(
              site,
              3,
              each.length,
              reading(each),
              1,
              (step, bits) -> {
                assertThat(bits[0]).isIn(0L, 0b111000L);
                if (bits[0] != 0) {
                  on.add(step);
                }
              });
    }
    assertThat(counts).containsExactly(0, 0, 0, on.size(), on.size(), on.size());
    return on;
  }
}
