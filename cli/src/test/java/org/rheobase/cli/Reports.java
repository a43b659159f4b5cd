package org.rheobase.cli;

import java.util.List;
import java.util.Map;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.EvaluateReport.FiringRate;
import org.rheobase.cli.report.EvaluateReport.LayerRate;
import org.rheobase.cli.report.EvaluateReport.Metric;
import org.rheobase.cli.report.EvaluateReport.Operations;

/** Made-up results. */
public final class Reports {
  private Reports() {}

  public static EvaluateReport spiking() {
    return new EvaluateReport(
        "classification",
        "net.snn.onnx",
        "snn",
        1000,
        List.of(1, 2, 3, 4, 5),
        2,
        new Metric(
            "top1",
            0.915,
            List.of(0.1, 0.5, 0.8, 0.9, 0.907),
            null,
            List.of(0.5, 0.9, 0.95, 0.99, 0.99)),
        new FiringRate(
            0.0512, List.of(new LayerRate("relu1", 16384, 0.06), new LayerRate("relu2", 8, 0.01))),
        new Operations(442_368, 40_560_000),
        Map.of(),
        12.5,
        80,
        2,
        Map.of("threshold", "mmse"),
        null);
  }

  public static EvaluateReport artificial() {
    return new EvaluateReport(
        "classification",
        "net.onnx",
        "ann",
        1000,
        List.of(),
        1,
        new Metric("top1", 0.915, List.of(), 0.99, List.of()),
        new FiringRate(0, List.of()),
        new Operations(40_600_000, 0),
        Map.of(),
        2.5,
        400,
        2,
        Map.of(),
        null);
  }
}
