package org.rheobase.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class TrainedLayerTest {
  private static final Shape MAP = Shape.of(2, 4, 4);
  private static final Op SITE =
      new Op.IntegrateFire(Weights.vector(1, 1), Weights.vector(0, 0), Weights.vector(0.5f, 0.5f));

  @Test
  void ofABlockItIsTheMainPathAndNotTheShortcut() {
    assertThat(
            trained(
                node("shortcut", conv(0.3f), "s0"),
                node("first", conv(0.1f), "s0"),
                node("s1", SITE, "first"),
                node("second", conv(0.2f), "s1"),
                node("sum", new Op.Add(), "shortcut", "second"),
                node("site", SITE, "sum")))
        .contains("second");
  }

  @Test
  void poolingInTheFormOfAConvolutionStaysAsItIs() {
    Weights constant = Weights.of(Weights.filled(8, 0.25f).values(), 2, 1, 2, 2);
    Op pool =
        new Op.Conv(constant, Weights.filled(2, 0), Window.of(2, 2).withPadding(0, 0, 1, 1), 2);
    assertThat(trained(node("pool", pool, "s0"), node("site", SITE, "pool"))).isEmpty();
  }

  @Test
  void aLayerThatOthersReadStaysAsItIs() {
    assertThat(
            trained(
                node("conv", conv(0.1f), "s0"),
                node("s1", SITE, "conv"),
                node("both", new Op.Add(), "conv", "s1"),
                node("next", conv(0.1f), "both"),
                node("sum", new Op.Add(), "next", "conv"),
                node("site", SITE, "sum")))
        .contains("next");
    assertThat(
            trained(
                node("conv", conv(0.1f), "s0"),
                node("s1", SITE, "conv"),
                node("sum", new Op.Add(), "conv", "s1"),
                node("site", SITE, "sum")))
        .isEmpty();
  }

  @Test
  void behindMaxPoolingOfCurrentsNothingIsTrained() {
    Op max = new Op.MaxPool(Window.of(3, 3).withPadding(1, 1, 1, 1));
    assertThat(
            trained(
                node("conv", conv(0.1f), "s0"),
                node("max", max, "conv"),
                node("site", SITE, "max")))
        .isEmpty();
  }

  private static Optional<String> trained(Node... nodes) {
    List<Node> all = new java.util.ArrayList<>();
    all.add(new Node("image", new Op.Input(), List.of(), MAP));
    all.add(node("stem", conv(0.5f), "image"));
    all.add(node("s0", SITE, "stem"));
    all.addAll(List.of(nodes));
    Graph graph = new Graph("test", all, List.of(new Graph.Output("site", "site")));
    return TrainedLayer.of(graph, graph.node("site")).map(l -> l.node().name());
  }

  private static Node node(String name, Op op, String... inputs) {
    return new Node(name, op, List.of(inputs), MAP);
  }

  private static Op conv(float weight) {
    return new Op.Conv(
        Weights.of(new float[] {weight, -weight, 2 * weight, weight}, 2, 2, 1, 1),
        Weights.vector(0.1f, 0),
        Window.of(1, 1),
        1);
  }
}
