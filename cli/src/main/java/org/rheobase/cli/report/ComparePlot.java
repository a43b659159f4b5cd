package org.rheobase.cli.report;

import java.nio.file.Path;
import java.util.List;
import org.rheobase.cli.report.AccuracyPlot.Axis;
import org.rheobase.cli.report.AccuracyPlot.Frame;
import org.rheobase.cli.report.CompareReport.Line;
import org.rheobase.cli.report.CompareReport.Summary;

/** A comparison as a picture: the metric over T, a line a recipe. */
public final class ComparePlot {
  private ComparePlot() {}

  /**
   * Draws it as a PNG.
   *
   * @throws org.rheobase.error.FailureException when this machine cannot draw text (no fonts)
   */
  public static byte[] png(CompareReport report) {
    List<Integer> steps = report.steps();
    double least = report.summary().stream().mapToDouble(Summary::mean).min().orElse(0);
    Frame frame =
        new Frame(
            Path.of(report.model()).getFileName() + ", " + report.images() + " images",
            report.metricName(),
            steps.getLast() >= 4 * steps.getFirst() ? Axis.LOG2 : Axis.LINEAR,
            Math.max(0, Math.ceil(10 * Math.min(least, report.ann()) - 1) / 10));
    List<AccuracyPlot.Line> lines =
        report.lines().stream()
            .map(line ->
                new AccuracyPlot.Line(
                    name(report, line),
                    line.byStep().stream().map(Summary::steps).toList(),
                    line.byStep().stream().map(Summary::mean).toList()))
            .toList();
    return AccuracyPlot.png(frame, lines, report.ann());
  }

  private static String name(CompareReport report, Line line) {
    return line.recipe()
        + (report.variesImages() && line.calibrationImages() > 0
            ? ", " + line.calibrationImages() + " images"
            : "");
  }
}
