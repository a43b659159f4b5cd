package org.rheobase.calibrate;

/** Steps of weights against their gradient, with the step length falling to 0 as a cosine. */
final class Descent {
  private static final double MOMENTUM = 0.9;
  private static final double SQUARES = 0.999;
  private static final double EPSILON = 1e-8;

  private final Optimizer optimizer;
  private final double rate;
  private final double[] scale;
  private final int iterations;
  private final double[] moment;
  private final double[] square;
  private int done;

  /**
   * @param scale {@code [values]}: the unit of each one's steps
   */
  Descent(Optimizer optimizer, double rate, int iterations, double[] scale) {
    int size = scale.length;
    this.optimizer = optimizer;
    this.rate = rate;
    this.scale = scale;
    this.iterations = iterations;
    this.moment = new double[size];
    this.square = new double[optimizer == Optimizer.ADAM ? size : 0];
  }

  /** Moves the values by one step. */
  void step(float[] values, float[] gradient) {
    double length = rate / 2 * (1 + Math.cos(Math.PI * done / iterations));
    done++;
    switch (optimizer) {
      case SGD -> {
        for (int i = 0; i < values.length; i++) {
          moment[i] = MOMENTUM * moment[i] + gradient[i];
          values[i] -= (float) (length * scale[i] * moment[i]);
        }
      }
      case ADAM -> {
        double first = 1 - Math.pow(MOMENTUM, done);
        double second = 1 - Math.pow(SQUARES, done);
        for (int i = 0; i < values.length; i++) {
          double g = gradient[i];
          moment[i] = MOMENTUM * moment[i] + (1 - MOMENTUM) * g;
          square[i] = SQUARES * square[i] + (1 - SQUARES) * g * g;
          double step = moment[i] / first / (Math.sqrt(square[i] / second) + EPSILON);
          values[i] -= (float) (length * scale[i] * step);
        }
      }
    }
  }
}
