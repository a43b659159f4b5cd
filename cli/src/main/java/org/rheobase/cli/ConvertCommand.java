package org.rheobase.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.rheobase.cli.Engine.Backend;
import org.rheobase.cli.Engine.ConvertRequest;
import org.rheobase.cli.report.AtomicFile;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.ReportText;
import org.rheobase.error.MisuseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "convert",
    description = "Turn a trained network into a spiking one, without training.",
    footer = {
      "",
      "SPEC is cifar10:FILE, cifar100:FILE, idx:IMAGES,LABELS, npy:IMAGES,LABELS, npz:FILE,",
      "images:DIR[,labels=FILE] or shapes:N; see docs/formats.md.",
      "",
      "Example:",
      "  rheobase convert resnet20.onnx -o resnet20.snn.onnx -T 32 \\",
      "    --calibration-data 'cifar10:train.bin[count=1024]'",
      "  rheobase convert resnet20.onnx -o light.snn.onnx --recipe li2021-light -T 32 \\",
      "    --calibration-data cifar10:train.bin --calibrate 'bias[rounds=2]'"
    })
@SuppressWarnings("NullAway.Init") // picocli sets required parameters
final class ConvertCommand implements Callable<Integer> {
  private final Console console;
  private final Engine engine;

  @Parameters(paramLabel = "MODEL", description = "The trained network, an ONNX file.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The spiking network, an ONNX file (OUT.snn.onnx).")
  private Path output;

  @Option(
      names = "--calibration-data",
      required = true,
      paramLabel = "SPEC",
      description = "Images that thresholds are chosen on; never those of a test.")
  private String calibrationData;

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description = "What runs the trained network: ${COMPLETION-CANDIDATES}.")
  private Backend backend = Backend.AUTO;

  @Mixin private RecipeOptions recipe = new RecipeOptions();
  @Mixin private MemoryOption memory = new MemoryOption();
  @Mixin private ModelOptions reading = new ModelOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  ConvertCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    ConvertRequest request =
        new ConvertRequest(
            reading.source(model),
            output,
            calibrationData,
            recipe.request(),
            backend,
            common.threads(),
            memory.bytes(),
            common.seed());
    refuseToOverwrite(model, output);
    try (Outputs outputs = new Outputs()) {
      AtomicFile network = outputs.file(output);
      var json = common.jsonOutput(outputs);
      ConvertReport report;
      try (Progress progress = console.progress(common)) {
        report = engine.convert(request, network.temporary(), progress);
      }
      json.write(report);
      outputs.commit();
      console.out().print(ReportText.of(report));
      return 0;
    }
  }

  private static void refuseToOverwrite(Path source, Path target) {
    try {
      if (Files.exists(source) && Files.exists(target) && Files.isSameFile(source, target)) {
        throw new MisuseException(
            "--output " + target + " is the model itself; name another file for the result");
      }
    } catch (IOException e) {
      throw new MisuseException("cannot tell whether " + target + " is the model itself", e);
    }
  }
}
