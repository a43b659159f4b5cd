package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.cli.report.AccuracyPlot;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class DemoTest {
  @TempDir Path folder;

  @Test
  void spikingNetworkComesWithinTwoPointsOfTheTrainedOneBySixtyFourSteps() throws IOException {
    Path json = folder.resolve("demo.json");
    Path files = folder.resolve("demo");
    String text = Terminal.succeed("demo", "--out", files, "--json", json);
    assertThat(text).contains("ANN", "SNN", "top1", "SOPs per image");
    assertThat(text)
        .contains(
            "weight calibration left 1 site alone (/stem/stem.2/Relu): no layer of at most 16 M weights feeds it"
                + " directly and nothing else");

    JsonNode result = new ObjectMapper().readTree(json.toFile());
    double ann = result.get("ann").get("metric").get("ann").asDouble();
    assertThat(ann).isGreaterThanOrEqualTo(0.95);
    JsonNode byStep = result.get("snn").get("metric").get("byStep");
    assertThat(byStep.size()).isLessThanOrEqualTo(64);
    assertThat(byStep.get(byStep.size() - 1).asDouble()).isGreaterThanOrEqualTo(ann - 0.02);
    assertThat(result.get("snn").get("operations").get("sops").asDouble()).isPositive();

    assertThat(ImageIO.read(files.resolve("accuracy.png").toFile()).getWidth())
        .isEqualTo(AccuracyPlot.WIDTH);
    // What the demo wrote is a starting point for commands of one's own.
    assertThat(Terminal.succeed("inspect", files.resolve("demo.snn.onnx"))).contains("SNN");
    assertThat(Terminal.succeed("evaluate", files.resolve("demo.onnx"), "--data=shapes:100,seed=9"))
        .contains("top1");
  }
}
