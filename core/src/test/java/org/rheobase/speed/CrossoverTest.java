package org.rheobase.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrossoverTest {
  private static final List<Double> DENSITIES = List.of(0.02, 0.08, 0.3);
  private static final List<Double> EVENTS = List.of(4.0, 10.0, 43.0);

  @Test
  void theCrossoverIsWhereEventsTakeAsLongAsTheProduct() {
    assertThat(Crossover.crossing(DENSITIES, EVENTS, 7)).isCloseTo(0.05, within(1e-12));
    assertThat(Crossover.crossing(DENSITIES, EVENTS, 26.5)).isCloseTo(0.19, within(1e-12));
  }

  @Test
  void outsideOfWhatWasMeasuredTheNearestLineGoesOn() {
    assertThat(Crossover.crossing(DENSITIES, EVENTS, 3)).isCloseTo(0.01, within(1e-12));
    assertThat(Crossover.crossing(DENSITIES, EVENTS, 1)).isZero();
    assertThat(Crossover.crossing(DENSITIES, EVENTS, 58)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void eventsWhoseTimeDoesNotRiseAreAlwaysOrNeverSlower() {
    List<Double> flat = List.of(5.0, 5.0, 5.0);
    assertThat(Crossover.crossing(DENSITIES, flat, 4)).isZero();
    assertThat(Crossover.crossing(DENSITIES, flat, 6)).isGreaterThan(1);
  }
}
