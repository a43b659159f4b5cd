package org.rheobase.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.RunRequest;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.RunText;
import org.rheobase.error.MisuseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = "Run a network on images, one by one, and show predictions as they form.",
    footer = {
      "",
      "A row shows the likeliest classes after a step; --json has every step. With --exit an image",
      "stops when its prediction is settled.",
      "",
      "Example:",
      "  rheobase run resnet20.snn.onnx cat.png dog.png --labels cifar10.txt"
    })
@SuppressWarnings("NullAway.Init") // picocli sets required parameters
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final Engine engine;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "An ONNX file, artificial or spiking network.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "JPEG or PNG files.")
  private List<Path> images = List.of();

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description =
          "Images in place of files, for example 'cifar10:FILE[first=3,count=2]'; labels do not"
              + " matter.")
  private @Nullable String data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the classes, one per line.")
  private @Nullable Path labels;

  @Mixin private SimulationOptions simulation = new SimulationOptions();
  @Mixin private ModelOptions reading = new ModelOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  RunCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    RunRequest request = request();
    try (Outputs outputs = new Outputs()) {
      var json = common.jsonOutput(outputs);
      try (Progress progress = console.progress(common)) {
        json.write(engine.run(request, new RunText(console.out()), progress));
      }
      outputs.commit();
      return 0;
    }
  }

  private RunRequest request() {
    simulation.check();
    if (images.isEmpty() == (data == null)) {
      throw new MisuseException(
          images.isEmpty()
              ? "no images given; name files behind the model, or data with --data"
              : "images are named twice; give files or --data, not both");
    }
    return new RunRequest(
        reading.source(model),
        images,
        data,
        labels,
        simulation.steps(),
        simulation.countFrom(),
        simulation.exit(),
        simulation.kernel(),
        simulation.backend(),
        common.threads());
  }
}
