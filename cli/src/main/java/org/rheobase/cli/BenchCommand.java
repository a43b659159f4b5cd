package org.rheobase.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.BenchRequest;
import org.rheobase.cli.Engine.NetworkBench;
import org.rheobase.cli.report.AtomicFile;
import org.rheobase.cli.report.BenchPlot;
import org.rheobase.cli.report.BenchReport;
import org.rheobase.cli.report.BenchText;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.Progress;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;
import org.rheobase.sim.Kernel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench",
    description = "Measure the speed of this machine: kernels on layers, and a whole network.",
    footer = {
      "",
      "Layers are timed in processor time of one thread, networks by the clock, on one thread and",
      "on --threads; medians of five. Lists are separated by commas.",
      "",
      "Example:",
      "  rheobase bench resnet20.snn.onnx --data cifar10:test.bin --report out"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MOST_CHANNELS = 1024;

  private final Console console;
  private final Engine engine;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A spiking network to measure as well; needs --data.")
  private @Nullable Path model;

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description = "Labelled images for MODEL, for example cifar10:FILE; see docs/formats.md.")
  private @Nullable String data;

  @Option(
      names = {"-T", "--steps"},
      paramLabel = "N",
      description = "Time steps of MODEL. Default: what it was made for.")
  private @Nullable Integer steps;

  @Option(names = "--images", paramLabel = "N", description = "Take at most N images. Default: 64.")
  private int images = 64;

  @Option(
      names = "--kernel",
      paramLabel = "KIND",
      description = "What runs MODEL: ${COMPLETION-CANDIDATES}.")
  private Kernel kernel = Kernel.AUTO;

  @Option(
      names = "--channels",
      paramLabel = "N",
      split = ",",
      description = "Channels of the 3x3 layers. Default: 16,32,64,128.")
  private List<Integer> channels = List.of(16, 32, 64, 128);

  @Option(
      names = "--density",
      paramLabel = "PERCENT",
      split = ",",
      description = "Spikes per 100 neurons and step of the layers. Default: 1,5,10,20.")
  private List<Double> densities = List.of(1.0, 5.0, 10.0, 20.0);

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Write bench.json, bench.png (speed by density) and crossover.png (from which density"
              + " dense products are faster) to DIR.")
  private @Nullable Path report;

  @Mixin private ModelOptions reading = new ModelOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  BenchCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    BenchRequest request = request();
    try (Outputs outputs = new Outputs()) {
      var json = common.jsonOutput(outputs);
      Path folder = report == null ? null : outputs.folder(report);
      AtomicFile numbers = folder == null ? null : outputs.file(folder.resolve("bench.json"));
      BenchReport result;
      try (Progress progress = console.progress(common)) {
        result = engine.bench(request, progress);
      }
      json.write(result);
      if (folder != null && numbers != null) {
        numbers.write(JsonReport.bytes(result));
        draw(outputs, folder, result);
      }
      outputs.commit();
      console.out().print(BenchText.of(result));
      return 0;
    }
  }

  /** A plot that cannot be drawn is a remark: the numbers are worth more. */
  private void draw(Outputs outputs, Path folder, BenchReport result) {
    byte[] plot;
    byte @Nullable [] crossover;
    try {
      plot = BenchPlot.png(result);
      crossover = result.crossovers().isEmpty() ? null : BenchPlot.crossoverPng(result);
    } catch (FailureException e) {
      console.note(common, String.valueOf(e.getMessage()));
      return;
    }
    outputs.file(folder.resolve("bench.png")).write(plot);
    if (crossover != null) {
      outputs.file(folder.resolve("crossover.png")).write(crossover);
    }
  }

  private BenchRequest request() {
    RecipeOptions.atLeastOne("--steps", steps);
    RecipeOptions.atLeastOne("--images", images);
    for (int c : channels) {
      if (c < 1 || c > MOST_CHANNELS) {
        throw new MisuseException("--channels: expected 1 to " + MOST_CHANNELS + ", found " + c);
      }
    }
    for (double percent : densities) {
      if (!(percent > 0 && percent <= 100)) {
        throw new MisuseException("--density: expected more than 0, at most 100, found " + percent);
      }
    }
    return new BenchRequest(
        channels, densities.stream().map(d -> d / 100).toList(), network(), common.threads());
  }

  private @Nullable NetworkBench network() {
    if (model == null && data == null) {
      return null;
    }
    if (model == null) {
      throw new MisuseException("--data needs the spiking network that shall run on it: MODEL");
    }
    if (data == null) {
      throw new MisuseException(model + " needs images to run on; name them with --data");
    }
    return new NetworkBench(reading.source(model), data, steps, images, kernel);
  }
}
