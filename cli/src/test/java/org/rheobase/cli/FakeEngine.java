package org.rheobase.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.compare.Experiment;
import org.rheobase.cli.compare.FakeExperiment;
import org.rheobase.cli.report.BenchReport;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.RunListener;
import org.rheobase.cli.report.RunReport;
import org.rheobase.cli.report.drawing.Diagram;

/** Answers every request with small made-up results, and remembers what was asked. */
final class FakeEngine implements Engine {
  final List<Object> requests = new ArrayList<>();
  @Nullable Throwable failure;
  String verdict = "exact";

  @Override
  public InspectReport inspect(ModelSource source) {
    failIfAsked();
    return new InspectReport(
        source.file().toString(),
        "ann",
        List.of(
            new InspectReport.NodeReport("conv1", "Conv", List.of(16, 32, 32), 442368, "exact", ""),
            new InspectReport.NodeReport(
                "odd", "Erf", List.of(16, 32, 32), 0, verdict, "no spiking form")),
        442368,
        448,
        1,
        0,
        List.of());
  }

  @Override
  public Diagram diagram(ModelSource source, InspectReport report) {
    List<Diagram.Unit> units =
        report.nodes().stream()
            .map(n ->
                new Diagram.Unit(
                    Diagram.Form.OPERATIONS,
                    List.of(new Diagram.Row(n.op(), "", Diagram.Mark.of(n.verdict()))),
                    List.of()))
            .toList();
    return new Diagram(
        report.model(), List.of(), units, List.of(new Diagram.Connection(0, 1, false)), List.of());
  }

  @Override
  public ConvertReport convert(ConvertRequest request, Path target, Progress progress) {
    requests.add(request);
    write(target, "half");
    failIfAsked();
    write(target, "spiking network");
    return new ConvertReport(
        request.model().file().toString(),
        request.output().toString(),
        32,
        1024,
        List.of(
            new ConvertReport.SiteReport("relu1", 16, 16384, 1, 0.5, 2.25, 0.01, 0.4, 0.2, 0.1)),
        List.of(),
        1.5,
        request.threads(),
        Map.of("threshold", "mmse"),
        List.of());
  }

  @Override
  public EvaluateReport evaluate(EvaluateRequest request, Progress progress) {
    requests.add(request);
    failIfAsked();
    boolean spiking = request.model().file().toString().contains("snn");
    return spiking ? Reports.spiking() : Reports.artificial();
  }

  @Override
  public RunReport run(RunRequest request, RunListener listener, Progress progress) {
    requests.add(request);
    failIfAsked();
    return new RunReport("net.snn.onnx", "snn", 4, 1, null, List.of(), Map.of());
  }

  @Override
  public Experiment experiment(ExperimentRequest request, Progress progress) {
    requests.add(request);
    failIfAsked();
    return new FakeExperiment();
  }

  @Override
  public BenchReport bench(BenchRequest request, Progress progress) {
    requests.add(request);
    failIfAsked();
    return new BenchReport(
        new BenchReport.Machine("a processor", 2, 256, "25", null),
        List.of(),
        List.of(),
        List.of(),
        null);
  }

  @Override
  public DemoData demo(Path target, long seed, Progress progress) {
    write(target, "network");
    return new DemoData(null, "shapes:256,seed=1", "shapes:256,seed=2");
  }

  private static void write(Path target, String text) {
    try {
      Files.writeString(target, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void failIfAsked() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
