package org.rheobase.threshold;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.rheobase.graph.Shape;

/**
 * Collects one site's activations over the calibration images and yields its thresholds. The stream
 * of activations is shown {@link #passes()} times.
 */
sealed interface ThresholdStatistics
    permits ThresholdStatistics.Batches,
        ThresholdStatistics.Maximum,
        ThresholdStatistics.Quantile,
        MinimalSquaredError {
  int passes();

  /** Shows the activations of one image, {@code [c,h,w]} from {@code offset}; all at least 0. */
  void accept(float[] activations, int offset);

  void endPass();

  /** One threshold per channel (all equal where the granularity is the layer). */
  float[] thresholds();

  /**
   * What a rule collects at one site.
   *
   * @param steps the design T
   */
  static ThresholdStatistics of(
      ThresholdRule.OfActivations rule, Granularity granularity, Shape shape, int steps) {
    if (rule.combine() != Combine.POOLED) {
      return new Batches(rule, () -> ofBatch(rule, granularity, shape, steps));
    }
    return ofBatch(rule, granularity, shape, steps);
  }

  private static ThresholdStatistics ofBatch(
      ThresholdRule.OfActivations rule, Granularity granularity, Shape shape, int steps) {
    return switch (rule) {
      case ThresholdRule.Max _ -> new Maximum(granularity, shape);
      case ThresholdRule.Percentile p ->
          new Quantile(granularity, shape, p.percent() / 100, p.zeros());
      case ThresholdRule.Mmse mmse -> new MinimalSquaredError(granularity, shape, mmse, steps);
    };
  }

  /** Statistics of their own for every batch of images, whose thresholds are combined. */
  final class Batches implements ThresholdStatistics {
    private final ThresholdRule.OfActivations rule;
    private final Supplier<ThresholdStatistics> batch;
    private final List<ThresholdStatistics> batches = new ArrayList<>();
    private int images;

    Batches(ThresholdRule.OfActivations rule, Supplier<ThresholdStatistics> batch) {
      this.rule = rule;
      this.batch = batch;
      batches.add(batch.get());
    }

    @Override
    public int passes() {
      return batches.get(0).passes();
    }

    @Override
    public void accept(float[] activations, int offset) {
      int index = images++ / rule.batch();
      if (index == batches.size()) {
        batches.add(batch.get());
      }
      batches.get(index).accept(activations, offset);
    }

    @Override
    public void endPass() {
      batches.forEach(ThresholdStatistics::endPass);
      images = 0;
    }

    @Override
    public float[] thresholds() {
      float[] combined = batches.get(0).thresholds();
      for (ThresholdStatistics other : batches.subList(1, batches.size())) {
        float[] next = other.thresholds();
        for (int c = 0; c < combined.length; c++) {
          combined[c] = rule.combine().of(combined[c], next[c]);
        }
      }
      return combined;
    }
  }

  /** The true maximum. */
  final class Maximum implements ThresholdStatistics {
    private final Groups groups;
    private final float[] max;

    Maximum(Granularity granularity, Shape shape) {
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
      return groups.perChannel(this::of);
    }

    float of(int group) {
      return max[group];
    }
  }

  /** An exact quantile. */
  final class Quantile implements ThresholdStatistics {
    private final Groups groups;
    private final RadixQuantile quantile;
    private final boolean zeros;

    Quantile(Granularity granularity, Shape shape, double q, boolean zeros) {
      this.zeros = zeros;
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
          if (zeros || activations[i] > 0) {
            quantile.accept(g, activations[i]);
          }
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
  record Groups(Granularity granularity, Shape shape) {
    int count() {
      return perLayer() ? 1 : shape.channels();
    }

    int of(int channel) {
      return perLayer() ? 0 : channel;
    }

    private boolean perLayer() {
      return granularity == Granularity.LAYER;
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
