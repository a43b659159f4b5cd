package org.rheobase.cli.report.drawing;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.cli.report.drawing.Diagram.Mark;
import org.rheobase.cli.report.drawing.Diagram.Shade;

/**
 * What colours and forms mean: entries side by side, in as many lines as the picture's width asks.
 */
final class Legend {
  static final double LINE_HEIGHT = 26;

  private static final double SAMPLE = 26;
  private static final double GAP = 22;

  private enum Sample {
    SITE,
    OPERATIONS,
    VERDICT,
    SHADE,
    LINE,
    SKIP
  }

  /**
   * One entry.
   *
   * @param style the class of the sample
   */
  private record Entry(Sample sample, String style, String text) {
    double textStart() {
      return (sample == Sample.VERDICT ? LayeredLayout.STRIPE : SAMPLE) + 6;
    }

    double width() {
      return textStart() + Lettering.width(text, LayeredLayout.FONT_SIZE) + GAP;
    }
  }

  private final List<List<Entry>> lines = new ArrayList<>();

  /** The entries that a diagram needs. */
  Legend(Diagram diagram, double width) {
    List<Entry> line = new ArrayList<>();
    double used = 0;
    for (Entry entry : entries(diagram)) {
      if (used + entry.width() - GAP > width && !line.isEmpty()) {
        lines.add(line);
        line = new ArrayList<>();
        used = 0;
      }
      line.add(entry);
      used += entry.width();
    }
    lines.add(line);
  }

  double height() {
    return lines.size() * LINE_HEIGHT;
  }

  void draw(Markup svg, double left, double top) {
    svg.open("g", "class", "legend");
    double y = top + LINE_HEIGHT / 2;
    for (List<Entry> line : lines) {
      double x = left;
      for (Entry entry : line) {
        sample(svg, entry, x, y);
        svg.text("text", entry.text(), "x", x + entry.textStart(), "y", y + 4);
        x += entry.width();
      }
      y += LINE_HEIGHT;
    }
    svg.close();
  }

  private static List<Entry> entries(Diagram diagram) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(Sample.SITE, "sample exact", "site (neurons), with its channels"));
    entries.add(new Entry(Sample.OPERATIONS, "frame", "operations, with the shape they make"));
    for (Mark mark : Mark.values()) {
      boolean occurs =
          diagram.units().stream().flatMap(u -> u.rows().stream()).anyMatch(r -> r.mark() == mark);
      if (mark != Mark.UNKNOWN) {
        entries.add(new Entry(Sample.VERDICT, mark.word(), mark.word()));
      } else if (occurs) {
        entries.add(new Entry(Sample.VERDICT, mark.word(), "not examined"));
      }
    }
    for (Shade shade : Shade.values()) {
      if (diagram.regions().stream().anyMatch(r -> r.shade() == shade)) {
        entries.add(
            new Entry(
                Sample.SHADE,
                SvgPicture.style(shade),
                switch (shade) {
                  case ISLAND -> "linear island: layers with no neuron between";
                  case TAIL -> "after the last neuron";
                }));
      }
    }
    entries.add(new Entry(Sample.LINE, "line", "connection"));
    if (diagram.connections().stream().anyMatch(Diagram.Connection::skip)) {
      entries.add(new Entry(Sample.SKIP, "line skip", "skip connection"));
    }
    return entries;
  }

  private static void sample(Markup svg, Entry entry, double x, double y) {
    switch (entry.sample()) {
      case SITE ->
          svg.empty("circle", "class", entry.style(), "cx", x + SAMPLE / 2, "cy", y, "r", 9);
      case OPERATIONS ->
          svg.empty(
              "rect",
              "class",
              entry.style(),
              "x",
              x,
              "y",
              y - 8,
              "width",
              SAMPLE,
              "height",
              16,
              "rx",
              2);
      case VERDICT ->
          svg.empty(
              "rect",
              "class",
              entry.style(),
              "x",
              x,
              "y",
              y - 8,
              "width",
              LayeredLayout.STRIPE,
              "height",
              16);
      case SHADE ->
          svg.empty(
              "rect",
              "class",
              entry.style(),
              "x",
              x,
              "y",
              y - 9,
              "width",
              SAMPLE,
              "height",
              18,
              "rx",
              5);
      case LINE, SKIP ->
          svg.empty(
              "path",
              "class",
              entry.style(),
              "d",
              "M" + Markup.number(x) + " " + Markup.number(y) + "h" + Markup.number(SAMPLE - 2));
    }
  }
}
