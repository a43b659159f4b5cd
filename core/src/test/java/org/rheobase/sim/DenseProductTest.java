package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class DenseProductTest {
  private final List<DenseProduct.Prepared> products = new ArrayList<>();

  private @Nullable DenseProduct of(int channels, int most, int weight) {
    Shape in = Shape.of(channels, 1, 2);
    Shape out = Shape.of(1, 1, 2);
    int[] integers = new int[channels];
    Arrays.fill(integers, 1);
    integers[0] = weight;
    Op.Conv conv =
        new Op.Conv(
            Weights.of(new float[channels], 1, channels, 1, 1),
            Weights.filled(1, 0),
            Window.of(1, 1),
            1);
    return DenseProduct.of(
        0, most, conv, integers, in, out, View.whole(out), new JavaBackend(), products);
  }

  @Test
  void sumsThatFloatsMayNotHoldAreLeftToEvents() {
    int longest = (1 << 24) / 128 / 100;
    assertThat(of(longest, 100, 1)).isNotNull();
    assertThat(of(longest + 1, 100, 1)).isNull();
    assertThat(of(2, 128, 1)).isNull();
    assertThat(products).hasSize(1);
  }

  @Test
  void weightsAreAsManyBytesAsTheyNeed() {
    for (int weight : new int[] {-128, 127}) {
      assertThat(of(2, 1, weight)).extracting(DenseProduct::limbs).isEqualTo(1);
    }
    for (int weight : new int[] {-129, 128 + 1, -32896 + 1, 32639}) {
      assertThat(of(2, 1, weight)).extracting(DenseProduct::limbs).isEqualTo(2);
    }
    assertThat(of(2, 1, 32641)).isNull();
    assertThat(of(2, 1, -32897)).isNull();
  }
}
