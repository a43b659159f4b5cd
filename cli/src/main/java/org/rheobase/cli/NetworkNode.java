package org.rheobase.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.InspectReport.NodeReport;
import org.rheobase.cli.report.drawing.Diagram.Mark;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKinds;
import org.rheobase.graph.Window;
import org.rheobase.onnx.ModelOutline;
import org.rheobase.transform.NodeVerdicts;

/**
 * A node as far as a picture is concerned.
 *
 * @param label what it does, in few words
 * @param shape of its value, empty where it is not known
 * @param inputs names of earlier nodes
 * @param remark its line under the mouse
 */
record NetworkNode(
    String name,
    Kind kind,
    String label,
    List<Integer> shape,
    List<String> inputs,
    Mark mark,
    String remark) {

  /** How a node takes part in units. */
  enum Kind {
    INPUT,
    CONSTANT,
    SITE,
    /** A convolution or fully connected layer. */
    LAYER,
    NORMALISATION,
    /** Moves values; several in a row are drawn as one. */
    MOVEMENT,
    SUM,
    OTHER
  }

  /**
   * The nodes of a network as it is converted, marked as in its inspection, where the inspection
   * knows them: preparing moves and doubles some.
   */
  static List<NetworkNode> of(Graph graph, InspectReport report) {
    Map<String, NodeReport> reports = new HashMap<>();
    for (NodeVerdict v : NodeVerdicts.of(graph)) {
      String verdict = v.verdict().name().toLowerCase(Locale.ROOT);
      reports.put(v.node(), new NodeReport(v.node(), v.op(), List.of(), 0, verdict, v.reason()));
    }
    reports.putAll(byName(report));
    boolean spiking = graph.isSpiking();
    List<NetworkNode> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          new NetworkNode(
              node.name(),
              ValueKinds.isSite(node, spiking) ? Kind.SITE : kind(node.op()),
              label(node.op(), spiking),
              node.shape().dims(),
              node.inputs(),
              mark(reports.get(node.name())),
              remark(node.name(), node.op().label(), reports.get(node.name()))));
    }
    return nodes;
  }

  /** The nodes of a model with refused nodes; the kinds are guessed from the operators' names. */
  static List<NetworkNode> of(ModelOutline outline, InspectReport report) {
    Map<String, NodeReport> reports = byName(report);
    List<NetworkNode> nodes = new ArrayList<>();
    nodes.add(
        new NetworkNode(
            outline.input(),
            Kind.INPUT,
            "Input",
            List.of(),
            List.of(),
            Mark.EXACT,
            outline.input()));
    for (ModelOutline.FileNode node : outline.nodes()) {
      nodes.add(
          new NetworkNode(
              node.name(),
              kind(node.op()),
              node.op(),
              List.of(),
              node.inputs(),
              mark(reports.get(node.name())),
              remark(node.name(), node.op(), reports.get(node.name()))));
    }
    return nodes;
  }

  String shapeText() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining("×"));
  }

  private static Map<String, NodeReport> byName(InspectReport report) {
    Map<String, NodeReport> byName = new HashMap<>();
    report.nodes().forEach(n -> byName.put(n.name(), n));
    return byName;
  }

  private static Mark mark(@Nullable NodeReport report) {
    return report == null ? Mark.UNKNOWN : Mark.of(report.verdict());
  }

  private static String remark(String name, String op, @Nullable NodeReport report) {
    // The reason in front of the name: a name may be of any length.
    return report == null
        ? op + ", not examined: " + name
        : op
            + ", "
            + report.verdict()
            + (report.reason().isEmpty() ? "" : " (" + report.reason() + ")")
            + ": "
            + name;
  }

  private static Kind kind(Op op) {
    return switch (op) {
      case Op.Input _ -> Kind.INPUT;
      case Op.Constant _ -> Kind.CONSTANT;
      case Op.Conv conv -> ValueKinds.isPooling(conv) ? Kind.OTHER : Kind.LAYER;
      case Op.Linear _ -> Kind.LAYER;
      case Op.BatchNorm _ -> Kind.NORMALISATION;
      case Op.Movement _, Op.Pad _ -> Kind.MOVEMENT;
      case Op.Add _ -> Kind.SUM;
      case Op.Relu _,
          Op.IntegrateFire _,
          Op.MaxPool _,
          Op.AveragePool _,
          Op.Concat _,
          Op.Resize _,
          Op.NonLinear _ ->
          Kind.OTHER;
    };
  }

  private static Kind kind(String operator) {
    return switch (operator) {
      case "Relu", "IntegrateFire" -> Kind.SITE;
      case "Conv", "ConvTranspose", "Gemm", "MatMul" -> Kind.LAYER;
      case "BatchNormalization" -> Kind.NORMALISATION;
      case "Flatten", "Identity", "Pad", "Reshape", "Squeeze", "Transpose", "Unsqueeze" ->
          Kind.MOVEMENT;
      case "Add", "Sum" -> Kind.SUM;
      default -> Kind.OTHER;
    };
  }

  private static String label(Op op, boolean spiking) {
    return switch (op) {
      case Op.Conv conv when !spiking && ValueKinds.isPooling(conv) ->
          "AveragePool " + text(conv.window());
      case Op.Conv conv ->
          "Conv "
              + text(conv.window())
              + (conv.isDepthwise() && conv.groups() > 1
                  ? " depthwise"
                  : conv.groups() > 1 ? " in " + conv.groups() + " groups" : "");
      case Op.MaxPool pool -> "MaxPool " + text(pool.window());
      case Op.AveragePool pool -> "AveragePool " + text(pool.window());
      case Op.Input _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Movement _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          op.label();
    };
  }

  /** Kernel, stride behind a slash, dilation behind an at sign. */
  private static String text(Window window) {
    return pair(window.kernelHeight(), window.kernelWidth(), true)
        + (window.strideHeight() * window.strideWidth() == 1
            ? ""
            : " /" + pair(window.strideHeight(), window.strideWidth(), false))
        + (window.dilationHeight() * window.dilationWidth() == 1
            ? ""
            : " @" + pair(window.dilationHeight(), window.dilationWidth(), false));
  }

  private static String pair(int height, int width, boolean both) {
    return height == width && !both ? Integer.toString(height) : height + "×" + width;
  }
}
