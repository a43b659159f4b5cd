package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.speed.AddRate;

class GatherTest {
  /** The largest weights of all input channels at once: what a sum's bits must hold. */
  @ParameterizedTest
  @CsvSource({"127, 40", "-128, 40", "127, 16", "-128, 130", "32767, 130", "-32768, 40", "128, 16"})
  void theLargestSumsAreExact(int weight, int out) {
    int in = 200;
    Shape input = Shape.of(in, 4, 4);
    Shape output = Shape.of(out, 4, 4);
    Window window = Window.of(3, 3).withPadding(1, 1, 1, 1);
    int[] integers = new int[out * in * 9];
    Arrays.fill(integers, weight);
    // An odd one, so that powers of two keep their bits.
    integers[0] = 1;
    for (int o = 1; o < out; o++) {
      integers[o * in * 9] = 1;
    }
    // The last channel in units of eight.
    for (int i = (out - 1) * in * 9; i < integers.length; i++) {
      integers[i] *= 8;
    }
    Op.Conv conv =
        new Op.Conv(
            Weights.of(new float[integers.length], out, in, 3, 3),
            Weights.filled(out, 0),
            window,
            1);
    Gather gather =
        Objects.requireNonNull(Gather.of(0, 0, conv, integers, input, output, View.whole(output)));
    Events all = new Events(input, false);
    int[] ones = new int[input.size()];
    Arrays.fill(ones, 1);
    all.collect(ones);
    int[] list = new int[Gather.listLength(conv, input, 1)];

    int[] byVectors = new int[output.size() + Events.SLACK];
    new VectorLoops().gather(all, gather, list, byVectors);
    int[] one = new int[output.size() + Events.SLACK];
    new PlainLoops(true).gather(all, gather, list, one);
    assertThat(byVectors).isEqualTo(one);
    // In the middle all nine cells are seen, one of which has the 1.
    int middle = (4 + 1) * out;
    assertThat(one[middle]).isEqualTo((9 * in - 1) * weight + 1);
    assertThat(one[middle + out - 1]).isEqualTo(8 * one[middle]);
  }

  @Test
  void vectorsAreNoLongerThanThisRunIsFor() {
    String bits = System.getProperty("rheobase.vectorBits");
    if (bits != null) {
      assertThat(AddRate.vectorBits()).isPositive().isLessThanOrEqualTo(Integer.parseInt(bits));
    }
  }
}
