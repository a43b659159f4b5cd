package org.rheobase.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.EvaluateRequest;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.ReportText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "evaluate",
    description = "Measure a network, artificial or spiking, on labelled images.",
    footer = {
      "",
      "A spiking network is measured at every time step, with firing rates and operations;",
      "with --exit also as it is when images stop early.",
      "",
      "Example:",
      "  rheobase evaluate resnet20.snn.onnx --data cifar10:test.bin -T 32 --report out"
    })
@SuppressWarnings("NullAway.Init") // picocli sets required parameters
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;
  private final Engine engine;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file, artificial or spiking network.")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SPEC",
      description =
          "Labelled images, for example cifar10:FILE, images:DIR or shapes:N; see docs/formats.md.")
  private String data;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Evaluate at most N images. Default: all.")
  private @Nullable Integer images;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write evaluate.json and, for a spiking network, accuracy.png to DIR.")
  private @Nullable Path report;

  @Option(
      names = "--ann",
      paramLabel = "MODEL",
      description = "Also evaluate this artificial network, and compare the spiking one with it.")
  private @Nullable Path ann;

  @Mixin private SimulationOptions simulation = new SimulationOptions();
  @Mixin private ModelOptions reading = new ModelOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  EvaluateCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    EvaluateRequest request = request();
    try (Outputs outputs = new Outputs()) {
      var json = common.jsonOutput(outputs);
      ReportFolder folder = report == null ? null : ReportFolder.reserve(outputs, report);
      EvaluateReport result;
      try (Progress progress = console.progress(common)) {
        result = engine.evaluate(compared(request, progress), progress);
      }
      json.write(result);
      if (folder != null) {
        folder.write(result, sentence -> console.note(common, sentence));
      }
      outputs.commit();
      console.out().print(ReportText.of(result));
      return 0;
    }
  }

  /** The request with the accuracy of the network that {@code --ann} names. */
  private EvaluateRequest compared(EvaluateRequest request, Progress progress) {
    return ann == null
        ? request
        : request.withAnn(
            engine.evaluate(request.ofArtificial(reading.source(ann)), progress).metric().ann());
  }

  private EvaluateRequest request() {
    simulation.check();
    RecipeOptions.atLeastOne("--images", images);
    return new EvaluateRequest(
        reading.source(model),
        data,
        simulation.steps(),
        simulation.countFrom(),
        images,
        null,
        simulation.exit(),
        simulation.kernel(),
        simulation.backend(),
        common.threads(),
        common.seed());
  }
}
