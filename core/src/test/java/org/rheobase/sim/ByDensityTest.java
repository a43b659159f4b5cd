package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Shape;

class ByDensityTest {
  @Test
  void theFormIsChosenByTheSpikesOfTheStep() {
    Plan.Storage storage =
        new Plan.Storage(Shape.of(4, 1, 2), true, 1, false, false, Integer.MAX_VALUE);
    State state =
        new State(
            new Plan(
                List.of(storage),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()),
            2);
    state.events(0, 0).collect(new int[] {1, 0, 0, 1, 0, 0, 1, 0});
    state.events(0, 1).collect(new int[] {1, 0, 1, 1, 0, 0, 1, 0});
    List<String> used = new ArrayList<>();
    Accumulation layer =
        new Accumulation.ByDensity(
            0,
            3,
            (_, slot, _, _) -> used.add("events in " + slot),
            (_, slot, _, _) -> used.add("product in " + slot));
    layer.add(state, 0, new int[0], new PlainLoops());
    layer.add(state, 1, new int[0], new PlainLoops());
    assertThat(used).containsExactly("events in 0", "product in 1");
  }
}
