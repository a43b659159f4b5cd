package org.rheobase.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Text in aligned columns under a header with a rule. Columns are as wide as a terminal shows their
 * widest cell; control characters in names become "?".
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  private record Column(String title, boolean right) {}

  /** Columns by title; a title that begins with ">" aligns its column to the right. */
  public Table(String... titles) {
    columns =
        Arrays.stream(titles)
            .map(t -> t.startsWith(">") ? new Column(t.substring(1), true) : new Column(t, false))
            .toList();
  }

  public void row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + columns.size() + " columns");
    }
    rows.add(Arrays.stream(cells).map(Table::printable).toList());
  }

  /** The lines, each ending in a line feed and without blanks before it. */
  public String text() {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = width(columns.get(c).title());
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], width(row.get(c)));
      }
    }
    StringBuilder text = new StringBuilder();
    appendLine(text, columns.stream().map(Column::title).toList(), widths);
    appendLine(text, Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths);
    rows.forEach(row -> appendLine(text, row, widths));
    return text.toString();
  }

  private void appendLine(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String padding = " ".repeat(widths[c] - width(cells.get(c)));
      line.append(c == 0 ? "" : GAP);
      line.append(columns.get(c).right() ? padding + cells.get(c) : cells.get(c) + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  static String printable(String cell) {
    return cell.replaceAll("\\p{Cntrl}", "?");
  }

  /** Terminal cells that the text takes: none for combining marks, two for wide characters. */
  static int width(String text) {
    return text.codePoints().map(Table::width).sum();
  }

  private static int width(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean fullWidthForm = codePoint >= 0xff01 && codePoint <= 0xff60;
    boolean pictograph = codePoint >= 0x1f300 && codePoint <= 0x1faff;
    boolean wideScript =
        switch (Character.UnicodeScript.of(codePoint)) {
          case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> codePoint < 0xff61;
          default -> codePoint >= 0x20000 && codePoint <= 0x3fffd;
        };
    return fullWidthForm || pictograph || wideScript ? 2 : 1;
  }
}
