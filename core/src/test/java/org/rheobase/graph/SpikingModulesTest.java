package org.rheobase.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;

class SpikingModulesTest {
  /** A linear bottleneck as in MobileNet-V2, with its residual sum. */
  private static Graph bottleneck() {
    GraphBuilding net = new GraphBuilding(1, 2, 8, 8);
    net.conv("stem", "image", 2, Window.of(1, 1));
    net.relu("stem.relu", "stem");
    net.conv("project", "stem.relu", 2, Window.of(1, 1));
    net.conv("expand", "project", 4, Window.of(1, 1));
    net.relu("expand.relu", "expand");
    net.conv("project2", "expand.relu", 2, Window.of(1, 1));
    net.add("sum", new Op.Add(), "project", "project2");
    net.conv("last", "sum", 3, Window.of(1, 1));
    net.relu("last.relu", "last");
    net.add("global", new Op.AveragePool(Window.of(8, 8), false, 0, 0), "last.relu");
    net.flatten("flat", "global");
    net.linear("fc", "flat", 3);
    return net.graph("fc");
  }

  @Test
  void moduleHoldsEverythingBetweenSites() {
    SpikingModules modules = SpikingModules.of(bottleneck());
    assertThat(modules.modules())
        .extracting(m -> m.site().name())
        .containsExactly("stem.relu", "expand.relu", "last.relu");
    assertThat(modules.modules().get(1).linear())
        .extracting(Node::name)
        .containsExactly("project", "expand");
    assertThat(modules.modules().get(2).linear())
        .extracting(Node::name)
        .containsExactly("project", "project2", "sum", "last");
    assertThat(modules.tail()).extracting(Node::name).containsExactly("global", "flat", "fc");
  }

  @Test
  void islandsAreLayersThatReadOtherLayers() {
    SpikingModules modules = SpikingModules.of(bottleneck());
    assertThat(modules.islands()).extracting(Node::name).containsExactly("expand", "last");
  }

  @Test
  void kindsFollowTheValuesOverTime() {
    Graph graph = bottleneck();
    SpikingModules modules = SpikingModules.of(graph);
    assertThat(modules.kind("image")).isEqualTo(ValueKind.CONSTANT);
    assertThat(modules.kind("stem")).isEqualTo(ValueKind.CONSTANT);
    assertThat(modules.kind("stem.relu")).isEqualTo(ValueKind.SPIKES);
    assertThat(modules.kind("sum")).isEqualTo(ValueKind.ANALOG);
    assertThat(modules.kind("global")).isEqualTo(ValueKind.ANALOG);
    assertThat(modules.isSpikeDriven(graph.node("project"))).isTrue();
    assertThat(modules.isSpikeDriven(graph.node("expand"))).isFalse();
  }

  @Test
  void poolingConvolutionIsNoIslandAndCountsSpikes() {
    GraphBuilding net = new GraphBuilding(1, 1, 8, 8);
    net.conv("a", "image", 1, Window.of(1, 1));
    net.site("a.if", "a", 1);
    net.add("pool", sum(), "a.if");
    net.add("again", sum(), "pool");
    net.add("both", new Op.Concat(), "again", "again");
    net.conv("b", "both", 1, Window.of(1, 1));
    net.site("b.if", "b", 1);
    Graph graph = net.graph("b.if");
    SpikingModules modules = SpikingModules.of(graph);
    assertThat(modules.islands()).isEmpty();
    assertThat(modules.kind("both")).isEqualTo(ValueKind.COUNTS);
    assertThat(ValueKinds.largestCounts(graph)).containsEntry("both", 16).doesNotContainKey("a");
    assertThat(modules.isSpikeDriven(graph.node("b"))).isTrue();
  }

  @Test
  void sumOfSpikesIsACountWhateverTheirHeight() {
    for (float theta : new float[] {1, 2}) {
      GraphBuilding net = new GraphBuilding(1, 1, 2, 2);
      net.site("a", "image", theta);
      net.site("b", "image", theta);
      net.add("sum", new Op.Add(), "a", "b");
      net.conv("c", "sum", 1, Window.of(1, 1));
      assertThat(ValueKinds.of(net.graph("c"))).containsEntry("sum", ValueKind.COUNTS);
    }
  }

  @Test
  void sourcesFollowConcatenationPaddingAndFlattening() {
    GraphBuilding net = new GraphBuilding(1, 1, 2, 2);
    net.conv("a", "image", 1, Window.of(1, 1));
    net.conv("b", "image", 2, Window.of(1, 1));
    net.add("concat", new Op.Concat(), "a", "b");
    net.add("pad", new Op.Pad(0, 0, 0, 0, 0, 1), "concat");
    net.flatten("flat", "pad");
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    net.site("site", "flat", ones);
    Graph graph = net.graph("site");
    var sources = CurrentSources.of(graph).getOrDefault("site", List.of());
    assertThat(sources.get(3)).containsExactly(new CurrentSources.Source(graph.node("a"), 0));
    assertThat(sources.get(11)).containsExactly(new CurrentSources.Source(graph.node("b"), 1));
    assertThat(sources.get(12)).isEmpty();
  }

  @Test
  void operationsAreCountedDenselyWithPaddingAndParametersWithoutEmptyBiases() {
    GraphBuilding net = new GraphBuilding(1, 4, 6, 6);
    net.conv("a", "image", 8, Window.of(3, 3).withPadding(1, 1, 1, 1).withStride(2, 2), 2);
    net.batchNorm("norm", "a");
    net.flatten("flat", "norm");
    net.linear("fc", "flat", 5);
    OperationCount count = OperationCount.of(net.graph("fc"));
    assertThat(count.macs()).containsEntry("a", 8L * 9 * 9 * 2).containsEntry("norm", 0L);
    assertThat(count.totalMacs()).isEqualTo(8L * 9 * 9 * 2 + 72 * 5);
    assertThat(count.totalParameters()).isEqualTo(8 * 2 * 9 + 8 + 16 + 72 * 5 + 5);
    GraphBuilding pool = new GraphBuilding(1, 1, 4, 4);
    pool.add("sum", sum(), "image");
    assertThat(OperationCount.of(pool.graph("sum")).totalParameters()).isEqualTo(4);
  }

  private static Op sum() {
    return new Op.Conv(
        Weights.of(new float[] {1, 1, 1, 1}, 1, 1, 2, 2), Weights.vector(0), Window.of(2, 2), 1);
  }
}
