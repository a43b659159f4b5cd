package org.rheobase.cli.report.drawing;

import java.util.List;

/**
 * Where a diagram's parts lie, in pixels from the upper left corner.
 *
 * @param boxes one for every unit
 * @param lines one for every connection
 */
public record Placement(double width, double height, List<Box> boxes, List<Line> lines) {
  public Placement {
    boxes = List.copyOf(boxes);
    lines = List.copyOf(lines);
  }

  /** A rectangle; a circle touches its sides. */
  public record Box(double x, double y, double width, double height) {
    double centreX() {
      return x + width / 2;
    }

    double centreY() {
      return y + height / 2;
    }
  }

  /** A line of straight pieces through at least two points. */
  public record Line(List<Point> points) {
    public Line {
      points = List.copyOf(points);
    }
  }

  public record Point(double x, double y) {}
}
