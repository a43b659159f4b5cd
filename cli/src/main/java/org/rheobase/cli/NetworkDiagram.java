package org.rheobase.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rheobase.cli.NetworkNode.Kind;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.Numbers;
import org.rheobase.cli.report.drawing.Diagram;
import org.rheobase.cli.report.drawing.Diagram.Connection;
import org.rheobase.cli.report.drawing.Diagram.Form;
import org.rheobase.cli.report.drawing.Diagram.Mark;
import org.rheobase.cli.report.drawing.Diagram.Region;
import org.rheobase.cli.report.drawing.Diagram.Row;
import org.rheobase.cli.report.drawing.Diagram.Shade;
import org.rheobase.cli.report.drawing.Diagram.Unit;
import org.rheobase.cli.report.drawing.SvgPicture;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.SpikingModules;
import org.rheobase.onnx.ModelOutline;

/** The picture of an inspected network: its modules, verdicts, linear islands and skips. */
final class NetworkDiagram {
  private final InspectReport report;
  private final List<NetworkNode> nodes;
  private final Map<String, String> outputs;
  private final Set<String> tail;
  private final NetworkUnits grouped;

  /**
   * Prepares a diagram.
   *
   * @param outputs names of nodes by names of outputs
   */
  private NetworkDiagram(
      InspectReport report,
      List<NetworkNode> nodes,
      Map<String, String> outputs,
      Set<String> tail) {
    this.report = report;
    this.nodes = nodes;
    this.outputs = outputs;
    this.tail = tail;
    this.grouped = NetworkUnits.of(nodes, new HashSet<>(outputs.values()));
    SvgPicture.checkUnits(grouped.units().size() + outputs.size());
  }

  /** A network in the form that it is converted in. */
  static Diagram of(Graph graph, InspectReport report) {
    Map<String, String> outputs = new LinkedHashMap<>();
    graph.outputs().forEach(o -> outputs.put(o.name(), o.node()));
    Set<String> tail =
        SpikingModules.of(graph).tail().stream()
            .filter(n -> !(n.op() instanceof Op.Input))
            .map(Node::name)
            .collect(Collectors.toSet());
    return new NetworkDiagram(report, NetworkNode.of(graph, report), outputs, tail).diagram();
  }

  /** A model that could not be read. */
  static Diagram of(ModelOutline outline, InspectReport report) {
    Map<String, String> outputs = new LinkedHashMap<>();
    outline.outputs().forEach(o -> outputs.put(o.name(), o.node()));
    return new NetworkDiagram(report, NetworkNode.of(outline, report), outputs, Set.of()).diagram();
  }

  private Diagram diagram() {
    List<Unit> units = new ArrayList<>(grouped.units().stream().map(this::unit).toList());
    List<Connection> connections = connections();
    Map<String, NetworkNode> byName = new HashMap<>();
    nodes.forEach(n -> byName.put(n.name(), n));
    outputs.forEach((name, node) -> {
      Integer from = grouped.unitOf().get(node);
      NetworkNode last = byName.get(node);
      if (from != null && last != null) {
        connections.add(new Connection(from, units.size(), false));
        Row row = new Row(name, last.shapeText(), last.mark());
        units.add(new Unit(Form.OUTPUT, List.of(row), List.of(name)));
      }
    });
    List<Region> regions = new ArrayList<>(regions(Shade.ISLAND, islands()));
    regions.addAll(regions(Shade.TAIL, tail));
    return new Diagram(title(), remarks(), units, connections, regions);
  }

  private String title() {
    return Path.of(report.model()).getFileName()
        + (report.kind().equals("snn") ? ": spiking network" : ": artificial network");
  }

  private List<String> remarks() {
    if (!report.refused().isEmpty()) {
      return List.of(
          report.refused().size()
              + " of "
              + report.nodes().size()
              + (report.refused().size() == 1 ? " nodes is" : " nodes are")
              + " refused: the network cannot be converted");
    }
    String spiking =
        report.macs() == 0
            ? ""
            : ", "
                + Numbers.percent((double) report.spikeDrivenMacs() / report.macs())
                + " of them as synaptic operations";
    return List.of(
        report.nodes().size()
            + " nodes, "
            + report.sites()
            + " sites, "
            + Numbers.count(report.macs())
            + " MACs per image"
            + spiking);
  }

  private Unit unit(List<NetworkNode> members) {
    NetworkNode first = members.getFirst();
    List<String> tooltip = members.stream().map(NetworkNode::remark).toList();
    return switch (first.kind()) {
      case INPUT ->
          new Unit(
              Form.INPUT, List.of(new Row(first.name(), first.shapeText(), first.mark())), tooltip);
      case SITE ->
          new Unit(Form.SITE, List.of(new Row(channels(first), "", first.mark())), tooltip);
      case CONSTANT, LAYER, NORMALISATION, MOVEMENT, SUM, OTHER ->
          new Unit(Form.OPERATIONS, rows(members), tooltip);
    };
  }

  /** Short enough for a circle. */
  private static String channels(NetworkNode site) {
    if (site.shape().isEmpty()) {
      return "";
    }
    int channels = site.shape().getFirst();
    return channels < 10_000
        ? Integer.toString(channels)
        : Numbers.count(channels).replace(" ", "");
  }

  private static List<Row> rows(List<NetworkNode> members) {
    List<Row> rows = new ArrayList<>();
    String shape = "";
    Kind before = Kind.INPUT;
    for (NetworkNode node : members) {
      boolean folded =
          node.kind() == Kind.NORMALISATION && before == Kind.LAYER && node.mark() == Mark.EXACT;
      if (!folded) {
        String newShape = node.shapeText();
        boolean continued =
            node.kind() == Kind.MOVEMENT
                && before == Kind.MOVEMENT
                && rows.getLast().mark() == node.mark();
        if (continued) {
          Row last = rows.removeLast();
          String label =
              last.label().contains(node.label())
                  ? last.label()
                  : last.label() + ", " + node.label();
          rows.add(new Row(label, newShape, node.mark()));
        } else {
          rows.add(new Row(node.label(), newShape.equals(shape) ? "" : newShape, node.mark()));
        }
        shape = newShape;
      }
      before = node.kind();
    }
    return rows;
  }

  private List<Connection> connections() {
    List<Connection> connections = new ArrayList<>();
    List<BitSet> ancestors = new ArrayList<>();
    for (int to = 0; to < grouped.units().size(); to++) {
      Set<Integer> sources = grouped.sources().get(to);
      // Known already: all that the sources are computed from.
      BitSet before = new BitSet();
      sources.forEach(s -> before.or(ancestors.get(s)));
      for (int from : sources) {
        connections.add(new Connection(from, to, before.get(from)));
      }
      sources.forEach(before::set);
      ancestors.add(before);
    }
    return connections;
  }

  /** The stretches between a layer and the layers of islands that it reaches without a neuron. */
  private Set<String> islands() {
    Set<String> behindLayer = new HashSet<>();
    for (NetworkNode node : nodes) {
      if (node.kind() == Kind.LAYER
          || (node.kind() != Kind.SITE && node.inputs().stream().anyMatch(behindLayer::contains))) {
        behindLayer.add(node.name());
      }
    }
    Set<String> stretch = new HashSet<>(report.islands());
    for (NetworkNode node : nodes.reversed()) {
      if (stretch.contains(node.name())) {
        node.inputs().stream().filter(behindLayer::contains).forEach(stretch::add);
      }
    }
    return stretch;
  }

  /** The units of the named nodes, those that are connected together. */
  private List<Region> regions(Shade shade, Set<String> names) {
    int[] root = new int[grouped.units().size()];
    java.util.Arrays.fill(root, -1);
    for (int unit = 0; unit < root.length; unit++) {
      if (grouped.units().get(unit).stream().anyMatch(n -> names.contains(n.name()))) {
        root[unit] = unit;
        for (int source : grouped.sources().get(unit)) {
          if (root[source] >= 0) {
            int from = root[source];
            int to = root[unit];
            for (int i = 0; i <= unit; i++) {
              root[i] = root[i] == from ? to : root[i];
            }
          }
        }
      }
    }
    Map<Integer, List<Integer>> members = new TreeMap<>();
    for (int unit = 0; unit < root.length; unit++) {
      if (root[unit] >= 0) {
        members.computeIfAbsent(root[unit], _ -> new ArrayList<>()).add(unit);
      }
    }
    return members.values().stream().map(list -> new Region(shade, list)).toList();
  }
}
