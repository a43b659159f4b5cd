package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

class MergeActivationsTest {
  private static final Shape SHAPE = Shape.of(2, 3, 3);
  private static final float NONE = Float.POSITIVE_INFINITY;

  @Test
  void twoReluOfOneValueBecomeOneSite() {
    Graph merged =
        MergeActivations.apply(
            graph(
                relu("a", "x", NONE),
                relu("b", "x", NONE),
                new Node("sum", new Op.Add(), List.of("a", "b"), SHAPE)));
    assertThat(merged.nodes()).extracting(Node::name).containsExactly("x", "a", "sum");
    assertThat(merged.node("sum").inputs()).containsExactly("a", "a");
  }

  @Test
  void reluOfReluIsDroppedUnlessItsCapBites() {
    Graph merged =
        MergeActivations.apply(
            graph(
                relu("six", "x", 6),
                relu("again", "six", NONE),
                relu("one", "again", 1),
                new Node("sum", new Op.Add(), List.of("again", "one"), SHAPE)));
    assertThat(merged.nodes()).extracting(Node::name).containsExactly("x", "six", "one", "sum");
    assertThat(merged.node("sum").inputs()).containsExactly("six", "one");
  }

  @Test
  void differentCapsStayDifferentSites() {
    Graph merged =
        MergeActivations.apply(
            graph(
                relu("a", "x", NONE),
                relu("b", "x", 6),
                new Node("sum", new Op.Add(), List.of("a", "b"), SHAPE)));
    assertThat(merged.nodes()).hasSize(4);
  }

  @Test
  void anOutputFollowsTheActivationThatStaysForIt() {
    Graph merged = MergeActivations.apply(graph(relu("a", "x", NONE), relu("b", "x", NONE)));
    assertThat(merged.outputs()).containsExactly(new Graph.Output("y", "a"));
  }

  private static Node relu(String name, String input, float cap) {
    return new Node(name, new Op.Relu(cap), List.of(input), SHAPE);
  }

  private static Graph graph(Node... nodes) {
    List<Node> all = new java.util.ArrayList<>();
    all.add(new Node("x", new Op.Input(), List.of(), SHAPE));
    all.addAll(List.of(nodes));
    return new Graph("test", all, List.of(new Graph.Output("y", nodes[nodes.length - 1].name())));
  }
}
