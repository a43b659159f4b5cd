package org.rheobase.threshold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Shape;

class ThresholdStatisticsTest {

  @Property(tries = 200)
  void quantileEqualsThatOfTheSortedValues(
      @ForAll @IntRange(min = 1, max = 500) int count,
      @ForAll @DoubleRange(min = 0, max = 1) double quantile,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      // Many zeros and ties, as activations have, and magnitudes far apart.
      values[i] =
          random.nextInt(3) == 0
              ? 0
              : (float) (random.nextInt(20) * Math.pow(10, random.nextInt(6) - 3));
    }
    RadixQuantile radix = new RadixQuantile(1, quantile);
    for (int pass = 0; pass < RadixQuantile.PASSES; pass++) {
      for (float v : values) {
        radix.accept(0, v);
      }
      radix.endPass();
    }
    Arrays.sort(values);
    double position = quantile * (count - 1);
    double low = values[(int) Math.floor(position)];
    double high = values[(int) Math.ceil(position)];
    assertThat(radix.value(0)).isEqualTo(low + (high - low) * (position - Math.floor(position)));
  }

  @Test
  void channelsAreSeparateOnlyWhenTheGranularityIsTheChannel() {
    Shape shape = Shape.of(2, 1, 2);
    float[] activations = {1, 2, 7, 3};
    for (Granularity granularity : Granularity.values()) {
      for (String rule : new String[] {"max", "p100"}) {
        var statistics = ThresholdStatistics.of(rule(rule), granularity, shape, 8);
        for (int pass = 0; pass < statistics.passes(); pass++) {
          statistics.accept(activations, 0);
          statistics.endPass();
        }
        assertThat(statistics.thresholds())
            .containsExactly(granularity == Granularity.LAYER ? 7 : 2, 7);
      }
    }
  }

  private static ThresholdRule.OfActivations rule(String text) {
    return (ThresholdRule.OfActivations) ThresholdRule.parse(text);
  }

  @Test
  void percentileCountsZeros() {
    var statistics = ThresholdStatistics.of(rule("p50"), Granularity.LAYER, Shape.of(1, 1, 5), 8);
    for (int pass = 0; pass < statistics.passes(); pass++) {
      statistics.accept(new float[] {0, 0, 0, 4, 8}, 0);
      statistics.endPass();
    }
    assertThat(statistics.thresholds()).containsExactly(0);
  }
}
