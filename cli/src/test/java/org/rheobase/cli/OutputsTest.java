package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Where a network ends: in front of post-processing, or where {@code --outputs} says. */
class OutputsTest {
  @TempDir Path folder;

  private Path model;
  private Path chosen;

  /** The demo's network, alone and with an ArgMax and an unknown operator behind. */
  @BeforeEach
  void models() throws IOException {
    model = folder.resolve("net.onnx");
    chosen = folder.resolve("chosen.onnx");
    byte[] bytes = resource("shapes_cnn.onnx");
    ModelProto.Builder proto = ModelProto.parseFrom(bytes).toBuilder();
    String logits = proto.getGraph().getOutput(0).getName();
    proto.getGraphBuilder().addNode(node("ArgMax", logits, "class"));
    proto.getGraphBuilder().addNode(node("Acos", logits, "angle"));
    proto.getGraphBuilder().getOutputBuilder(0).setName("class");
    Files.write(model, bytes);
    Files.write(chosen, proto.build().toByteArray());
    for (String name : new String[] {"net", "chosen"}) {
      Files.write(
          folder.resolve(name + ".preprocess.yaml"), resource("shapes_cnn.preprocess.yaml"));
    }
  }

  private static NodeProto node(String op, String input, String output) {
    return NodeProto.newBuilder().setOpType(op).addInput(input).addOutput(output).build();
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = Main.class.getResourceAsStream("demo/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void whatTheChosenOutputsDoNotNeedIsNotRefused() {
    assertThat(Terminal.run("inspect", chosen).exitCode()).isEqualTo(3);
    Terminal.Result result = Terminal.run("inspect", chosen, "--outputs", "class");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("post-processing, left out: the network ends at logits")
        .contains("left out: the chosen outputs do not need it");
  }

  @Test
  void aNetworkWithPostProcessingConvertsAndEvaluatesLikeTheOneWithout() throws IOException {
    assertThat(accuracies(chosen, "--outputs", "class")).isEqualTo(accuracies(model));
  }

  private String accuracies(Path network, Object... options) throws IOException {
    Path snn = folder.resolve("out.snn.onnx");
    Path json = folder.resolve("out.json");
    Terminal.succeed(
        with(
            options,
            "convert",
            network,
            "-o",
            snn,
            "--calibration-data",
            "shapes:32,seed=3",
            "-T",
            "8"));
    Terminal.succeed("evaluate", snn, "--data", "shapes:32,seed=4", "--json", json);
    String spiking = metric(json);
    Terminal.succeed(
        with(options, "evaluate", network, "--data", "shapes:32,seed=4", "--json", json));
    return spiking + metric(json);
  }

  private static String metric(Path json) throws IOException {
    return String.valueOf(new JsonMapper().readTree(Files.readString(json)).get("metric"));
  }

  private static Object[] with(Object[] options, Object... command) {
    Object[] all = java.util.Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    return all;
  }
}
