package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.graph.Shape;

/** Neurons fired by vectors beside those fired one by one. */
class FireTest {
  @Property(tries = 200)
  void vectorsFireAndSaturateAsTheDefinitionSays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int channels,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll boolean isUniform) {
    Random random = new Random(seed);
    Shape shape = Shape.of(channels, 3, width);
    int[] potentials = new int[shape.size()];
    for (int i = 0; i < potentials.length; i++) {
      potentials[i] =
          switch (random.nextInt(4)) {
            case 0 -> SiteUnits.POTENTIAL_LIMIT - random.nextInt(5);
            case 1 -> random.nextInt(5) - SiteUnits.POTENTIAL_LIMIT;
            default -> random.nextInt(200) - 100;
          };
    }
    int[] theta = new int[channels];
    Arrays.setAll(theta, c -> 1 + random.nextInt(60));
    int[] drive = new int[isUniform ? channels : shape.size()];
    Arrays.setAll(drive, i -> random.nextInt(400) - 200);

    int[] plain = potentials.clone();
    int[] vectors = potentials.clone();
    Events expected = new Events(shape, false);
    Events found = new Events(shape, false);
    for (int step = 0; step < 3; step++) {
      new PlainLoops().fire(plain, drive, theta, expected);
      new VectorLoops().fire(vectors, drive, theta, found);
      assertThat(vectors).containsExactly(plain);
      assertThat(found.start).containsExactly(expected.start);
      assertThat(Arrays.copyOf(found.element, found.size()))
          .containsExactly(Arrays.copyOf(expected.element, expected.size()));
      assertThat(found.bits).containsExactly(expected.bits);
    }
    for (int v : plain) {
      assertThat(Math.abs((long) v)).isLessThanOrEqualTo(SiteUnits.POTENTIAL_LIMIT);
    }
  }
}
