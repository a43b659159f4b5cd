package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Window;

/**
 * What the rewriting of identities, paddings and poolings leaves standing, and under which name.
 */
class PoolingAndPaddingTest {
  private static final Window POOL = Window.of(2, 2).withStride(2, 2);

  @Test
  void identitiesVanishAndOutputsReadTheirInputs() {
    GraphBuilding net = new GraphBuilding(1, 2, 4, 4);
    net.add("id", new Op.Identity(), "image");
    net.add("pad", new Op.Pad(0, 0, 0, 0, 0, 0), "id");
    net.add("concat", new Op.Concat(), "pad");
    net.reshape("reshape", "concat", 2, 4, 4);
    net.relu("relu", "reshape");
    net.add("drop", new Op.Identity(), "relu");
    Graph done = RemoveIdentity.apply(net.graph("drop"));
    assertNames(done, "image", "relu");
    assertThat(done.outputs()).containsExactly(new Graph.Output("out0", "relu"));
  }

  @Test
  void paddingMovesIntoTheConvolutionAndChannelPaddingStays() {
    GraphBuilding net = new GraphBuilding(2, 2, 4, 4);
    net.add("pad", new Op.Pad(1, 2, 0, 1, 0, 0), "image");
    net.add("channels", new Op.Pad(1, 0, 0, 0, 1, 0), "pad");
    net.conv("conv", "channels", 2, Window.of(2, 2));
    Graph graph = net.graph("conv");
    Graph done = FusePads.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertNames(done, "image", "pad", "channels", "conv");
    assertThat(done.node("channels").op()).isEqualTo(new Op.Pad(0, 0, 0, 0, 1, 0));
    assertThat(((Op.Conv) done.node("conv").op()).window())
        .isEqualTo(Window.of(2, 2).withPadding(1, 0, 0, 0));
  }

  @Test
  void consecutivePaddingsAddUpAndOtherReadersKeepTheirs() {
    GraphBuilding net = new GraphBuilding(3, 1, 4, 4);
    net.add("p1", new Op.Pad(1, 0, 0, 0, 0, 0), "image");
    net.add("p2", new Op.Pad(0, 1, 1, 0, 0, 0), "p1");
    net.conv("conv", "p2", 2, Window.of(2, 2));
    net.relu("other", "p2");
    Graph graph = net.graph("conv", "other");
    Graph done = FusePads.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.node("conv").inputs()).containsExactly("image");
    assertThat(done.node("other").inputs()).containsExactly("p2");
  }

  @Test
  void paddingBeforeMaximumMovesOnlyWhereNothingIsNegative() {
    GraphBuilding net = new GraphBuilding(4, 1, 4, 4);
    net.add("p1", new Op.Pad(1, 1, 1, 1, 0, 0), "image");
    net.add("m1", new Op.MaxPool(Window.of(3, 3)), "p1");
    net.relu("relu", "m1");
    net.add("p2", new Op.Pad(1, 1, 1, 1, 0, 0), "relu");
    net.add("m2", new Op.MaxPool(Window.of(3, 3)), "p2");
    net.add("p3", new Op.Pad(2, 0, 0, 0, 0, 0), "m2");
    net.add("m3", new Op.MaxPool(Window.of(2, 2)), "p3");
    Graph graph = net.graph("m3");
    Graph done = FusePads.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertNames(done, "image", "p1", "m1", "relu", "m2", "p3", "m3");
  }

  @Test
  void paddingBeforeAverageMovesOnlyWhereEveryCellCounts() {
    GraphBuilding net = new GraphBuilding(5, 1, 6, 6);
    net.add("p1", new Op.Pad(1, 1, 1, 1, 0, 0), "image");
    net.add("a1", new Op.AveragePool(Window.of(3, 3), false, 0, 0), "p1");
    net.add("p2", new Op.Pad(1, 1, 1, 1, 0, 0), "a1");
    net.add("a2", new Op.AveragePool(Window.of(2, 2).withPadding(1, 0, 0, 0), false, 0, 0), "p2");
    net.add("p3", new Op.Pad(0, 1, 0, 0, 0, 0), "a2");
    net.add(
        "a3",
        new Op.AveragePool(Window.of(2, 2).withStride(2, 2).withPadding(0, 0, 1, 1), false, 1, 1),
        "p3");
    Graph graph = net.graph("a3");
    Graph done = FusePads.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    assertNames(done, "image", "a1", "p2", "a2", "a3");
  }

  @Test
  void maximumMovesInFrontOfItsReluUnderBothNames() {
    GraphBuilding net = new GraphBuilding(6, 1, 8, 8);
    net.conv("conv", "image", 2, Window.of(1, 1));
    net.add("relu", new Op.Relu(0.5f), "conv");
    net.add("p1", new Op.MaxPool(POOL), "relu");
    net.add("p2", new Op.MaxPool(POOL), "p1");
    net.conv("end", "p2", 2, Window.of(1, 1));
    Graph done = moved(net.graph("end", "p2"));
    assertNames(done, "image", "conv", "p1", "p2", "relu", "end");
    assertThat(done.node("relu").inputs()).containsExactly("p2");
    assertThat(done.outputs().get(1).node()).isEqualTo("relu");
  }

  @Test
  void reluThatOthersReadStaysOneSiteInFrontOfThePool() {
    GraphBuilding net = new GraphBuilding(7, 1, 8, 8);
    net.conv("conv", "image", 2, Window.of(1, 1));
    net.add("relu", new Op.Relu(0.5f), "conv");
    net.add("pool", new Op.MaxPool(POOL), "relu");
    net.conv("a", "relu", 2, Window.of(1, 1));
    net.conv("b", "pool", 2, Window.of(1, 1));
    Graph done = moved(net.graph("a", "b"));
    assertNames(done, "image", "conv", "relu", "pool", "a", "b");
    assertThat(done.node("pool").inputs()).containsExactly("relu");
    assertThat(done.node("b").inputs()).containsExactly("pool");
    assertThat(done.node("a").inputs()).containsExactly("relu");
  }

  @Test
  void poolOfConcatenatedRelusGoesIntoEveryBranch() {
    GraphBuilding net = new GraphBuilding(8, 1, 8, 8);
    net.conv("c1", "image", 2, Window.of(1, 1));
    net.relu("r1", "c1");
    net.conv("c2", "image", 3, Window.of(1, 1));
    net.relu("r2", "c2");
    net.add("concat", new Op.Concat(), "r1", "r2");
    net.add("pool", new Op.MaxPool(POOL), "concat");
    net.conv("end", "pool", 2, Window.of(1, 1));
    assertNames(
        moved(net.graph("end")),
        "image",
        "c1",
        "c2",
        "pool.1",
        "r1",
        "pool.2",
        "r2",
        "concat",
        "end");
    Graph shared = moved(net.graph("end", "concat"));
    assertThat(shared.node("concat").inputs()).containsExactly("r1", "r2");
    assertThat(shared.node("pool").inputs()).containsExactly("concat");
    assertThat(shared.node("end").inputs()).containsExactly("pool");
  }

  @Test
  void maximumIsExactOnlyWhereItsCurrentIsConstant() {
    GraphBuilding net = new GraphBuilding(9, 1, 16, 16);
    net.conv("c1", "image", 2, Window.of(1, 1));
    net.relu("r1", "c1");
    net.add("p1", new Op.MaxPool(POOL), "r1");
    net.conv("c2", "p1", 2, Window.of(1, 1));
    net.relu("r2", "c2");
    net.add("p2", new Op.MaxPool(POOL), "r2");
    Graph raw = net.graph("p2");
    for (Graph graph : new Graph[] {raw, MaxPoolBeforeNeuron.apply(raw)}) {
      assertThat(MaxPoolBeforeNeuron.exact(graph, graph.node("p1"))).isTrue();
      assertThat(MaxPoolBeforeNeuron.exact(graph, graph.node("p2"))).isFalse();
    }
  }

  @Test
  void averageBeforeNeuronsBecomesAConvolutionAndTheLastOneStays() {
    GraphBuilding net = pooled();
    Graph graph = net.graph("fc");
    Graph linear = LowerAveragePool.apply(graph, LowerAveragePool.Mode.LINEAR);
    Agreement.assertSameOutputs(graph, linear);
    Op.Conv conv = (Op.Conv) linear.node("pool").op();
    assertThat(conv.isDepthwise()).isTrue();
    assertThat(conv.weight().values()).containsOnly(0.25f);
    assertThat(linear.node("global").op()).isInstanceOf(Op.AveragePool.class);
    assertThat(linear.nodes()).hasSameSizeAs(graph.nodes());

    Graph spiking = LowerAveragePool.apply(graph, LowerAveragePool.Mode.SPIKING);
    Agreement.assertSameOutputs(graph, spiking);
    assertThat(spiking.node("b").inputs()).containsExactly("pool.relu");
    assertThat(spiking.node("global").op()).isInstanceOf(Op.AveragePool.class);
  }

  @Test
  void averageOfNegativeValuesGetsNoNeurons() {
    GraphBuilding net = new GraphBuilding(10, 1, 8, 8);
    net.conv("a", "image", 2, Window.of(1, 1));
    net.add("pool", new Op.AveragePool(POOL, false, 0, 0), "a");
    net.conv("b", "pool", 2, Window.of(1, 1));
    net.relu("relu", "b");
    Graph done = LowerAveragePool.apply(net.graph("relu"), LowerAveragePool.Mode.SPIKING);
    assertNames(done, "image", "a", "pool", "b", "relu");
  }

  @Test
  void averageWhoseDivisorDiffersAtTheBorderStays() {
    GraphBuilding net = new GraphBuilding(11, 1, 8, 8);
    net.relu("r", "image");
    Window padded = Window.of(3, 3).withPadding(1, 1, 1, 1);
    net.add("border", new Op.AveragePool(padded, false, 0, 0), "r");
    net.add("counted", new Op.AveragePool(padded, true, 0, 0), "border");
    net.relu("relu", "counted");
    Graph graph = net.graph("relu");
    Graph done = LowerAveragePool.apply(graph, LowerAveragePool.Mode.LINEAR);
    Agreement.assertSameOutputs(graph, done);
    assertThat(done.node("border").op()).isInstanceOf(Op.AveragePool.class);
    assertThat(done.node("counted").op()).isInstanceOf(Op.Conv.class);
  }

  private static GraphBuilding pooled() {
    GraphBuilding net = new GraphBuilding(12, 1, 8, 8);
    net.conv("a", "image", 2, Window.of(1, 1));
    net.relu("a.relu", "a");
    net.add("pool", new Op.AveragePool(POOL, false, 0, 0), "a.relu");
    net.conv("b", "pool", 2, Window.of(1, 1));
    net.relu("b.relu", "b");
    net.add("global", new Op.AveragePool(Window.of(4, 4), false, 0, 0), "b.relu");
    net.flatten("flat", "global");
    net.linear("fc", "flat", 3);
    return net;
  }

  private static Graph moved(Graph graph) {
    Graph done = MaxPoolBeforeNeuron.apply(graph);
    Agreement.assertSameOutputs(graph, done);
    return done;
  }

  private static void assertNames(Graph graph, String... names) {
    assertThat(graph.nodes()).extracting(Node::name).containsExactly(names);
  }
}
