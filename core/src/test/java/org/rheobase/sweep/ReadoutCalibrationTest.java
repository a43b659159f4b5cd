package org.rheobase.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.calibrate.Calibration;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/** Readout calibration of one feature, where the least squares have a closed form. */
class ReadoutCalibrationTest {
  private static final int IMAGES = 50;

  /**
   * The layer computes {@code 2 x + 1} and is to compute {@code 5 x - 3 + noise}: the change of the
   * weight is {@code cov(x, residual) / (var(x) (1 + ridge))}, and the bias takes the mean that is
   * left.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 0.1, 1, 10})
  void theWeightChangesByItsCovarianceOverTheVarianceAndTheRidge(double ridge) {
    Random random = new Random(7);
    double[] x = random.doubles(IMAGES, 2, 4).toArray();
    double[] residual = new double[IMAGES];
    Op changed;
    try (LayerMeans means = new LayerMeans(new Storage(1 << 20), IMAGES, 1, 1)) {
      for (int i = 0; i < IMAGES; i++) {
        double target = 5 * x[i] - 3 + random.nextGaussian();
        residual[i] = target - (2 * x[i] + 1);
        means.writeInput(i, new float[] {(float) x[i]});
        means.writeCurrent(i, new float[] {(float) (2 * x[i] + 1)});
        means.writeTarget(i, new float[] {(float) target});
      }
      Op.Linear layer = new Op.Linear(Weights.of(new float[] {2}, 1, 1), Weights.vector(1));
      changed =
          new Calibration.Readout(ridge)
              .readout(new Node("layer", layer, List.of("x"), Shape.of(1, 1, 1)), means);
    }
    double covariance = covariance(x, residual);
    double weight = covariance / (covariance(x, x) * (1 + ridge));
    assertThat(changed).isInstanceOf(Op.Linear.class);
    Op.Linear found = (Op.Linear) changed;
    assertThat((double) found.weight().get(0)).isCloseTo(2 + weight, within(1e-4));
    assertThat((double) found.bias().get(0))
        .isCloseTo(1 + mean(residual) - weight * mean(x), within(1e-4));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  private static double covariance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - mean(a)) * (b[i] - mean(b));
    }
    return sum / a.length;
  }
}
