package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostModelTest {
  /** The same density from which all layers are dense. */
  static CostModel constant(double crossover) {
    List<CostModel.Entry> entries = new ArrayList<>();
    for (boolean isPointwise : new boolean[] {false, true}) {
      for (int limbs = 1; limbs <= 2; limbs++) {
        entries.add(new CostModel.Entry(16, isPointwise, limbs, crossover));
      }
    }
    return new CostModel(entries);
  }

  @Test
  void betweenMeasuredWidthsTheCrossoverChangesWithTheirLogarithm() {
    CostModel model =
        new CostModel(
            List.of(
                new CostModel.Entry(256, false, 2, 0.4),
                new CostModel.Entry(16, false, 2, 0.1),
                new CostModel.Entry(64, false, 2, 0.2)));
    assertThat(model.crossover(16, false, 2)).isEqualTo(0.1);
    assertThat(model.crossover(32, false, 2)).isCloseTo(0.15, within(1e-12));
    assertThat(model.crossover(64, false, 2)).isEqualTo(0.2);
    assertThat(model.crossover(128, false, 2)).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void outsideMeasuredWidthsTheNearestCounts() {
    CostModel model =
        new CostModel(
            List.of(new CostModel.Entry(16, true, 1, 0.1), new CostModel.Entry(64, true, 1, 0.2)));
    assertThat(model.crossover(1, true, 1)).isEqualTo(0.1);
    assertThat(model.crossover(1000, true, 1)).isEqualTo(0.2);
  }

  @Test
  void whatWasNotMeasuredIsNeverDense() {
    CostModel model = new CostModel(List.of(new CostModel.Entry(16, true, 1, 0.1)));
    assertThat(model.crossover(16, false, 1)).isInfinite();
    assertThat(model.crossover(16, true, 2)).isInfinite();
    assertThat(CostModel.EVENTS.crossover(16, true, 1)).isInfinite();
    assertThat(CostModel.DENSE.crossover(500, false, 2)).isZero();
  }
}
