package org.rheobase.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rheobase.cli.report.CompareReport.Line;
import org.rheobase.cli.report.CompareReport.Summary;

/** A comparison for a terminal, as the publications print theirs. */
public final class CompareText {
  private CompareText() {}

  /** Accuracy by recipe and T, then what the recipes cost. */
  public static String of(CompareReport report) {
    int seeds = report.summary().stream().mapToInt(Summary::seeds).max().orElse(1);
    StringBuilder text = new StringBuilder();
    text.append(report.model()).append(" on ").append(report.images());
    text.append(report.images() == 1 ? " image, " : " images, ");
    text.append(report.metricName()).append(" in per cent, ANN ").append(percent(report.ann()));
    text.append("\n\n").append(accuracies(report)).append('\n');
    if (seeds > 1) {
      text.append("mean ± standard deviation of ").append(seeds).append(" seeds");
    }
    if (report.lines().size() > 1) {
      text.append(seeds > 1 ? "; " : "").append("* the best at its T");
    }
    text.append(seeds > 1 || report.lines().size() > 1 ? "\n\n" : "");
    text.append("Costs at T = ").append(report.steps().getLast());
    text.append(seeds > 1 ? ", means" : "").append("\n\n");
    return text.append(costs(report)).toString();
  }

  private static String accuracies(CompareReport report) {
    List<Line> lines = report.lines();
    List<String> header = beginning(report);
    report.steps().forEach(t -> header.add(">T = " + t));
    Table table = new Table(header.toArray(String[]::new));
    for (Line line : lines) {
      List<String> row = names(report, line);
      for (int i = 0; i < line.byStep().size(); i++) {
        int column = i;
        double best =
            lines.stream().mapToDouble(l -> l.byStep().get(column).mean()).max().orElseThrow();
        row.add(accuracy(line.byStep().get(i), lines.size() > 1, best));
      }
      table.row(row.toArray(String[]::new));
    }
    return table.text();
  }

  private static String accuracy(Summary cell, boolean marked, double best) {
    Double deviation = cell.standardDeviation();
    return percent(cell.mean())
        + (deviation == null ? "" : " ± " + percent(deviation))
        + (!marked ? "" : cell.mean() == best ? "*" : " ");
  }

  private static String costs(CompareReport report) {
    List<String> header = beginning(report);
    header.addAll(
        List.of(
            ">conversion",
            ">SOPs per image",
            ">spikes/neuron/step",
            ">parameters",
            ">conversion added"));
    Table table = new Table(header.toArray(String[]::new));
    for (Line line : report.lines()) {
      Summary last = line.byStep().getLast();
      List<String> row = names(report, line);
      row.add(Numbers.duration(last.convertSeconds()));
      row.add(Numbers.count(last.sops()));
      row.add(Numbers.firingRate(last.firingRate()));
      row.add(Numbers.bytes(last.parameterBytes()));
      row.add(Numbers.bytes(last.addedBytes()));
      table.row(row.toArray(String[]::new));
    }
    return table.text();
  }

  private static List<String> beginning(CompareReport report) {
    List<String> header = new ArrayList<>(List.of("recipe"));
    if (report.variesImages()) {
      header.add(">calibration images");
    }
    return header;
  }

  private static List<String> names(CompareReport report, Line line) {
    List<String> row = new ArrayList<>(List.of(line.recipe()));
    if (report.variesImages()) {
      row.add(line.calibrationImages() == 0 ? "-" : String.valueOf(line.calibrationImages()));
    }
    return row;
  }

  /** Two digits, as the publications have it; the unit is in the title. */
  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f", 100 * fraction);
  }
}
