package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Comparisons of the built-in network, through the command line and the library. */
class CompareTest {
  private static final String CALIBRATION = "shapes:48,seed=3";
  private static final String TEST = "shapes:40,seed=4";

  @TempDir Path folder;

  private Path model;
  private Path report;

  @BeforeEach
  void model() throws IOException {
    model = folder.resolve("net.onnx");
    report = folder.resolve("report");
    for (String name : new String[] {".onnx", ".preprocess.yaml"}) {
      try (var in = Main.class.getResourceAsStream("demo/shapes_cnn" + name)) {
        Files.write(folder.resolve("net" + name), Objects.requireNonNull(in).readAllBytes());
      }
    }
  }

  private Terminal.Result compare(Object... options) {
    Object[] command = {
      "compare", model, "--calibration-data", CALIBRATION, "--data", TEST, "--report", report
    };
    Object[] all = java.util.Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    return Terminal.run(all);
  }

  private static JsonNode json(Path file) throws IOException {
    return new JsonMapper().readTree(Files.readString(file));
  }

  @Test
  void aCellIsWhatConvertAndEvaluatePrint() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("mine.yaml"),
            "images: {threshold: 24, balance: 24, bias: 16, potential: 16}\nsteps: 64\n");
    Terminal.Result result =
        compare("--recipe", recipe + ",li2021-light", "-T", "4,8", "--seeds", 2, "--threads", 2);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("T = 4", "T = 8", "li2021-light", " ± ", "SOPs per image");
    JsonNode rows = json(report.resolve("compare.json")).get("rows");
    assertThat(rows).hasSize(8);
    for (JsonNode row : rows) {
      JsonNode spiking = convertedAndEvaluated(row);
      JsonNode byStep = spiking.get("metric").get("byStep");
      assertThat(row.get("metric")).isEqualTo(byStep.get(byStep.size() - 1));
      assertThat(row.get("sops")).isEqualTo(spiking.get("operations").get("sops"));
      assertThat(row.get("macs")).isEqualTo(spiking.get("operations").get("macs"));
      assertThat(row.get("firingRate")).isEqualTo(spiking.get("firingRate").get("mean"));
      assertThat(row.get("countFrom")).isEqualTo(spiking.get("countFrom"));
    }
    Path ann = folder.resolve("ann.json");
    Terminal.succeed("evaluate", model, "--data", TEST, "--json", ann);
    assertThat(rows.get(0).get("ann")).isEqualTo(json(ann).get("metric").get("ann"));
  }

  private JsonNode convertedAndEvaluated(JsonNode row) throws IOException {
    Path snn = folder.resolve("out.snn.onnx");
    Path json = folder.resolve("out.json");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        snn,
        "--calibration-data",
        CALIBRATION,
        "--recipe",
        row.get("recipe").stringValue(),
        "-T",
        row.get("T"),
        "--seed",
        row.get("seed"));
    Terminal.succeed("evaluate", snn, "--data", TEST, "--json", json);
    return json(json);
  }

  @Test
  void aSecondRunTakesOverWhatTheJournalHoldsWhateverTheThreads() throws IOException {
    Object[] options = {"--recipe", "rheobase", "-T", "4,8", "--threads", 1};
    Terminal.Result first = compare(options);
    assertThat(first.exitCode()).isZero();
    Path result = report.resolve("compare.json");
    byte[] before = Files.readAllBytes(result);
    byte[] png = Files.readAllBytes(report.resolve("accuracy.png"));

    options[5] = 2;
    Terminal.Result again = compare(options);
    assertThat(again.err())
        .isEqualTo("rheobase: 2 of 2 cells were measured before and are taken over\n");
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(Files.readAllBytes(result)).isEqualTo(before);

    Path journal = report.resolve("journal.jsonl");
    byte[] lines = Files.readAllBytes(journal);
    Files.write(journal, java.util.Arrays.copyOf(lines, lines.length - 1));
    Terminal.Result torn = compare(options);
    assertThat(torn.err())
        .isEqualTo("rheobase: 1 of 2 cells were measured before and are taken over\n");
    String accuracies = first.out().substring(0, first.out().indexOf("Costs"));
    assertThat(torn.out()).startsWith(accuracies);
    assertThat(Files.readAllBytes(report.resolve("accuracy.png"))).isEqualTo(png);

    options[3] = "4";
    Files.writeString(
        folder.resolve("net.preprocess.yaml"),
        "\n# changed\n",
        java.nio.file.StandardOpenOption.APPEND);
    assertThat(compare(options).err()).isEmpty();
    assertThat(Files.readString(journal, StandardCharsets.UTF_8)).hasLineCount(6);
  }

  @Test
  void missingDataIsOneSentenceAndLeavesNoFolder() {
    Terminal.Result result =
        Terminal.run(
            "compare",
            model,
            "--calibration-data",
            CALIBRATION,
            "--data",
            "cifar10:" + folder.resolve("none.bin"),
            "--report",
            report);
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).startsWith("rheobase: ").contains("none.bin").hasLineCount(1);
    assertThat(report).doesNotExist();
  }
}
