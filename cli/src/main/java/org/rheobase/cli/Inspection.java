package org.rheobase.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.rheobase.cli.Engine.ModelSource;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.drawing.Diagram;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.OperationCount;
import org.rheobase.graph.SpikingModules;
import org.rheobase.graph.Verdict;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.ReadOptions;
import org.rheobase.transform.NodeVerdicts;

/** What a model consists of, and what becomes of its nodes. */
final class Inspection {
  private Inspection() {}

  static InspectReport of(ModelSource source) {
    Path file = source.file();
    ReadOptions options = ModelReading.options(source);
    List<NodeVerdict> asRead = OnnxReader.verdicts(file, options);
    if (asRead.stream().anyMatch(v -> v.verdict() == Verdict.REFUSED)) {
      return unreadable(file, asRead);
    }
    OnnxModel model = OnnxReader.read(file, options);
    Graph graph = model.graph();
    OperationCount count = OperationCount.of(graph);
    Map<String, Node> byName = graph.byName();
    List<InspectReport.NodeReport> nodes = new ArrayList<>();
    for (NodeVerdict verdict : NodeVerdicts.of(graph)) {
      Node node = Objects.requireNonNull(byName.get(verdict.node()));
      nodes.add(
          new InspectReport.NodeReport(
              node.name(),
              verdict.op(),
              node.shape().dims(),
              OperationCount.macs(node),
              word(verdict.verdict()),
              verdict.reason()));
    }
    for (NodeVerdict verdict : model.leftOut()) {
      nodes.add(withoutShape(verdict));
    }
    Graph prepared = prepared(graph);
    SpikingModules modules = SpikingModules.of(prepared);
    long spikeDriven = 0;
    for (Node node : prepared.nodes()) {
      Node original = byName.get(node.name());
      if (original != null && modules.isSpikeDriven(node)) {
        spikeDriven += OperationCount.macs(original);
      }
    }
    return new InspectReport(
        file.toString(),
        graph.isSpiking() ? "snn" : "ann",
        nodes,
        count.totalMacs(),
        count.totalParameters(),
        modules.modules().size(),
        spikeDriven,
        modules.islands().stream()
            .filter(n -> !modules.tail().contains(n))
            .map(Node::name)
            .toList());
  }

  static Diagram diagram(ModelSource source, InspectReport report) {
    return report.refused().isEmpty()
        ? NetworkDiagram.of(prepared(ModelReading.read(source).graph()), report)
        : NetworkDiagram.of(
            OnnxReader.outline(source.file(), ModelReading.options(source)), report);
  }

  /** The form that sites, islands and spike-driven layers are counted in. */
  private static Graph prepared(Graph graph) {
    return graph.isSpiking() ? graph : Converter.prepare(graph, Recipe.DEFAULT.averagePool());
  }

  /** A model with refused nodes has no shapes that could be relied on. */
  private static InspectReport unreadable(Path file, List<NodeVerdict> verdicts) {
    List<InspectReport.NodeReport> nodes = verdicts.stream().map(Inspection::withoutShape).toList();
    return new InspectReport(file.toString(), "ann", nodes, 0, 0, 0, 0, List.of());
  }

  private static InspectReport.NodeReport withoutShape(NodeVerdict v) {
    return new InspectReport.NodeReport(
        v.node(), v.op(), List.of(), 0, word(v.verdict()), v.reason());
  }

  /** A verdict in tables and JSON. */
  static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }
}
