package org.rheobase.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.Backend;
import org.rheobase.cli.Engine.ExperimentRequest;
import org.rheobase.cli.compare.Comparison;
import org.rheobase.cli.compare.Experiment;
import org.rheobase.cli.compare.Journal;
import org.rheobase.cli.compare.Plan;
import org.rheobase.cli.report.CompareCsv;
import org.rheobase.cli.report.ComparePlot;
import org.rheobase.cli.report.CompareReport;
import org.rheobase.cli.report.CompareText;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.Progress;
import org.rheobase.convert.Presets;
import org.rheobase.convert.Recipe;
import org.rheobase.error.FailureException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description = "Convert with several recipes and T, and measure every result.",
    footer = {
      "",
      "A cell is a recipe, a T, a seed and a number of calibration images: one",
      "conversion for that T and its evaluation. With --report or --journal, cells that",
      "are done are kept; after Ctrl-C, the same command computes only what is missing.",
      "",
      "Example:",
      "  rheobase compare resnet20.onnx --recipe rheobase,li2021-light,mine.yaml \\",
      "    -T 8,16,32 --seeds 3 --calibration-data cifar10:train.bin \\",
      "    --data cifar10:test.bin --report out"
    })
@SuppressWarnings("NullAway.Init") // picocli sets required parameters
final class CompareCommand implements Callable<Integer> {
  private static final List<String> RECIPES =
      List.of(Presets.OWN, "li2021-light", "bu2024", "deng2021");

  private final Console console;
  private final Engine engine;

  @Parameters(paramLabel = "MODEL", description = "The trained network, an ONNX file.")
  private Path model;

  @Option(
      names = "--calibration-data",
      required = true,
      paramLabel = "SPEC",
      description = "Images that the recipes look at; never those of a test.")
  private String calibrationData;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SPEC",
      description = "Labelled images to measure on; see docs/formats.md.")
  private String data;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      split = ",",
      description =
          "Presets and recipe files, with commas between them; their own T and seed do not count."
              + " Default: rheobase,li2021-light,bu2024,deng2021 (bu2024 takes minutes a cell).")
  private List<String> recipes = RECIPES;

  @Option(
      names = {"-T", "--steps"},
      paramLabel = "N",
      split = ",",
      description = "Time steps to convert for and measure at. Default: 8,16,32.")
  private List<Integer> steps = List.of(8, 16, 32);

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description =
          "Repeat with K choices of calibration images: the seed of --seed and those that follow."
              + " Default: ${DEFAULT-VALUE}.")
  private int seeds = 1;

  @Option(
      names = "--calibration-images",
      paramLabel = "N",
      split = ",",
      description =
          "Numbers of images that corrections after the thresholds take, for example 32,64,128."
              + " Default: what each recipe says.")
  private List<Integer> calibrationImages = List.of();

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Measure on at most N images. Default: all.")
  private @Nullable Integer images;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write compare.json, compare.csv and accuracy.png to DIR.")
  private @Nullable Path report;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description =
          "Keep every cell that is done in FILE, and take over those that it has. Default:"
              + " journal.jsonl in the folder of --report.")
  private @Nullable Path journal;

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description = "What runs the trained network: ${COMPLETION-CANDIDATES}.")
  private Backend backend = Backend.AUTO;

  @Mixin private MemoryOption memory = new MemoryOption();
  @Mixin private ModelOptions reading = new ModelOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  CompareCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    Plan plan = plan();
    ExperimentRequest request =
        new ExperimentRequest(
            reading.source(model),
            calibrationData,
            data,
            images,
            backend,
            common.threads(),
            memory.bytes());
    try (Outputs outputs = new Outputs();
        Journal done = openJournal(outputs)) {
      var json = common.jsonOutput(outputs);
      CompareReport result;
      try (Progress progress = console.progress(common)) {
        Consumer<String> remarks =
            sentence -> {
              progress.clear();
              console.note(common, sentence);
            };
        Experiment experiment = engine.experiment(request, progress);
        result = new Comparison(plan, experiment, done, progress, remarks).run(model.toString());
      }
      json.write(result);
      write(result, outputs);
      outputs.commit();
      console.out().print(CompareText.of(result));
      return 0;
    }
  }

  /** What was asked for, checked before the work. */
  private Plan plan() {
    steps.forEach(t -> RecipeOptions.atLeastOne("--steps", t));
    calibrationImages.forEach(n -> RecipeOptions.atLeastOne("--calibration-images", n));
    RecipeOptions.atLeastOne("--seeds", seeds);
    RecipeOptions.atLeastOne("--images", images);
    Map<String, Recipe> byName = new LinkedHashMap<>();
    recipes.forEach(name -> byName.put(name, RecipeOptions.named(name)));
    Plan plan =
        new Plan(
            byName,
            steps.stream().distinct().sorted().toList(),
            LongStream.range(0, seeds).mapToObj(i -> common.seed() + i).toList(),
            calibrationImages.stream().distinct().toList());
    plan.cells();
    return plan;
  }

  /** Opened before the work, so that a place that is not writable is known before. */
  private Journal openJournal(Outputs outputs) {
    Path folder = report == null ? null : outputs.folder(report);
    Path file = journal != null || folder == null ? journal : folder.resolve("journal.jsonl");
    return file == null
        ? Journal.inMemory()
        : Journal.open(file, sentence -> console.note(common, sentence));
  }

  /**
   * The files of the report; a plot that cannot be drawn is a remark: the numbers are worth more.
   */
  private void write(CompareReport result, Outputs outputs) {
    if (report == null) {
      return;
    }
    outputs.file(report.resolve("compare.json")).write(JsonReport.bytes(result));
    outputs.file(report.resolve("compare.csv")).write(CompareCsv.bytes(result));
    byte[] plot;
    try {
      plot = ComparePlot.png(result);
    } catch (FailureException e) {
      console.note(common, String.valueOf(e.getMessage()));
      return;
    }
    outputs.file(report.resolve("accuracy.png")).write(plot);
  }
}
