package org.rheobase.convert;

import org.rheobase.graph.Shape;

/**
 * Collects one site's activations over the calibration images and yields its thresholds. The stream
 * of activations is shown {@link #passes()} times.
 */
sealed interface ThresholdStatistics {
  int passes();

  /** Shows the activations of one image, {@code [c,h,w]} from {@code offset}; all at least 0. */
  void accept(float[] activations, int offset);

  void endPass();

  /** One threshold per channel (all equal where the granularity is the layer). */
  float[] thresholds();

  static ThresholdStatistics of(ThresholdRule rule, Recipe.Granularity granularity, Shape shape) {
    return switch (rule) {
      case ThresholdRule.Max _ -> new Maximum(granularity, shape);
      case ThresholdRule.Percentile p -> new Quantile(granularity, shape, p.percent() / 100);
    };
  }

  /** The true maximum. */
  final class Maximum implements ThresholdStatistics {
    private final Groups groups;
    private final float[] max;

    Maximum(Recipe.Granularity granularity, Shape shape) {
      groups = new Groups(granularity, shape);
      max = new float[groups.count()];
    }

    @Override
    public int passes() {
      return 1;
    }

    @Override
    public void accept(float[] activations, int offset) {
      int area = groups.shape().area();
      for (int c = 0; c < groups.shape().channels(); c++) {
        int g = groups.of(c);
        float m = max[g];
        for (int i = offset + c * area; i < offset + (c + 1) * area; i++) {
          m = Math.max(m, activations[i]);
        }
        max[g] = m;
      }
    }

    @Override
    public void endPass() {}

    @Override
    public float[] thresholds() {
      return groups.perChannel(g -> max[g]);
    }
  }

  /** An exact pooled quantile. */
  final class Quantile implements ThresholdStatistics {
    private final Groups groups;
    private final RadixQuantile quantile;

    Quantile(Recipe.Granularity granularity, Shape shape, double q) {
      groups = new Groups(granularity, shape);
      quantile = new RadixQuantile(groups.count(), q);
    }

    @Override
    public int passes() {
      return RadixQuantile.PASSES;
    }

    @Override
    public void accept(float[] activations, int offset) {
      int area = groups.shape().area();
      for (int c = 0; c < groups.shape().channels(); c++) {
        int g = groups.of(c);
        for (int i = offset + c * area; i < offset + (c + 1) * area; i++) {
          quantile.accept(g, activations[i]);
        }
      }
    }

    @Override
    public void endPass() {
      quantile.endPass();
    }

    @Override
    public float[] thresholds() {
      return groups.perChannel(g -> (float) quantile.value(g));
    }
  }

  /** Which channels share a threshold. */
  record Groups(Recipe.Granularity granularity, Shape shape) {
    int count() {
      return perLayer() ? 1 : shape.channels();
    }

    int of(int channel) {
      return perLayer() ? 0 : channel;
    }

    private boolean perLayer() {
      return granularity == Recipe.Granularity.LAYER;
    }

    float[] perChannel(java.util.function.IntToDoubleFunction threshold) {
      float[] values = new float[shape.channels()];
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) threshold.applyAsDouble(of(c));
      }
      return values;
    }
  }
}
