package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CostModelTest {
  @Test
  void betweenMeasuredWidthsTheCrossoverChangesWithTheirLogarithm() {
    CostModel model =
        new CostModel(
            List.of(
                new CostModel.Entry(256, false, 2, 0.4, 0.04),
                new CostModel.Entry(16, false, 2, 0.1, 0.02),
                new CostModel.Entry(64, false, 2, 0.2, 0.06)));
    assertThat(product(model, 16, false, 2)).isEqualTo(0.1);
    assertThat(product(model, 32, false, 2)).isCloseTo(0.15, within(1e-12));
    assertThat(product(model, 64, false, 2)).isEqualTo(0.2);
    assertThat(product(model, 128, false, 2)).isCloseTo(0.3, within(1e-12));
    assertThat(lookup(model, 32, false, 2)).isCloseTo(0.04, within(1e-12));
    assertThat(lookup(model, 128, false, 2)).isCloseTo(0.05, within(1e-12));
  }

  @Test
  void outsideMeasuredWidthsTheNearestCounts() {
    CostModel model =
        new CostModel(
            List.of(
                new CostModel.Entry(16, true, 1, 0.1, 0.3),
                new CostModel.Entry(64, true, 1, 0.2, 0.4)));
    assertThat(product(model, 1, true, 1)).isEqualTo(0.1);
    assertThat(product(model, 1000, true, 1)).isEqualTo(0.2);
    assertThat(lookup(model, 1, true, 1)).isEqualTo(0.3);
    assertThat(lookup(model, 1000, true, 1)).isEqualTo(0.4);
  }

  @Test
  void whatWasNotMeasuredTakesEvents() {
    CostModel model = new CostModel(List.of(new CostModel.Entry(16, true, 1, 0.1, 0.1)));
    assertThat(product(model, 16, false, 1)).isEqualTo(CostModel.NEVER);
    assertThat(lookup(model, 16, true, 2)).isEqualTo(CostModel.NEVER);
    assertThat(product(CostModel.EVENTS, 16, true, 1)).isEqualTo(CostModel.NEVER);
    assertThat(lookup(CostModel.EVENTS, 16, true, 1)).isEqualTo(CostModel.NEVER);
    assertThat(CostModel.EVENTS.hasProducts()).isFalse();
  }

  @Test
  void besideAWidthThatNeverGainsNoOtherIsTaken() {
    CostModel model =
        new CostModel(
            List.of(
                new CostModel.Entry(16, false, 2, CostModel.NEVER, 0.1),
                new CostModel.Entry(64, false, 2, 0.2, CostModel.NEVER)));
    assertThat(product(model, 64, false, 2)).isEqualTo(0.2);
    assertThat(product(model, 32, false, 2)).isEqualTo(CostModel.NEVER);
    assertThat(lookup(model, 32, false, 2)).isEqualTo(CostModel.NEVER);
    assertThat(lookup(model, 16, false, 2)).isEqualTo(0.1);
  }

  @Test
  void whatIsForcedIsTakenByEveryLayerAndTheOtherByNone() {
    assertThat(product(CostModel.DENSE, 500, false, 2)).isZero();
    assertThat(lookup(CostModel.LOOKUP, 500, false, 2)).isZero();
    assertThat(CostModel.DENSE.hasProducts()).isTrue();
    assertThat(lookup(CostModel.DENSE, 500, false, 2)).isEqualTo(CostModel.NEVER);
    assertThat(product(CostModel.LOOKUP, 500, false, 2)).isEqualTo(CostModel.NEVER);
    assertThat(CostModel.LOOKUP.hasProducts()).isFalse();
  }

  private static double product(CostModel model, double channels, boolean isPointwise, int limbs) {
    return model.crossover(CostModel.Entry::product, channels, isPointwise, limbs);
  }

  private static double lookup(CostModel model, double channels, boolean isPointwise, int limbs) {
    return model.crossover(CostModel.Entry::lookup, channels, isPointwise, limbs);
  }
}
