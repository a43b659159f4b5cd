package org.rheobase.cli.report.drawing;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a picture shows, before anything has a place.
 *
 * @param title one line
 * @param remarks lines under the title
 * @param units the first of every path comes before the next
 */
public record Diagram(
    String title,
    List<String> remarks,
    List<Unit> units,
    List<Connection> connections,
    List<Region> regions) {

  public Diagram {
    remarks = List.copyOf(remarks);
    units = List.copyOf(units);
    connections = List.copyOf(connections);
    regions = List.copyOf(regions);
  }

  /**
   * The layers that all lines together cross, when every unit stands as high as the lines into it
   * allow.
   */
  long layersCrossed() {
    int[] layer = new int[units.size()];
    connections.stream()
        .sorted(Comparator.comparingInt(Connection::to))
        .forEach(c -> layer[c.to()] = Math.max(layer[c.to()], layer[c.from()] + 1));
    return connections.stream().mapToLong(c -> layer[c.to()] - layer[c.from()]).sum();
  }

  /**
   * A box or circle with text.
   *
   * @param rows at least one; of a {@link Form#SITE} only the first is shown
   * @param tooltip lines that a viewer shows under the mouse
   */
  public record Unit(Form form, List<Row> rows, List<String> tooltip) {
    public Unit {
      rows = List.copyOf(rows);
      tooltip = List.copyOf(tooltip);
    }
  }

  /** What a unit is. */
  public enum Form {
    INPUT,
    OUTPUT,
    /** A population of neurons: a circle. */
    SITE,
    OPERATIONS
  }

  /**
   * One line of a unit.
   *
   * @param label to the left
   * @param detail to the right, may be empty
   */
  public record Row(String label, String detail, Mark mark) {
    private static final int LONGEST_LABEL = 36;
    private static final int LONGEST_DETAIL = 24;

    public Row {
      label = Lettering.printable(label, LONGEST_LABEL);
      detail = Lettering.printable(detail, LONGEST_DETAIL);
    }
  }

  /** The colour of a row. */
  public enum Mark {
    EXACT,
    APPROXIMATED,
    ANALOG,
    REFUSED,
    /** Behind a refused node, so that nobody looked at it. */
    UNKNOWN;

    /** The mark of a verdict in an inspection. */
    public static Mark of(String verdict) {
      return valueOf(verdict.toUpperCase(Locale.ROOT));
    }

    /** The verdict's word. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The value of one unit, read by another.
   *
   * @param from index of a unit
   * @param to index of a later unit
   * @param skip whether a longer path leads there too
   */
  public record Connection(int from, int to, boolean skip) {}

  /**
   * Units that are shaded together, and the connections between them.
   *
   * @param units indices
   */
  public record Region(Shade shade, List<Integer> units) {
    public Region {
      units = List.copyOf(units);
    }
  }

  /** Why units are shaded. */
  public enum Shade {
    /** Layers that read layers, with no neuron between. */
    ISLAND,
    /** Behind the last neuron. */
    TAIL
  }
}
