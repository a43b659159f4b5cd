package org.rheobase.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DescentTest {
  private static final int ITERATIONS = 100;
  private static final double RATE = 0.25;

  @Test
  void adamMovesByTheRateTimesAHalfCosineWhereTheGradientIsConstant() {
    float[] gradients = {3e-3f, -50};
    double[] scale = {1, 4};
    Descent descent = new Descent(Optimizer.ADAM, RATE, ITERATIONS, scale);
    float[] values = new float[2];
    double moved = 0;
    for (int k = 0; k < ITERATIONS; k++) {
      descent.step(values, gradients);
      moved += RATE * (1 + Math.cos(Math.PI * k / ITERATIONS)) / 2;
      assertThat((double) values[0]).as("step %d", k).isCloseTo(-moved, within(1e-3));
      assertThat((double) values[1]).as("step %d", k).isCloseTo(4 * moved, within(1e-3));
    }
  }

  /** With momentum m and a step length a, a constant gradient g moves by a g (1 + m + ... m^k). */
  @Test
  void gradientDescentGathersMomentum() {
    Descent descent = new Descent(Optimizer.SGD, RATE, ITERATIONS, new double[] {2});
    float[] value = new float[1];
    double expected = 0;
    for (int k = 0; k < ITERATIONS; k++) {
      descent.step(value, new float[] {0.5f});
      double momentum = (1 - Math.pow(0.9, k + 1)) / (1 - 0.9);
      expected -= RATE * (1 + Math.cos(Math.PI * k / ITERATIONS)) / 2 * 2 * 0.5 * momentum;
      assertThat((double) value[0]).as("step %d", k).isCloseTo(expected, within(1e-3));
    }
  }
}
