package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;
import org.rheobase.RandomNetworks;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.SpikingModules;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.ValueKinds;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class NormalizeThresholdsTest {
  private static final int STEPS = 12;

  @Property(tries = 400, seed = "11")
  void powersOfTwoKeepEverySpikeAndOutputExactly(@ForAll long seed) {
    Graph graph =
        LowerAveragePool.apply(RandomNetworks.spiking(seed, true), LowerAveragePool.Mode.LINEAR);
    Graph done = NormalizeThresholds.apply(graph);
    assertThat(ValueKinds.isNormalized(done)).isEqualTo(done.isSpiking());
    assertThat(Agreement.outputs(done, seed, STEPS))
        .isEqualTo(Agreement.outputs(graph, seed, STEPS));
    assertThat(NormalizeThresholds.apply(done)).isEqualTo(done);
  }

  @Test
  void otherThresholdsKeepOutputsUpToRareNearTies() {
    int different = 0;
    for (int seed = 0; seed < 200; seed++) {
      Graph graph = RandomNetworks.spiking(seed, false);
      double[] before = Agreement.outputs(graph, seed, STEPS);
      double[] after = Agreement.outputs(NormalizeThresholds.apply(graph), seed, STEPS);
      double scale = Math.max(1, Agreement.largestDifference(before, new double[before.length]));
      different += Agreement.largestDifference(before, after) > 1e-5 * scale ? 1 : 0;
    }
    assertThat(different).isLessThanOrEqualTo(4);
  }

  @Test
  void layerAbsorbsBothThresholds() {
    GraphBuilding net = new GraphBuilding(1, 2, 4, 4);
    net.conv("a", "image", 2, Window.of(3, 3));
    net.site("a.if", "a", 0.5f, 2);
    net.conv("b", "a.if", 2, Window.of(1, 1));
    net.site("b.if", "b", 4, 0.25f);
    Graph graph = net.graph("b.if");
    Graph done = NormalizeThresholds.apply(graph);
    Op.Conv before = (Op.Conv) graph.node("b").op();
    Op.Conv after = (Op.Conv) done.node("b").op();
    assertThat(after.weight().values())
        .containsExactly(
            before.weight().get(0) * 0.5f / 4,
            before.weight().get(1) * 2 / 4,
            before.weight().get(2) * 0.5f / 0.25f,
            before.weight().get(3) * 2 / 0.25f);
    assertThat(after.bias().values())
        .containsExactly(before.bias().get(0) / 4, before.bias().get(1) / 0.25f);
    assertThat(((Op.IntegrateFire) done.node("b.if").op()).initialPotential().values())
        .containsExactly(0.5f, 0.5f);
    assertThat(done.outputs().get(0).node()).isEqualTo("b.if.output");
  }

  @Test
  void identityShortcutBecomesDepthwiseConvolutionWithRatioOfThresholds() {
    GraphBuilding net = new GraphBuilding(2, 2, 4, 4);
    net.conv("a", "image", 2, Window.of(3, 3));
    net.site("a.if", "a", 0.5f, 2);
    net.conv("b", "a.if", 2, Window.of(1, 1));
    net.add("sum", new Op.Add(), "b", "a.if");
    net.site("b.if", "sum", 4, 0.25f);
    net.flatten("flat", "b.if");
    net.linear("fc", "flat", 3);
    Graph done = NormalizeThresholds.apply(net.graph("fc"));
    Op.Conv shortcut = (Op.Conv) done.node("sum.shortcut").op();
    assertThat(shortcut.isDepthwise()).isTrue();
    assertThat(shortcut.weight().values()).containsExactly(0.125f, 8);
    assertThat(done.node("sum").inputs()).containsExactly("b", "sum.shortcut");
    assertThat(done.nodes()).hasSize(net.graph("fc").nodes().size() + 1);
    assertThat(SpikingModules.of(done).kind("flat")).isEqualTo(ValueKind.SPIKES);
  }

  @Test
  void equalThresholdsNeedNoShortcut() {
    GraphBuilding net = new GraphBuilding(2, 2, 4, 4);
    net.conv("a", "image", 2, Window.of(3, 3));
    net.site("a.if", "a", 0.5f, 0.5f);
    net.conv("b", "a.if", 2, Window.of(1, 1));
    net.add("sum", new Op.Add(), "b", "a.if");
    net.site("b.if", "sum", 0.5f, 0.5f);
    net.conv("fc", "b.if", 3, Window.of(1, 1));
    assertThat(NormalizeThresholds.apply(net.graph("fc")).nodes()).hasSize(7);
  }

  @Test
  void deadChannelReceivesNothingAndIsReadByNobody() {
    GraphBuilding net = new GraphBuilding(3, 2, 4, 4);
    net.conv("a", "image", 2, Window.of(3, 3));
    net.site("a.if", "a", 0, 2);
    net.conv("b", "a.if", 1, Window.of(1, 1));
    Graph done = NormalizeThresholds.apply(net.graph("b"));
    Op.Conv in = (Op.Conv) done.node("a").op();
    for (int i = 0; i < 18; i++) {
      assertThat(in.weight().get(i)).isZero();
      assertThat(in.weight().get(18 + i)).isNotZero();
    }
    assertThat(in.bias().get(0)).isZero();
    assertThat(((Op.Conv) done.node("b").op()).weight().get(0)).isZero();
    assertThat(((Op.IntegrateFire) done.node("a.if").op()).threshold().values())
        .containsExactly(0, 1);
  }

  @Test
  void deadChannelOfCurrentThatALayerReadsTooKeepsItsValue() {
    GraphBuilding net = new GraphBuilding(3, 1, 3, 3);
    net.conv("a", "image", 1, Window.of(2, 2));
    net.site("a.if", "a", 0);
    net.conv("b", "a", 1, Window.of(1, 1));
    net.site("b.if", "b", 1);
    Graph graph = net.graph("b.if", "a.if");
    assertThat(Agreement.outputs(NormalizeThresholds.apply(graph), 1, STEPS))
        .isEqualTo(Agreement.outputs(graph, 1, STEPS));
  }

  @Test
  void averagePoolThatLayersReadCountsSpikes() {
    GraphBuilding net = new GraphBuilding(4, 1, 8, 8);
    net.conv("a", "image", 2, Window.of(3, 3));
    net.relu("a.relu", "a");
    net.add("pool", new Op.AveragePool(Window.of(3, 3).withStride(2, 2), false, 0, 0), "a.relu");
    net.conv("b", "pool", 2, Window.of(2, 2));
    net.relu("b.relu", "b");
    net.conv("c", "b.relu", 2, Window.of(1, 1));
    Graph prepared = LowerAveragePool.apply(net.graph("c"), LowerAveragePool.Mode.LINEAR);
    Graph spiking = withSites(prepared, 0.7f, 0.4f);
    Graph done = NormalizeThresholds.apply(spiking);
    assertThat(((Op.Conv) done.node("pool").op()).weight().values()).containsOnly(1);
    assertThat(ValueKinds.of(done).get("pool")).isEqualTo(ValueKind.COUNTS);
    assertThat(ValueKinds.largestCounts(done)).containsEntry("pool", 9);
    assertThat(
            Agreement.largestDifference(
                Agreement.outputs(spiking, 0, STEPS), Agreement.outputs(done, 0, STEPS)))
        .isLessThan(1e-5);
  }

  @Test
  void siteWinsOverOutputAndFirstSiteOverSecond() {
    GraphBuilding net = new GraphBuilding(5, 1, 6, 6);
    net.conv("a", "image", 1, Window.of(3, 3));
    net.site("first", "a", 2);
    net.site("second", "a", 4);
    Graph graph = net.graph("a", "first", "second");
    Graph done = NormalizeThresholds.apply(graph);
    assertThat(done.node("first").inputs()).containsExactly("a");
    assertThat(done.node("second").inputs()).containsExactly("second.scaled");
    assertThat(Agreement.outputs(done, 1, STEPS)).isEqualTo(Agreement.outputs(graph, 1, STEPS));
  }

  @Test
  void featuresOfAFlattenedMapKeepTheirChannelsThresholds() {
    GraphBuilding net = new GraphBuilding(6, 1, 4, 4);
    net.conv("a", "image", 2, Window.of(3, 3));
    net.site("a.if", "a", 2, 0.5f);
    net.flatten("flat", "a.if");
    net.linear("b", "flat", 3);
    net.site("b.if", "b", 1, 2, 4);
    net.linear("s", "flat", 3);
    net.add("sum", new Op.Add(), "s", "b.if");
    net.site("c.if", "sum", 2, 2, 2);
    Graph graph = net.graph("c.if");
    Graph done = NormalizeThresholds.apply(graph);
    assertThat(done.node("sum.shortcut").op()).isInstanceOf(Op.Linear.class);
    assertThat(Agreement.outputs(done, 1, STEPS)).isEqualTo(Agreement.outputs(graph, 1, STEPS));
  }

  @Test
  void networkWithoutSitesStaysAsItIs() {
    Graph graph = FoldBatchNorm.apply(RandomNetworks.artificial(3));
    assertThat(NormalizeThresholds.apply(graph).nodes())
        .extracting(Node::name)
        .containsExactlyElementsOf(graph.nodes().stream().map(Node::name).toList());
  }

  private static Graph withSites(Graph graph, float... thresholds) {
    int[] next = {0};
    List<Node> nodes =
        graph.nodes().stream()
            .map(n -> {
              if (!(n.op() instanceof Op.Relu)) {
                return n;
              }
              int c = n.shape().channels();
              float theta = thresholds[next[0]++];
              return n.withOp(
                  new Op.IntegrateFire(
                      Weights.filled(c, theta),
                      Weights.filled(c, 0),
                      Weights.filled(c, theta / 2)));
            })
            .toList();
    return new Graph(graph.name(), nodes, graph.outputs());
  }
}
