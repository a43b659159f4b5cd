package org.rheobase.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

class RateModelTest {
  private static final int CHANNELS = 3;
  private static final int AREA = 5;
  private static final int NEURONS = CHANNELS * AREA;

  @Property
  void errorIsThatOfSpikesThatArriveEvenly(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 64) int steps) {
    Random random = new Random(seed);
    float[] currents = random.values();
    float[] targets = random.values();
    Op.IntegrateFire site = site(0.75f);
    double expected = 0;
    for (int n = 0; n < NEURONS; n++) {
      double theta = site.threshold().get(n / AREA);
      double v = site.initialPotential().get(n / AREA);
      int count = 0;
      for (int t = 0; theta > 0 && t < steps; t++) {
        v += currents[n] + site.biasCurrent().get(n / AREA);
      }
      while (theta > 0 && v >= theta && count < steps) {
        v -= theta;
        count++;
      }
      double error = theta * count / steps - targets[n];
      expected += error * error / AREA;
    }
    double found =
        new RateModel(site, steps, NEURONS, AREA, true)
            .error(currents, new float[NEURONS], targets);
    assertThat(found).isCloseTo(expected, within(1e-4 * (1 + expected)));
  }

  @Property
  void gradientIsTheFiniteDifferenceWhereTheFloorDoesNotShow(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = NEURONS - 1) int n,
      @ForAll boolean consistent) {
    // With so many steps, a floor is far finer than the difference.
    int steps = 1 << 22;
    Random random = new Random(seed);
    float[] currents = random.values();
    float[] targets = random.values();
    RateModel model = new RateModel(site(0.75f), steps, NEURONS, AREA, consistent);
    float[] gradient = new float[NEURONS];
    model.error(currents, gradient, targets);
    float h = 1f / 64;
    float[] up = new float[NEURONS];
    float[] down = new float[NEURONS];
    up[n] = h;
    down[n] = -h;
    double difference =
        (model.error(currents, up, targets) - model.error(currents, down, targets)) / (2 * h);
    float[] near = {h, -h};
    for (float edge : near) {
      float[] moved = new float[NEURONS];
      moved[n] = edge;
      model.error(currents, moved, targets);
      if ((moved[n] == 0) != (gradient[n] == 0)) {
        return; // a kink between the two points
      }
    }
    assertThat((double) gradient[n])
        .isCloseTo(difference, within(2e-3 * (1 + Math.abs(difference))));
  }

  @Property
  void initialPotentialAndBiasCurrentTakePartOnlyWhereConsistent(
      @ForAll @DoubleRange(min = 0, max = 1) double bias) {
    float[] currents = new Random(3).values();
    float[] targets = new Random(4).values();
    double with =
        new RateModel(site((float) bias), 16, NEURONS, AREA, false)
            .error(currents, new float[NEURONS], targets);
    double without =
        new RateModel(site(0), 16, NEURONS, AREA, false)
            .error(currents, new float[NEURONS], targets);
    assertThat(with).isEqualTo(without);
  }

  /** The last channel is dead. */
  private static Op.IntegrateFire site(float bias) {
    return new Op.IntegrateFire(
        Weights.vector(1.5f, 2f, 0f),
        Weights.vector(bias, -bias, bias),
        Weights.vector(0.5f, 1f, 0f));
  }

  private record Random(java.util.Random source) {
    Random(long seed) {
      this(new java.util.Random(seed));
    }

    /** Multiples of 1/128, off the edges of counts. */
    float[] values() {
      float[] values = new float[NEURONS];
      for (int i = 0; i < NEURONS; i++) {
        values[i] = (source.nextInt(-128, 384) + 0.5f) / 128;
      }
      return values;
    }
  }
}
