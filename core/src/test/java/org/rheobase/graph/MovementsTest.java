package org.rheobase.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MovementsTest {
  @Test
  void transposedElementsComeFromTheirOldPlace() {
    assertThat(Movements.sources(new Op.Transpose(List.of(1, 0)), Shape.of(2, 3), Shape.of(3, 2)))
        .containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void selectedPositionsMayRepeat() {
    assertThat(
            Movements.sources(
                new Op.Select(1, List.of(2, 0, 2)), Shape.of(2, 3, 2), Shape.of(2, 3, 2)))
        .containsExactly(4, 5, 0, 1, 4, 5, 10, 11, 6, 7, 10, 11);
  }

  @Test
  void channelsOfAReshapeAreThoseItsValuesComeFrom() {
    assertThat(Movements.channels(new Op.Reshape(), Shape.of(2, 3, 2), Shape.of(3, 4)))
        .isDeepEqualTo(new int[][] {{0}, {0, 1}, {1}});
  }
}
