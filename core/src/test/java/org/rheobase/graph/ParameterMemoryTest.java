package org.rheobase.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterMemoryTest {
  @Test
  void countsWhatIsStoredAndNoZeros() {
    Shape image = Shape.of(3, 4, 4);
    Shape maps = Shape.of(2, 4, 4);
    Op.Conv conv =
        new Op.Conv(Weights.of(new float[6], 2, 3, 1, 1), Weights.vector(0, 1), Window.of(1, 1), 1);
    Op.IntegrateFire site =
        new Op.IntegrateFire(
            Weights.vector(1, 1),
            Weights.vector(0, 0),
            new Weights(maps.dims(), filled(maps.size())));
    Graph graph =
        new Graph(
            "net",
            List.of(
                new Node("image", new Op.Input(), List.of(), image),
                new Node("conv", conv, List.of("image"), maps),
                new Node("site", site, List.of("conv"), maps)),
            List.of(new Graph.Output("site", "site")));
    ParameterMemory memory = ParameterMemory.of(graph, 2);
    assertThat(memory).isEqualTo(new ParameterMemory(12, 8, 8, 0, 4 * 32));
    assertThat(memory.total()).isEqualTo(156);
    assertThat(ParameterMemory.of(graph, 1).weights()).isEqualTo(6);
  }

  private static float[] filled(int size) {
    return Weights.filled(size, 0.5f).values();
  }
}
