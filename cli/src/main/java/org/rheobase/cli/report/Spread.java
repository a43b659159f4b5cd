package org.rheobase.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Repeated measurements of one thing.
 *
 * @param deviation standard deviation of the sample (divisor n - 1), or null for fewer than two
 */
record Spread(double mean, @Nullable Double deviation) {
  static Spread of(List<Double> values) {
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    if (values.size() < 2) {
      return new Spread(mean, null);
    }
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Spread(mean, Math.sqrt(squares / (values.size() - 1)));
  }
}
