package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.graph.Op;
import org.rheobase.onnx.OnnxReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Models of neurons from the option to the saved network and its evaluation. */
class NeuronModelsTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void copyModel() throws IOException {
    model = folder.resolve("net.onnx");
    for (String suffix : new String[] {"onnx", "preprocess.yaml"}) {
      try (var in = Main.class.getResourceAsStream("demo/shapes_cnn." + suffix)) {
        Files.write(folder.resolve("net." + suffix), Objects.requireNonNull(in).readAllBytes());
      }
    }
  }

  private Path convert(String neuron) {
    Path saved = folder.resolve("net.snn.onnx");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        saved,
        "--calibration-data=shapes:16,seed=3",
        "-T4",
        "--neuron=" + neuron,
        "--calibrate=bias,potential[per=channel,onTop=true]");
    return saved;
  }

  private JsonNode json(Object... arguments) {
    Path file = folder.resolve("report.json");
    Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--json";
    all[arguments.length + 1] = file;
    Terminal.succeed(all);
    return new ObjectMapper().readTree(file.toFile());
  }

  @ParameterizedTest
  @CsvSource({"soft-reset, exact", "hard-reset, approximated", "tsc[window=3], approximated"})
  void travelsInTheSavedNetworkAndIsJudged(String neuron, String verdict) {
    Path saved = convert(neuron);
    assertThat(OnnxReader.read(saved).graph().sites())
        .allMatch(site ->
            org.rheobase.convert.NeuronRule.text(((Op.IntegrateFire) site.op()).neuron())
                .equals(neuron));
    JsonNode nodes = json("inspect", saved).get("nodes");
    assertThat(nodes)
        .filteredOn(n -> n.get("op").asString().equals("IntegrateFire"))
        .isNotEmpty()
        .allMatch(n -> n.get("verdict").asString().equals(verdict));
    JsonNode result = json("evaluate", saved, "--data=shapes:3,seed=9");
    assertThat(result.get("recipe").get("neuron").asString()).isEqualTo(neuron);
    assertThat(result.get("operations").get("sops").asDouble()).isPositive();
  }

  @Test
  void theEventDrivenKernelRefusesTemporalSwitchCoding() {
    Terminal.Result result =
        Terminal.run(
            "evaluate", convert("tsc"), "--data=shapes:2,seed=9", "--kernel=event", "--quiet");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("temporal switch coding").contains("--kernel scalar");
  }

  @Test
  void anUnknownModelIsRefusedInOneSentence() {
    Terminal.Result result =
        Terminal.run(
            "convert",
            model,
            "-o",
            folder.resolve("out.onnx"),
            "--calibration-data=shapes:8",
            "--neuron=leaky");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("--neuron: unknown neuron 'leaky'; use soft-reset, hard-reset or tsc");
  }
}
