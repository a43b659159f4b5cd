package org.rheobase.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SumsTest {
  @Property
  void sumsAreThoseOfAllValuesInTheRange(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 9) int from,
      @ForAll @IntRange(min = 0, max = 40) int count) {
    Random random = new Random(seed);
    float[] values = new float[from + count + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    double sum = IntStream.range(from, from + count).mapToDouble(i -> values[i]).sum();
    double squares =
        IntStream.range(from, from + count).mapToDouble(i -> Math.pow(values[i], 2)).sum();
    assertThat(Sums.of(values, from, from + count)).isCloseTo(sum, within(1e-12 * (1 + count)));
    assertThat(Sums.ofSquares(values, from, from + count))
        .isCloseTo(squares, within(1e-12 * (1 + squares)));
  }
}
