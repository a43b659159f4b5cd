package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.cli.report.AccuracyPlot;
import org.rheobase.sim.Simulators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What is measured and where it goes; never how fast this machine is. */
class BenchTest {
  @TempDir Path folder;

  @Test
  void layersAndANetworkAreMeasured() throws IOException {
    Path snn = spikingNetwork();
    Path json = folder.resolve("bench.json");
    Files.deleteIfExists(KernelCosts.file(System.getenv()));
    Path report = folder.resolve("report");
    String text =
        Terminal.succeed(
            "bench",
            snn,
            "--data=shapes:4,seed=9",
            "-T=4",
            "--threads=2",
            "--channels=3,16",
            "--density=5,50",
            "--kernel=event",
            "--report",
            report,
            "--json",
            json);
    assertThat(text).contains("one core adds", "density", "ms per image and step");

    JsonNode result = new ObjectMapper().readTree(json.toFile());
    JsonNode layers = result.get("layers");
    assertThat(layers.size()).isEqualTo(4);
    assertThat(layers.get(3).get("channels").asInt()).isEqualTo(16);
    assertThat(layers.get(3).get("density").asDouble()).isEqualTo(0.5);
    for (JsonNode layer : layers) {
      assertThat(layer.get("event").asDouble()).isPositive();
      assertThat(layer.get("scalar").asDouble()).isPositive();
    }
    JsonNode network = result.get("network");
    assertThat(network.get("images").asInt()).isEqualTo(4);
    assertThat(network.get("kernel").asString()).isEqualTo("event");
    assertThat(network.get("runs").size()).isEqualTo(2);
    assertThat(network.get("runs").get(1).get("threads").asInt()).isEqualTo(2);
    JsonNode crossovers = result.get("crossovers");
    assertThat(crossovers.size()).isEqualTo(KernelCosts.haveChoice() ? 16 : 0);
    for (JsonNode crossover : crossovers) {
      assertThat(crossover.get("dense").isNull()).isNotEqualTo(Simulators.multipliesBytes());
      if (crossover.get("channels").asInt() < 512) {
        assertThat(crossover.get("lookup").isNull()).isNotEqualTo(Simulators.looksUp());
      }
      assertThat(crossover.get("event").size()).isEqualTo(3);
    }
    if (KernelCosts.haveChoice()) {
      assertThat(text).contains("lookup is faster from");
      assertThat(KernelCosts.kept(KernelCosts.file(System.getenv()))).isPresent();
      assertThat(ImageIO.read(report.resolve("crossover.png").toFile()).getWidth())
          .isEqualTo(AccuracyPlot.WIDTH);
    } else {
      assertThat(text).contains("oneDNN is missing");
    }
    assertThat(report.resolve("bench.json")).hasSameBinaryContentAs(json);
    assertThat(ImageIO.read(report.resolve("bench.png").toFile()).getWidth())
        .isEqualTo(AccuracyPlot.WIDTH);
  }

  private Path spikingNetwork() throws IOException {
    for (String name : new String[] {"net.onnx", "net.preprocess.yaml"}) {
      String resource = "demo/" + name.replace("net", "shapes_cnn");
      try (var in = Main.class.getResourceAsStream(resource)) {
        Files.write(folder.resolve(name), Objects.requireNonNull(in).readAllBytes());
      }
    }
    Path snn = folder.resolve("net.snn.onnx");
    Terminal.succeed(
        "convert",
        folder.resolve("net.onnx"),
        "-o",
        snn,
        "--calibration-data=shapes:32,seed=3",
        "--calibrate=none",
        "-T=4");
    return snn;
  }

  @Test
  void whatIsMissingIsMisuse() {
    assertThat(Terminal.run("bench", "net.snn.onnx").err()).contains("--data");
    assertThat(Terminal.run("bench", "--data=shapes:4").err()).contains("MODEL");
    assertThat(Terminal.run("bench", "--density=0").err()).contains("more than 0");
    assertThat(Terminal.run("bench", "--channels=5000").exitCode()).isEqualTo(2);
  }
}
