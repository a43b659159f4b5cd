package org.rheobase.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;

class TailTest {
  private static Op neurons(int channels) {
    return new Op.IntegrateFire(
        Weights.filled(channels, 1), Weights.filled(channels, 0), Weights.filled(channels, 0));
  }

  @Test
  void aMaximumBehindTheLastSiteIsThatOfTheAverages() {
    GraphBuilding net = new GraphBuilding(1, 2, 8, 8);
    net.conv("stem", "image", 2, Window.of(1, 1));
    net.add("site", neurons(2), "stem");
    net.conv("last", "site", 2, Window.of(1, 1));
    net.add("pool", new Op.MaxPool(Window.of(8, 8)), "last");
    net.flatten("flat", "pool");
    net.linear("fc", "flat", 3);
    Tail tail = Tail.of(net.graph("fc"));
    assertThat(tail.nodes()).containsExactly("pool", "flat", "fc");
    assertThat(tail.averaged()).containsOnlyKeys("last");
  }

  @Test
  void aMaximumInFrontOfASiteIsNot() {
    GraphBuilding net = new GraphBuilding(2, 2, 8, 8);
    net.conv("stem", "image", 2, Window.of(1, 1));
    net.add("site", neurons(2), "stem");
    net.add("pool", new Op.MaxPool(Window.of(2, 2)), "site");
    net.conv("conv", "pool", 2, Window.of(1, 1));
    net.add("last", neurons(2), "conv");
    assertThat(Tail.of(net.graph("last")).nodes()).isEmpty();
  }
}
