package org.rheobase.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.AccuracyPlot;
import org.rheobase.cli.report.AtomicFile;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.error.FailureException;

/** The folder that {@code --report} names: the result as JSON, and its curve as a picture. */
final class ReportFolder {
  private static final int LONGEST_LINEAR_AXIS = 16;

  private final Outputs outputs;
  private final Path folder;
  private final AtomicFile json;

  private ReportFolder(Outputs outputs, Path folder, AtomicFile json) {
    this.outputs = outputs;
    this.folder = folder;
    this.json = json;
  }

  /** Makes the folder, so that a place that is not writable fails before the work. */
  static ReportFolder reserve(Outputs outputs, Path path) {
    Path folder = outputs.folder(path);
    return new ReportFolder(outputs, folder, outputs.file(folder.resolve("evaluate.json")));
  }

  /** Writes the files. A plot that cannot be drawn is a remark: the numbers are worth more. */
  void write(EvaluateReport report, Consumer<String> remarks) {
    json.write(JsonReport.bytes(report));
    if (report.steps().isEmpty()) {
      return;
    }
    byte[] plot = plot(report, remarks);
    if (plot != null) {
      outputs.file(folder.resolve("accuracy.png")).write(plot);
    }
  }

  private static byte @Nullable [] plot(EvaluateReport report, Consumer<String> remarks) {
    List<Integer> steps = report.steps();
    try {
      return AccuracyPlot.png(
          new AccuracyPlot.Frame(
              Path.of(report.model()).getFileName() + ", " + report.images() + " images",
              report.metric().name(),
              steps.getLast() > LONGEST_LINEAR_AXIS
                  ? AccuracyPlot.Axis.LOG2
                  : AccuracyPlot.Axis.LINEAR,
              0),
          List.of(new AccuracyPlot.Line("SNN", steps, report.metric().byStep())),
          report.metric().ann());
    } catch (FailureException e) {
      remarks.accept(e.getMessage());
      return null;
    }
  }
}
