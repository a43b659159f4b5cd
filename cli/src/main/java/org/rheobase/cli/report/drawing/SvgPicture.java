package org.rheobase.cli.report.drawing;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rheobase.cli.report.drawing.Diagram.Connection;
import org.rheobase.cli.report.drawing.Diagram.Mark;
import org.rheobase.cli.report.drawing.Diagram.Region;
import org.rheobase.cli.report.drawing.Diagram.Row;
import org.rheobase.cli.report.drawing.Diagram.Shade;
import org.rheobase.cli.report.drawing.Diagram.Unit;
import org.rheobase.cli.report.drawing.Placement.Box;
import org.rheobase.cli.report.drawing.Placement.Line;
import org.rheobase.error.FailureException;

/** A diagram as one SVG file that needs nothing else: no script, no font, no network. */
public final class SvgPicture {
  /** More units than this take minutes to lay out, and nobody could read them. */
  public static final int MOST_UNITS = 1000;

  /** Lines over many layers are laid out layer by layer, so their lengths count too. */
  public static final int MOST_LAYERS_CROSSED = 20_000;

  private static final String ADVICE =
      "; choose a part of the network with --outputs, or leave --graph out";
  private static final double MARGIN = 20;
  private static final double NARROWEST = 760;
  private static final double TITLE_HEIGHT = 24;
  private static final double REMARK_HEIGHT = 17;
  private static final double ASPECT_RATIO = 1.4;
  private static final int LONGEST_TITLE = 90;
  private static final int LONGEST_TOOLTIP_LINE = 200;
  private static final int MOST_TOOLTIP_LINES = 16;

  // Verdicts in colours that colour-blind readers tell apart too (Okabe and Ito), refused in red.
  private static final String STYLE =
      """

      text { font: 11px "DejaVu Sans", Verdana, Arial, sans-serif; fill: #1c2733; }
      .title { font-size: 15px; font-weight: bold; }
      .remark, .detail { fill: #5b6875; }
      .frame { fill: #ffffff; stroke: #8a97a3; }
      .end { fill: #e8edf2; stroke: #5b6875; }
      .refusing { fill: #fde3e1; stroke: #c8281e; stroke-width: 2; }
      .exact { fill: #009e73; }
      .approximated { fill: #e69f00; }
      .analog { fill: #3f8fd2; }
      .refused { fill: #c8281e; }
      .unknown { fill: #b3bcc4; }
      circle { stroke-width: 3; }
      circle.exact { fill: #ffffff; stroke: #009e73; }
      circle.approximated { fill: #ffffff; stroke: #e69f00; }
      circle.analog { fill: #ffffff; stroke: #3f8fd2; }
      circle.refused { fill: #fde3e1; stroke: #c8281e; }
      circle.unknown { fill: #ffffff; stroke: #b3bcc4; }
      .site text { text-anchor: middle; font-size: 10px; }
      .end-label { text-anchor: middle; }
      .detail { text-anchor: end; }
      .island { fill: #cfe3f6; stroke: #cfe3f6; }
      .tail { fill: #e6e2ee; stroke: #e6e2ee; }
      .line { fill: none; stroke: #46535f; stroke-width: 1.3; marker-end: url(#arrow); }
      .skip { stroke: #9a3fa0; marker-end: url(#skip-arrow); }
      """;

  private final Diagram diagram;
  private final Placement placement;
  private final Legend legend;
  private final double width;
  private final double top;
  private final Markup svg;

  private SvgPicture(Diagram diagram) {
    this.diagram = diagram;
    this.placement = LayeredLayout.of(diagram, ASPECT_RATIO);
    this.width = Math.max(placement.width() + 2 * MARGIN, NARROWEST);
    this.legend = new Legend(diagram, width - 2 * MARGIN);
    this.top =
        MARGIN + TITLE_HEIGHT + diagram.remarks().size() * REMARK_HEIGHT + legend.height() + 8;
    this.svg = new Markup(width, top + placement.height() + MARGIN);
  }

  /**
   * Draws a diagram; the same bytes every time.
   *
   * @throws FailureException when it is too large to lay out
   */
  public static byte[] bytes(Diagram diagram) {
    checkSize(diagram);
    return new SvgPicture(diagram).draw();
  }

  /**
   * Says early that a diagram would have too many units.
   *
   * @throws FailureException for more than {@link #MOST_UNITS}
   */
  public static void checkUnits(int units) {
    if (units > MOST_UNITS) {
      throw new FailureException(
          "the picture would have "
              + units
              + " boxes and circles; expected at most "
              + MOST_UNITS
              + ADVICE);
    }
  }

  private static void checkSize(Diagram diagram) {
    checkUnits(diagram.units().size());
    long crossed = diagram.layersCrossed();
    if (crossed > MOST_LAYERS_CROSSED) {
      throw new FailureException(
          "the lines of the picture would cross "
              + crossed
              + " layers; expected at most "
              + MOST_LAYERS_CROSSED
              + ADVICE);
    }
  }

  static String style(Shade shade) {
    return shade.name().toLowerCase(Locale.ROOT);
  }

  private byte[] draw() {
    svg.text("title", Lettering.printable(diagram.title(), LONGEST_TITLE));
    svg.text("style", STYLE);
    arrows();
    svg.empty("rect", "width", "100%", "height", "100%", "fill", "#ffffff");
    heading();
    svg.open(
        "g",
        "transform",
        "translate("
            + Markup.number((width - placement.width()) / 2)
            + ","
            + Markup.number(top)
            + ")");
    diagram.regions().forEach(this::shade);
    // Where a skip leaves together with another line, the stretch in common is the other's.
    lines(true);
    lines(false);
    for (int i = 0; i < diagram.units().size(); i++) {
      unit(diagram.units().get(i), placement.boxes().get(i));
    }
    svg.close();
    return svg.bytes();
  }

  private void lines(boolean skip) {
    for (int i = 0; i < placement.lines().size(); i++) {
      if (diagram.connections().get(i).skip() == skip) {
        svg.empty(
            "path", "class", skip ? "line skip" : "line", "d", path(placement.lines().get(i)));
      }
    }
  }

  private void arrows() {
    svg.open("defs");
    for (String[] arrow : new String[][] {{"arrow", "#46535f"}, {"skip-arrow", "#9a3fa0"}}) {
      svg.open(
          "marker",
          "id",
          arrow[0],
          "viewBox",
          "0 0 8 8",
          "refX",
          7.5,
          "refY",
          4,
          "markerWidth",
          6,
          "markerHeight",
          6,
          "orient",
          "auto");
      svg.empty("path", "d", "M0 0.5L8 4L0 7.5z", "fill", arrow[1]);
      svg.close();
    }
    svg.close();
  }

  private void heading() {
    double y = MARGIN + 14;
    svg.text(
        "text",
        Lettering.printable(diagram.title(), LONGEST_TITLE),
        "class",
        "title",
        "x",
        MARGIN,
        "y",
        y);
    for (String remark : diagram.remarks()) {
      y += REMARK_HEIGHT;
      svg.text(
          "text",
          Lettering.printable(remark, LONGEST_TITLE + 30),
          "class",
          "remark",
          "x",
          MARGIN,
          "y",
          y + 3);
    }
    legend.draw(svg, MARGIN, top - legend.height() - 8);
  }

  /** Rounded rectangles behind the units, and broad lines behind the connections between them. */
  private void shade(Region region) {
    double padding = 7;
    svg.open("g", "class", "region " + style(region.shade()));
    for (int unit : region.units()) {
      Box box = placement.boxes().get(unit);
      svg.empty(
          "rect",
          "x",
          box.x() - padding,
          "y",
          box.y() - padding,
          "width",
          box.width() + 2 * padding,
          "height",
          box.height() + 2 * padding,
          "rx",
          padding);
    }
    for (int i = 0; i < diagram.connections().size(); i++) {
      Connection c = diagram.connections().get(i);
      if (region.units().contains(c.from()) && region.units().contains(c.to())) {
        svg.empty(
            "path",
            "d",
            path(placement.lines().get(i)),
            "fill",
            "none",
            "stroke-width",
            2 * padding,
            "stroke-linejoin",
            "round");
      }
    }
    svg.close();
  }

  private static String path(Line line) {
    return line.points().stream()
        .map(p -> Markup.number(p.x()) + " " + Markup.number(p.y()))
        .collect(Collectors.joining("L", "M", ""));
  }

  private void unit(Unit unit, Box box) {
    svg.open("g", "class", unit.form().name().toLowerCase(Locale.ROOT));
    if (!unit.tooltip().isEmpty()) {
      svg.text("title", tooltip(unit.tooltip()));
    }
    switch (unit.form()) {
      case SITE -> site(unit.rows().getFirst(), box);
      case INPUT, OUTPUT -> end(unit.rows(), box);
      case OPERATIONS -> operations(unit.rows(), box);
    }
    svg.close();
  }

  private static String tooltip(List<String> lines) {
    String shown =
        lines.stream()
            .limit(MOST_TOOLTIP_LINES)
            .map(l -> Lettering.printable(l, LONGEST_TOOLTIP_LINE))
            .collect(Collectors.joining("\n"));
    int hidden = lines.size() - MOST_TOOLTIP_LINES;
    return hidden > 0 ? shown + "\n… and " + hidden + " more" : shown;
  }

  private void site(Row row, Box box) {
    svg.empty(
        "circle",
        "class",
        row.mark().word(),
        "cx",
        box.centreX(),
        "cy",
        box.centreY(),
        "r",
        box.width() / 2 - 1.5);
    svg.text("text", row.label(), "x", box.centreX(), "y", box.centreY() + 3.5);
  }

  private void end(List<Row> rows, Box box) {
    svg.empty(
        "rect",
        "class",
        "end",
        "x",
        box.x(),
        "y",
        box.y(),
        "width",
        box.width(),
        "height",
        box.height(),
        "rx",
        box.height() / 2);
    String text =
        rows.stream()
            .map(r -> r.detail().isEmpty() ? r.label() : r.label() + "  " + r.detail())
            .collect(Collectors.joining(", "));
    svg.text("text", text, "class", "end-label", "x", box.centreX(), "y", box.centreY() + 4);
  }

  private void operations(List<Row> rows, Box box) {
    boolean refused = rows.stream().anyMatch(r -> r.mark() == Mark.REFUSED);
    svg.empty(
        "rect",
        "class",
        refused ? "refusing" : "frame",
        "x",
        box.x(),
        "y",
        box.y(),
        "width",
        box.width(),
        "height",
        box.height(),
        "rx",
        3);
    double inset = (box.height() - rows.size() * LayeredLayout.ROW_HEIGHT) / 2;
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      double y = box.y() + inset + i * LayeredLayout.ROW_HEIGHT;
      svg.empty(
          "rect",
          "class",
          row.mark().word(),
          "x",
          box.x() + 1,
          "y",
          y + 0.5,
          "width",
          LayeredLayout.STRIPE,
          "height",
          LayeredLayout.ROW_HEIGHT - 1);
      double baseline = y + LayeredLayout.ROW_HEIGHT - 4.5;
      svg.text(
          "text",
          row.label(),
          "x",
          box.x() + LayeredLayout.STRIPE + LayeredLayout.ROW_MARGIN,
          "y",
          baseline);
      if (!row.detail().isEmpty()) {
        svg.text(
            "text",
            row.detail(),
            "class",
            "detail",
            "x",
            box.x() + box.width() - LayeredLayout.ROW_MARGIN,
            "y",
            baseline);
      }
    }
  }
}
