package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.rheobase.RandomNetworks;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/** Every exact pass keeps the outputs of every network, and a second time changes nothing. */
class RandomGraphsTest {
  @Property(tries = 150, seed = "1")
  void removingIdentitiesKeepsOutputs(@ForAll long seed) {
    Graph graph = RandomNetworks.artificial(seed);
    Graph done = RemoveIdentity.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.nodes()).noneMatch(n -> n.op() instanceof Op.Identity);
  }

  @Property(tries = 200, seed = "2")
  void foldingBatchNormKeepsOutputsAndLeavesNone(@ForAll long seed) {
    Graph graph = RandomNetworks.artificial(seed);
    Graph done = FoldBatchNorm.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.nodes()).noneMatch(n -> n.op() instanceof Op.BatchNorm);
    assertThat(done.nodes()).extracting(Node::name).isSubsetOf(names(graph));
    assertThat(FoldBatchNorm.apply(done)).isEqualTo(done);
  }

  @Property(tries = 200, seed = "3")
  void fusingPadsKeepsOutputs(@ForAll long seed) {
    Graph graph = RandomNetworks.artificial(seed);
    Graph done = FusePads.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.nodes()).extracting(Node::name).isSubsetOf(names(graph));
    assertThat(FusePads.apply(done)).isEqualTo(done);
  }

  @Property(tries = 200, seed = "4")
  void movingMaxPoolsKeepsOutputsAndSitesAndLeavesNoneBehindAReluOfItsOwn(@ForAll long seed) {
    Graph graph = RemoveIdentity.apply(RandomNetworks.artificial(seed));
    Graph done = MaxPoolBeforeNeuron.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.nodes())
        .noneMatch(n ->
            n.op() instanceof Op.MaxPool
                && done.node(n.input()).op() instanceof Op.Relu
                && done.consumers().getOrDefault(n.input(), List.of()).size() == 1
                && !done.isOutput(n.input()));
    assertThat(relus(done)).isLessThanOrEqualTo(relus(graph.pruned()));
    assertThat(MaxPoolBeforeNeuron.apply(done)).isEqualTo(done);
  }

  private static long relus(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof Op.Relu).count();
  }

  @Property(tries = 100, seed = "5")
  void loweringAveragePoolsKeepsOutputs(@ForAll long seed, @ForAll LowerAveragePool.Mode mode) {
    Graph graph = RandomNetworks.artificial(seed);
    Agreement.assertSameOutputs(graph, LowerAveragePool.apply(graph, mode));
  }

  @Property(tries = 150, seed = "6")
  void allPassesTogetherKeepOutputs(@ForAll long seed) {
    Graph graph = RandomNetworks.artificial(seed);
    Graph done = RemoveIdentity.apply(graph);
    done = FoldBatchNorm.apply(done);
    done = FusePads.apply(done);
    done = MaxPoolBeforeNeuron.apply(done);
    done = LowerAveragePool.apply(done, LowerAveragePool.Mode.SPIKING);
    Agreement.assertSameOutputs(graph, done);
  }

  private static Iterable<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }
}
