package org.rheobase.cli.report.drawing;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.alg.layered.options.WrappingStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.PortConstraints;
import org.eclipse.elk.core.options.PortSide;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.ElkPort;
import org.eclipse.elk.graph.util.ElkGraphUtil;
import org.rheobase.cli.report.drawing.Diagram.Connection;
import org.rheobase.cli.report.drawing.Diagram.Form;
import org.rheobase.cli.report.drawing.Diagram.Row;
import org.rheobase.cli.report.drawing.Diagram.Unit;
import org.rheobase.cli.report.drawing.Placement.Box;
import org.rheobase.cli.report.drawing.Placement.Line;
import org.rheobase.cli.report.drawing.Placement.Point;

/**
 * Gives a diagram its places by the Eclipse Layout Kernel's layered algorithm: data flows down,
 * lines run along the axes.
 */
final class LayeredLayout {
  static final double FONT_SIZE = 11;
  static final double ROW_HEIGHT = 17;
  static final double ROW_MARGIN = 8;
  static final double STRIPE = 6;
  static final double GAP_BEFORE_DETAIL = 12;

  private static final double SITE_DIAMETER = 34;
  private static final double BETWEEN_UNITS = 34;
  private static final double BETWEEN_LAYERS = 22;
  private static final double BETWEEN_LINES = 12;

  /**
   * Units and layers crossed that are placed with the fewest bends; the time for that grows with
   * the square.
   */
  private static final int LARGEST_STRAIGHTENED = 600;

  private LayeredLayout() {}

  static Placement of(Diagram diagram, double aspectRatio) {
    ElkNode root = ElkGraphUtil.createGraph();
    configure(
        root, aspectRatio, diagram.units().size() + diagram.layersCrossed() > LARGEST_STRAIGHTENED);
    List<ElkNode> nodes = new ArrayList<>();
    List<ElkPort> outlets = new ArrayList<>();
    for (Unit unit : diagram.units()) {
      ElkNode node = ElkGraphUtil.createNode(root);
      node.setDimensions(width(unit), height(unit));
      node.setProperty(LayeredOptions.PORT_CONSTRAINTS, PortConstraints.FIXED_SIDE);
      nodes.add(node);
      // One value, one outlet: lines that carry the same value leave as one.
      outlets.add(port(node, PortSide.SOUTH));
    }
    List<ElkEdge> edges = new ArrayList<>();
    for (Connection connection : diagram.connections()) {
      edges.add(
          ElkGraphUtil.createSimpleEdge(
              outlets.get(connection.from()), port(nodes.get(connection.to()), PortSide.NORTH)));
    }
    new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
    List<Box> boxes =
        nodes.stream().map(n -> new Box(n.getX(), n.getY(), n.getWidth(), n.getHeight())).toList();
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < edges.size(); i++) {
      Connection c = diagram.connections().get(i);
      lines.add(line(edges.get(i), diagram, c, boxes));
    }
    return new Placement(root.getWidth(), root.getHeight(), boxes, lines);
  }

  private static void configure(ElkNode root, double aspectRatio, boolean large) {
    root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    root.setProperty(LayeredOptions.DIRECTION, Direction.DOWN);
    root.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    root.setProperty(LayeredOptions.RANDOM_SEED, 1);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE, BETWEEN_UNITS);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, BETWEEN_LAYERS);
    root.setProperty(LayeredOptions.SPACING_EDGE_EDGE, BETWEEN_LINES);
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE, BETWEEN_LINES);
    root.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, BETWEEN_LINES);
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, BETWEEN_LINES);
    root.setProperty(LayeredOptions.PADDING, new ElkPadding(16));
    root.setProperty(
        LayeredOptions.NODE_PLACEMENT_STRATEGY,
        large ? NodePlacementStrategy.BRANDES_KOEPF : NodePlacementStrategy.NETWORK_SIMPLEX);
    // A network of a hundred layers would be a strip; it continues in columns side by side.
    root.setProperty(LayeredOptions.WRAPPING_STRATEGY, WrappingStrategy.MULTI_EDGE);
    root.setProperty(LayeredOptions.ASPECT_RATIO, aspectRatio);
  }

  private static ElkPort port(ElkNode node, PortSide side) {
    ElkPort port = ElkGraphUtil.createPort(node);
    port.setProperty(LayeredOptions.PORT_SIDE, side);
    return port;
  }

  private static double width(Unit unit) {
    if (unit.form() == Form.SITE) {
      return SITE_DIAMETER;
    }
    return STRIPE
        + 2 * ROW_MARGIN
        + unit.rows().stream().mapToDouble(LayeredLayout::width).max().orElse(0);
  }

  private static double width(Row row) {
    return Lettering.width(row.label(), FONT_SIZE)
        + (row.detail().isEmpty()
            ? 0
            : GAP_BEFORE_DETAIL + Lettering.width(row.detail(), FONT_SIZE));
  }

  private static double height(Unit unit) {
    return unit.form() == Form.SITE ? SITE_DIAMETER : unit.rows().size() * ROW_HEIGHT + 6;
  }

  private static Line line(ElkEdge edge, Diagram diagram, Connection connection, List<Box> boxes) {
    List<Point> points = new ArrayList<>();
    for (ElkEdgeSection section : edge.getSections()) {
      points.add(new Point(section.getStartX(), section.getStartY()));
      section.getBendPoints().forEach(b -> points.add(new Point(b.getX(), b.getY())));
      points.add(new Point(section.getEndX(), section.getEndY()));
    }
    if (diagram.units().get(connection.from()).form() == Form.SITE) {
      points.set(0, onCircle(points.getFirst(), boxes.get(connection.from()), 1));
    }
    if (diagram.units().get(connection.to()).form() == Form.SITE) {
      points.set(points.size() - 1, onCircle(points.getLast(), boxes.get(connection.to()), -1));
    }
    return new Line(points);
  }

  /** The layout ends lines at a box; a circle begins farther inside. */
  private static Point onCircle(Point end, Box box, int direction) {
    double radius = box.width() / 2;
    double off = Math.min(radius, Math.abs(end.x() - box.centreX()));
    return new Point(end.x(), box.centreY() + direction * Math.sqrt(radius * radius - off * off));
  }
}
