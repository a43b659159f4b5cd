package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.cli.Engine.ExperimentRequest;
import org.rheobase.error.UnreadableDataException;

/** The options of {@code compare}, in front of an engine that makes numbers up. */
class CompareCommandTest {
  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... options) {
    String[] command =
        Stream.concat(
                Stream.of("compare", "net.onnx", "--calibration-data=shapes:9", "--data=shapes:8"),
                Stream.of(options))
            .toArray(String[]::new);
    return Main.run(command, new Console(print(out), print(err), false), engine);
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

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesTheReportAndPassesWhatWasAsked() throws IOException {
    Path report = folder.resolve("deep/report");
    Path json = folder.resolve("result.json");
    int exitCode =
        run(
            "--recipe=rheobase,deng2021",
            "-T",
            "16,8",
            "--seeds=2",
            "--seed=5",
            "--images=7",
            "--threads=3",
            "--memory=64m",
            "--report",
            report.toString(),
            "--json",
            json.toString());
    assertThat(err()).isEmpty();
    assertThat(exitCode).isZero();
    ExperimentRequest request = (ExperimentRequest) engine.requests.getFirst();
    assertThat(request.calibrationData()).isEqualTo("shapes:9");
    assertThat(request.testData()).isEqualTo("shapes:8");
    assertThat(request.images()).isEqualTo(7);
    assertThat(request.threads()).isEqualTo(3);
    assertThat(request.memory()).isEqualTo(64 << 20);
    assertThat(names(report))
        .containsExactly("accuracy.png", "compare.csv", "compare.json", "journal.jsonl");
    assertThat(report.resolve("compare.json")).hasSameBinaryContentAs(json);
    assertThat(report.resolve("compare.csv"))
        .content()
        .contains("\nrheobase,8,5,500,", "\ndeng2021,16,6,0,");
    assertThat(out())
        .startsWith("net.onnx on 200 images, top1 in per cent, ANN 92.00\n")
        .contains("rheobase  89.97 ± 0.14*");
  }

  @Test
  void withoutReportNothingIsWritten() throws IOException {
    assertThat(run("--recipe=rheobase", "-T", "8", "--seeds=1")).isZero();
    assertThat(out()).contains("T = 8");
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void theJournalCanLieElsewhere() throws IOException {
    String journal = folder.resolve("cells.jsonl").toString();
    assertThat(run("--recipe=rheobase", "--journal", journal)).isZero();
    assertThat(run("--recipe=rheobase", "--journal", journal)).isZero();
    assertThat(err()).isEqualTo("rheobase: 3 of 3 cells were measured before and are taken over\n");
    assertThat(names(folder)).containsExactly("cells.jsonl");
  }

  @Test
  void theDefaultsAreFourRecipesAndThreeT() {
    assertThat(run()).isZero();
    assertThat(err())
        .isEqualTo("rheobase: bu2024 balances thresholds, which takes minutes a cell\n");
    assertThat(out())
        .contains("T = 8", "T = 16", "T = 32")
        .contains("\nrheobase ", "\nli2021-light ", "\nbu2024 ", "\ndeng2021 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-T=8,x",
        "-T=0",
        "--steps=8,,16",
        "--recipe=rheobase,li2020",
        "--seeds=0",
        "--images=0",
        "--calibration-images=32,0",
        "--calibration-images=501",
        "--threads=0",
        "--journal=/no/such/folder/j.jsonl"
      })
  void meaninglessOptionIsMisuseInOneSentence(String option) throws IOException {
    Path report = folder.resolve("report");
    assertThat(run(option, "--report", report.toString())).isEqualTo(2);
    assertThat(err()).startsWith("rheobase: ").hasLineCount(1);
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void recipeFileThatIsNotThereIsUnreadable() {
    assertThat(run("--recipe=rheobase,none.yaml")).isEqualTo(4);
    assertThat(err()).contains("cannot read the recipe none.yaml");
    assertThat(engine.requests).isEmpty();
  }

  @Test
  void aFileInPlaceOfTheFolderIsMisuseAndAForeignJournalStaysAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThat(run("--report", file.toString())).isEqualTo(2);
    assertThat(run("--journal", file.toString())).isEqualTo(4);
    assertThat(file).hasContent("mine");
    assertThat(engine.requests).isEmpty();
  }

  @Test
  void aFailureLeavesNoFolder() throws IOException {
    engine.failure = new UnreadableDataException("no such images");
    assertThat(run("--report", folder.resolve("deep/report").toString())).isEqualTo(4);
    assertThat(err()).isEqualTo("rheobase: no such images\n");
    assertThat(names(folder)).isEmpty();
  }
}
