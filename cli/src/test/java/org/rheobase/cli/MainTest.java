package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.cli.Engine.ConvertRequest;
import org.rheobase.cli.Engine.EvaluateRequest;
import org.rheobase.convert.Recipe;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;
import org.rheobase.error.RheobaseException;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.sim.Kernel;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;

class MainTest {
  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(args, new Console(print(out), print(err), false), engine);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private List<Path> files() throws IOException {
    try (var list = Files.list(folder)) {
      return list.map(Path::getFileName).sorted().toList();
    }
  }

  @Test
  void unknownOptionIsMisuseWithASuggestionEvenWhenOthersAreMissing() {
    assertThat(run("convert", "--treshold=max")).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            "rheobase: unknown option --treshold (did you mean --threshold?); see"
                + " rheobase convert --help\n");
  }

  @Test
  void missingSubcommandNamesTheCommands() {
    assertThat(run()).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            "rheobase: no command given; expected demo, inspect, convert, evaluate, run, compare,"
                + " bench; see rheobase --help\n");
  }

  @Test
  void unknownCommandIsMisuse() {
    assertThat(run("evaluat")).isEqualTo(2);
    assertThat(err()).contains("unknown command evaluat (did you mean evaluate?)");
  }

  @Test
  void missingRequiredOptionIsMisuse() {
    assertThat(run("evaluate", "net.onnx")).isEqualTo(2);
    assertThat(err()).contains("missing required option: '--data=SPEC'");
    assertThat(engine.requests).isEmpty();
  }

  @Test
  void wordThatIsNoChoiceNamesTheChoices() {
    assertThat(run("evaluate", "net.onnx", "--data", "x", "--kernel", "fast")).isEqualTo(2);
    assertThat(err())
        .contains("'--kernel': expected auto or scalar or event or dense or lookup, found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "inspect", "convert", "evaluate", "run", "compare", "bench"})
  void everyCommandHasHelpWithAnExampleAndTheCommonOptions(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out())
        .contains("Example:\n  rheobase " + command)
        .contains("--json=FILE", "--threads=N", "--seed=N", "--quiet", "--debug", "--version");
    assertThat(err()).isEmpty();
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(run("--help")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(run("inspect", "--version")).isZero();
    assertThat(out()).contains("rheobase demo").containsPattern("rheobase \\d+\\.\\d+\\.\\d+");
    assertThat(err()).isEmpty();
  }

  @Test
  void failuresEndInOneSentenceAndTheirExitCode() {
    for (RheobaseException failure :
        List.of(
            new FailureException("the disk is full"),
            new MisuseException("the disk is full"),
            new UnsupportedModelException("the disk is full"),
            new UnreadableDataException("the disk is full"))) {
      engine.failure = failure;
      err.reset();
      assertThat(run("evaluate", "net.onnx", "--data", "x")).isEqualTo(failure.exitCode());
      assertThat(err()).isEqualTo("rheobase: the disk is full\n");
    }
    assertThat(out()).isEmpty();
  }

  @Test
  void unexpectedFailureHidesItsStackTraceUnlessDebugging() {
    engine.failure = new IllegalStateException("boom");
    assertThat(run("inspect", "net.onnx")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "rheobase: internal error (java.lang.IllegalStateException: boom); run again with"
                + " --debug to see where\n");
    err.reset();
    assertThat(run("inspect", "net.onnx", "--debug")).isEqualTo(1);
    assertThat(err()).contains("\tat org.rheobase.cli.");
  }

  @Test
  void lackOfMemoryIsOneSentence() {
    engine.failure = new OutOfMemoryError("Java heap space");
    assertThat(run("evaluate", "net.onnx", "--data", "x")).isEqualTo(1);
    assertThat(err()).startsWith("rheobase: out of memory (Java heap space)").hasLineCount(1);
  }

  @Test
  void inspectOfARefusedNodePrintsTheTableAndEndsWithThree() {
    assertThat(run("inspect", "net.onnx")).isZero();
    engine.verdict = "refused";
    out.reset();
    assertThat(run("inspect", "net.onnx")).isEqualTo(3);
    assertThat(out()).containsPattern("odd +Erf +16x32x32 +refused +no spiking form");
    assertThat(err()).contains("net.onnx cannot be converted").contains("odd");
  }

  @Test
  void convertPassesWhatWasAskedAndWritesTheNetworkAndTheJson() throws IOException {
    Path output = folder.resolve("net.snn.onnx");
    Path json = folder.resolve("net.json");
    int exitCode =
        run(
            "convert",
            "net.onnx",
            "-o",
            output.toString(),
            "--calibration-data=cifar10:a,b[count=3]",
            "--threshold=p99.9",
            "--granularity=channel",
            "-T",
            "16",
            "--initial-potential=half",
            "--no-shift",
            "--average-pool=spiking",
            "--weights=int8",
            "--images-for=threshold=64",
            "--threads=3",
            "--seed=7",
            "--json",
            json.toString());
    assertThat(err()).isEmpty();
    assertThat(exitCode).isZero();
    ConvertRequest request = (ConvertRequest) engine.requests.getFirst();
    assertThat(request.calibrationData()).isEqualTo("cifar10:a,b[count=3]");
    assertThat(request.threads()).isEqualTo(3);
    assertThat(request.seed()).isEqualTo(7);
    var recipe = request.recipe();
    assertThat(recipe.threshold()).isEqualTo(ThresholdRule.parse("p99.9"));
    assertThat(recipe.granularity()).isEqualTo(Granularity.CHANNEL);
    assertThat(recipe.steps()).isEqualTo(16);
    assertThat(recipe.initialPotential()).isEqualTo(Recipe.InitialPotential.HALF);
    assertThat(recipe.shift()).isFalse();
    assertThat(recipe.averagePool()).isEqualTo(Recipe.AveragePooling.SPIKING);
    assertThat(recipe.weights()).isEqualTo(Recipe.WeightFormat.INT8);
    assertThat(recipe.imagesFor()).containsEntry("threshold", 64);
    assertThat(output).hasContent("spiking network");
    assertThat(json).content().contains("\"threshold\" : \"mmse\"");
    assertThat(files()).hasSize(2);
  }

  @Test
  void optionsThatWereNotGivenAreLeftToTheRecipe() {
    run("convert", "a.onnx", "-o", folder.resolve("b").toString(), "--calibration-data=x");
    assertThat(((ConvertRequest) engine.requests.getFirst()).recipe())
        .isEqualTo(RecipeOptions.RecipeRequest.UNSPECIFIED);
  }

  @Test
  void failedConversionLeavesNoFile() throws IOException {
    engine.failure = new FailureException("the disk is full");
    Path output = folder.resolve("net.snn.onnx");
    assertThat(run("convert", "a.onnx", "-o", output.toString(), "--calibration-data=x"))
        .isEqualTo(1);
    assertThat(files()).isEmpty();
  }

  @Test
  void outputInAFolderThatIsMissingFailsBeforeTheWork() {
    Path output = folder.resolve("missing/net.snn.onnx");
    assertThat(run("convert", "a.onnx", "-o", output.toString(), "--calibration-data=x"))
        .isEqualTo(2);
    assertThat(err()).contains("does not exist; create it");
    assertThat(engine.requests).isEmpty();
  }

  @Test
  void modelIsNeverOverwritten() throws IOException {
    Path model = Files.writeString(folder.resolve("a.onnx"), "model");
    assertThat(run("convert", model.toString(), "-o", model.toString(), "--calibration-data=x"))
        .isEqualTo(2);
    assertThat(model).hasContent("model");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--calibrate=biases",
        "--calibrate=bias[rounds=0]",
        "--calibrate=bias[turns=2]",
        "--calibrate=potential[per=pixel]",
        "--threshold=p101",
        "--threshold=p0",
        "--threshold=median",
        "--threshold=mmse[grid=fine]",
        "--threshold=balance[iterations=0]",
        "--threshold=balance[iterations=9",
        "--recipe=li2020",
        "--memory=some",
        "--count-from=later",
        "--steps=0",
        "--images-for=noise=3",
        "--images-for=threshold=0",
        "--threads=0"
      })
  void meaninglessRecipeOptionIsMisuse(String option) {
    assertThat(
            run(
                "convert",
                "a",
                "-o",
                folder.resolve("b").toString(),
                "--calibration-data=x",
                option))
        .isEqualTo(2);
    assertThat(err()).startsWith("rheobase: --").hasLineCount(1);
    assertThat(engine.requests).isEmpty();
  }

  @Test
  void optionsOverrideAPreset() {
    run(
        "convert",
        "a",
        "-o",
        folder.resolve("b").toString(),
        "--calibration-data=x",
        "--recipe=li2021-light",
        "--calibrate=bias[rounds=2],potential[per=channel]",
        "--images-for=bias=64");
    Recipe recipe = ((Engine.ConvertRequest) engine.requests.get(0)).recipe().resolve(0);
    assertThat(recipe.granularity()).isEqualTo(Granularity.LAYER);
    assertThat(recipe.shift()).isTrue();
    assertThat(recipe.calibrate().toString()).isEqualTo("[bias[rounds=2], potential[per=channel]]");
    assertThat(recipe.images().bias()).isEqualTo(64);
    assertThat(recipe.images().threshold()).isEqualTo(1024);
  }

  @Test
  void evaluateWritesTableJsonAndReportFolder() throws IOException {
    Path report = folder.resolve("deep/report");
    Path json = folder.resolve("result.json");
    int exitCode =
        run(
            "evaluate",
            "net.snn.onnx",
            "--data=shapes:10",
            "-T",
            "5",
            "--count-from=2",
            "--images=10",
            "--kernel=event",
            "--report",
            report.toString(),
            "--json",
            json.toString());
    assertThat(err()).isEmpty();
    assertThat(exitCode).isZero();
    EvaluateRequest request = (EvaluateRequest) engine.requests.getFirst();
    assertThat(request.steps()).isEqualTo(5);
    assertThat(request.countFrom()).isEqualTo(2);
    assertThat(request.images()).isEqualTo(10);
    assertThat(request.kernel()).isEqualTo(Kernel.EVENT);
    assertThat(out()).contains("top1", "90.7 %");
    assertThat(report.resolve("evaluate.json")).hasSameBinaryContentAs(json);
    assertThat(report.resolve("accuracy.png")).exists();
    try (var written = Files.list(report)) {
      assertThat(written).hasSize(2);
    }
  }

  @Test
  void failedEvaluationRemovesTheFoldersItMade() throws IOException {
    engine.failure = new UnreadableDataException("no such images");
    run("evaluate", "a", "--data=x", "--report", folder.resolve("deep/report").toString());
    assertThat(files()).isEmpty();
  }

  @Test
  void countingCannotBeginAfterTheLastStep() {
    assertThat(run("evaluate", "a", "--data=x", "-T", "4", "--count-from=5")).isEqualTo(2);
    assertThat(err()).contains("--count-from 5 is after the last of 4 steps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"margin", "margin:-1", "margin:x", "loss:0", "loss:101", "always"})
  void meaninglessExitIsMisuse(String rule) {
    assertThat(run("evaluate", "a", "--data=x", "--exit", rule)).isEqualTo(2);
    assertThat(err()).contains("--exit: expected margin:VALUE").hasLineCount(1);
    assertThat(engine.requests).isEmpty();
  }

  @Test
  void exitDataBelongToACalibratedExit() {
    assertThat(run("evaluate", "a", "--data=x", "--exit=loss:0.5")).isEqualTo(2);
    assertThat(err()).contains("name them with --exit-data");
    assertThat(run("evaluate", "a", "--data=x", "--exit=margin:2", "--exit-data=y")).isEqualTo(2);
    assertThat(run("evaluate", "a", "--data=x", "--exit-data=y")).isEqualTo(2);
    assertThat(engine.requests).isEmpty();
    run("evaluate", "a", "--data=x", "--exit=loss:0.5", "--exit-data=y");
    run("run", "a", "b.png", "--exit=margin:2.5");
    assertThat(((EvaluateRequest) engine.requests.get(0)).exit())
        .isEqualTo(new Engine.ExitRequest.Loss(0.005, "y"));
    assertThat(((Engine.RunRequest) engine.requests.get(1)).exit())
        .isEqualTo(new Engine.ExitRequest.Margin(2.5));
  }

  @Test
  void runTakesFilesOrDataAndNotBoth() {
    assertThat(run("run", "net.snn.onnx")).isEqualTo(2);
    assertThat(err()).contains("no images given");
    assertThat(run("run", "net.snn.onnx", "a.png", "--data=x")).isEqualTo(2);
    assertThat(engine.requests).isEmpty();
    assertThat(run("run", "net.snn.onnx", "a.png", "b.png")).isZero();
    assertThat(((Engine.RunRequest) engine.requests.getFirst()).images())
        .containsExactly(Path.of("a.png"), Path.of("b.png"));
  }

  @Test
  void demoConvertsAndMeasuresBothNetworks() {
    Path demo = folder.resolve("demo");
    assertThat(run("demo", "--out", demo.toString())).isZero();
    assertThat(demo.resolve("demo.onnx")).hasContent("network");
    assertThat(demo.resolve("demo.snn.onnx")).hasContent("spiking network");
    assertThat(demo.resolve("evaluate.json")).exists();
    assertThat(demo.resolve("accuracy.png")).exists();
    assertThat(out()).contains("ANN " + demo.resolve("demo.onnx"), "top1", "SOPs per image");
  }
}
