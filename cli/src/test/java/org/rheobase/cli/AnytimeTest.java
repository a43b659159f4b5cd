package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.data.DataSpec;
import org.rheobase.data.RgbImage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Images that stop early, and predictions as they form. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnytimeTest {
  private static final int STEPS = 10;
  private static final String TEST = "shapes:30,seed=9";

  @TempDir static Path folder;
  private Path model;
  private Path network;

  @BeforeAll
  void convert() throws IOException {
    model = folder.resolve("net.onnx");
    network = folder.resolve("net.snn.onnx");
    for (String suffix : new String[] {"onnx", "preprocess.yaml"}) {
      try (var in = Main.class.getResourceAsStream("demo/shapes_cnn." + suffix)) {
        Files.write(folder.resolve("net." + suffix), Objects.requireNonNull(in).readAllBytes());
      }
    }
    Terminal.succeed(
        "convert", model, "-o", network, "--calibration-data=shapes:32,seed=3", "-T", STEPS);
  }

  private static JsonNode json(Object... arguments) {
    Path file = folder.resolve("report.json");
    Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--json";
    all[arguments.length + 1] = file;
    Terminal.succeed(all);
    return new ObjectMapper().readTree(file.toFile());
  }

  private JsonNode exit(String kernel, int threads) {
    JsonNode exit =
        json(
                "evaluate",
                network,
                "--data=" + TEST,
                "--count-from=3",
                "--exit=loss:10",
                "--exit-data=shapes:40,seed=8",
                "--kernel=" + kernel,
                "--threads=" + threads)
            .get("exit");
    return ((ObjectNode) exit).without(List.of("seconds", "imagesPerSecond"));
  }

  @Test
  void stopsAreTheSameForEveryKernelAndNumberOfThreads() {
    JsonNode exit = exit("event", 2);
    assertThat(exit("event", 1)).isEqualTo(exit);
    assertThat(exit("scalar", 2)).isEqualTo(exit);

    JsonNode promise = exit.get("rule").get("promise");
    assertThat(promise.get("loss").asDouble()).isEqualTo(0.1);
    assertThat(promise.get("images").asInt()).isEqualTo(40);
    assertThat(promise.get("changed").asDouble()).isLessThanOrEqualTo(0.1);
    assertThat(exit.get("stops")).hasSize(STEPS);
    assertThat(exit.get("stops").get(0).asInt() + exit.get("stops").get(1).asInt()).isZero();
    assertThat(exit.get("meanSteps").asDouble()).isBetween(3.0, STEPS - 0.5);
    assertThat(exit.get("unchanged").asDouble()).isGreaterThan(0.7);
  }

  @Test
  void aMarginOfZeroStopsAtTheFirstCountedStepAndAHugeOneNever() {
    JsonNode first =
        json("evaluate", network, "--data=" + TEST, "--count-from=3", "--exit=margin:0");
    assertThat(first.get("exit").get("meanSteps").asDouble()).isEqualTo(3);
    assertThat(first.get("exit").get("metric")).isEqualTo(first.get("metric").get("byStep").get(2));
    JsonNode never = json("evaluate", network, "--data=" + TEST, "--exit=margin:1e9");
    assertThat(never.get("exit").get("meanSteps").asDouble()).isEqualTo(STEPS);
    assertThat(never.get("exit").get("unchanged").asDouble()).isEqualTo(1);
    assertThat(never.get("exit").get("operations")).isEqualTo(never.get("operations"));
    assertThat(json("evaluate", network, "--data=" + TEST).get("exit").isNull()).isTrue();
  }

  @Test
  void runStopsWhereEvaluateStops() {
    String rule = "--exit=margin:4";
    JsonNode exit = json("evaluate", network, "--data=" + TEST, "--count-from=3", rule).get("exit");
    JsonNode images = json("run", network, "--data=" + TEST, "--count-from=3", rule).get("images");
    double steps = 0;
    double sops = 0;
    double right = 0;
    for (JsonNode image : images) {
      steps += image.get("steps").asInt();
      sops += image.get("operations").get("sops").asDouble();
      right += image.get("label").equals(image.get("top").get(0).get("label")) ? 1 : 0;
      assertThat(image.get("byStep")).hasSize(image.get("steps").asInt());
    }
    assertThat(images).hasSize(30);
    assertThat(steps / 30).isEqualTo(exit.get("meanSteps").asDouble());
    assertThat(right / 30).isEqualTo(exit.get("metric").asDouble());
    assertThat(sops / 30).isCloseTo(exit.get("operations").get("sops").asDouble(), within(1e-3));
  }

  @Test
  void runNamesTheClassesOfFilesAsTheyForm() throws IOException {
    Path names =
        Files.writeString(
            folder.resolve("names.txt"),
            "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n\n");
    Path file = folder.resolve("scene.png");
    RgbImage picture = (RgbImage) DataSpec.parse(TEST).get(0).picture();
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      int color = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | (rgb[3 * i + 2] & 255);
      image.setRGB(i % picture.width(), i / picture.width(), color);
    }
    ImageIO.write(image, "png", file.toFile());

    String text = Terminal.succeed("run", network, file, file, "--labels", names, "-T6");
    assertThat(text)
        .contains("SNN", "6 steps, counted from step 6", "scene.png")
        .containsPattern("(?m)^ +1 +1  (zero|one|two|three|four|five|six|seven|eight|nine) ")
        .containsPattern("(?m)^ +4 +4  ")
        .containsPattern("(?m)^ +6 +1  ")
        .containsPattern("-> \\w+ after 6 steps; .* spikes, .* SOPs, .* MACs, ");
    JsonNode same = json("run", network, "--data=" + TEST + "[count=1]", "-T6");
    JsonNode fromFile = json("run", network, file, "-T6");
    assertThat(fromFile.get("images").get(0).get("byStep"))
        .isEqualTo(same.get("images").get(0).get("byStep"));
    assertThat(fromFile.get("images").get(0).get("label").isNull()).isTrue();

    assertThat(Terminal.succeed("run", model, file, "--labels", names))
        .contains("ANN")
        .containsPattern("-> \\w+ -?[\\d.]+, \\w+ ");

    Files.writeString(names, "zero\none\n");
    Terminal.Result tooFew = Terminal.run("run", network, file, "--labels", names);
    assertThat(tooFew.exitCode()).isEqualTo(4);
    assertThat(tooFew.err()).contains("expected the names of 10 classes").hasLineCount(1);
  }

  @Test
  void whatCannotRunIsSaidInOneSentence() {
    Terminal.Result missing = Terminal.run("run", network, folder.resolve("none.png"));
    assertThat(missing.exitCode()).isEqualTo(4);
    assertThat(missing.err()).contains("found no such file").hasLineCount(1);
    assertThat(missing.out()).isEmpty();
    for (String command : new String[] {"run", "evaluate"}) {
      Terminal.Result artificial =
          Terminal.run(command, model, "--data=" + TEST, "--exit=margin:1");
      assertThat(artificial.exitCode()).isEqualTo(2);
      assertThat(artificial.err()).contains("no steps to stop at").hasLineCount(1);
    }
    Terminal.Result few =
        Terminal.run(
            "run", network, "--data=" + TEST, "--exit=loss:1", "--exit-data=shapes:50,seed=8");
    assertThat(few.exitCode()).isEqualTo(2);
    assertThat(few.err()).contains("99 at least").hasLineCount(1);
  }
}
