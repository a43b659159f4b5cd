package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Op;
import org.rheobase.graph.Verdict;
import org.rheobase.graph.Window;

class NodeVerdictsTest {
  @Test
  void everyNodeIsJudgedByWhatFlowsIntoIt() {
    Window half = Window.of(2, 2).withStride(2, 2);
    GraphBuilding net = new GraphBuilding(1, 1, 16, 16);
    net.conv("stem", "image", 2, Window.of(1, 1));
    net.batchNorm("norm", "stem");
    net.relu("r1", "norm");
    net.add("m1", new Op.MaxPool(half), "r1");
    net.conv("spiking", "m1", 2, Window.of(1, 1));
    net.conv("island", "spiking", 2, Window.of(1, 1));
    net.relu("r2", "island");
    net.add("m2", new Op.MaxPool(half), "r2");
    net.add("uniform", new Op.AveragePool(Window.of(2, 2), false, 0, 0), "m2");
    net.conv("pooled", "uniform", 2, Window.of(1, 1));
    net.add(
        "border",
        new Op.AveragePool(Window.of(3, 3).withPadding(1, 1, 1, 1), false, 0, 0),
        "pooled");
    net.relu("r3", "border");
    net.add("global", new Op.AveragePool(Window.of(3, 3), false, 0, 0), "r3");
    net.flatten("flat", "global");
    net.linear("fc", "flat", 3);
    net.add("softmax", new Op.Softmax(), "fc");
    Graph graph = net.graph("softmax");
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    NodeVerdicts.of(graph)
        .forEach(v -> {
          verdicts.put(v.node(), v.verdict());
          assertThat(v.reason()).isNotBlank();
        });
    assertThat(verdicts.keySet()).containsExactlyElementsOf(graph.byName().keySet());
    assertThat(verdicts)
        .containsEntry("image", Verdict.EXACT)
        .containsEntry("stem", Verdict.EXACT)
        .containsEntry("norm", Verdict.EXACT)
        .containsEntry("r1", Verdict.EXACT)
        .containsEntry("m1", Verdict.EXACT)
        .containsEntry("spiking", Verdict.EXACT)
        .containsEntry("island", Verdict.ANALOG)
        .containsEntry("m2", Verdict.APPROXIMATED)
        .containsEntry("uniform", Verdict.EXACT)
        .containsEntry("pooled", Verdict.EXACT)
        .containsEntry("border", Verdict.ANALOG)
        .containsEntry("global", Verdict.ANALOG)
        .containsEntry("flat", Verdict.EXACT)
        .containsEntry("fc", Verdict.ANALOG)
        .containsEntry("softmax", Verdict.ANALOG);
  }
}
