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
import org.rheobase.cli.report.drawing.Svg;

/** The picture that {@code inspect --graph} draws, of the demo's network and of broken ones. */
class InspectGraphTest {
  private static final int SITES = 6;

  @TempDir Path folder;

  private Path model;
  private Path picture;

  @BeforeEach
  void demoModel() throws IOException {
    model = folder.resolve("net.onnx");
    picture = folder.resolve("net.svg");
    copy("shapes_cnn.onnx", model);
    copy("shapes_cnn.preprocess.yaml", folder.resolve("net.preprocess.yaml"));
  }

  private static void copy(String resource, Path target) throws IOException {
    try (var in = Main.class.getResourceAsStream("demo/" + resource)) {
      Files.write(target, Objects.requireNonNull(in).readAllBytes());
    }
  }

  private Svg read() throws IOException {
    Svg svg = Svg.parse(Files.readAllBytes(picture));
    svg.checkPlaces();
    return svg;
  }

  @Test
  void everySiteIsACircleInBothNetworks() throws IOException {
    String table = Terminal.succeed("inspect", model);
    assertThat(table).contains(", " + SITES + " sites,");
    assertThat(Terminal.succeed("inspect", model, "--graph", picture)).isEqualTo(table);
    Svg svg = read();
    assertThat(svg.ofClass("site")).hasSize(SITES);
    assertThat(svg.ofClass("input")).hasSize(1);
    assertThat(svg.ofClass("output")).hasSize(1);

    Path snn = folder.resolve("net.snn.onnx");
    Terminal.succeed("convert", model, "-o", snn, "--calibration-data=shapes:8", "-T", 4);
    Terminal.succeed("inspect", snn, "--graph", picture);
    assertThat(read().ofClass("site")).hasSize(SITES);
  }

  @Test
  void isTheSameEveryTimeAndLeavesTheJsonAsItIs() throws IOException {
    Path json = folder.resolve("net.json");
    Terminal.succeed("inspect", model, "--json", json);
    byte[] alone = Files.readAllBytes(json);
    Terminal.succeed("inspect", model, "--json", json, "--graph", picture);
    assertThat(Files.readAllBytes(json)).isEqualTo(alone);
    byte[] first = Files.readAllBytes(picture);
    Terminal.succeed("inspect", model, "--graph", picture);
    assertThat(Files.readAllBytes(picture)).isEqualTo(first);
  }

  @Test
  void refusedNodesAreDrawnInRedAndTheExitCodeStays() throws IOException {
    ModelProto.Builder proto = ModelProto.parseFrom(Files.readAllBytes(model)).toBuilder();
    String logits = proto.getGraph().getOutput(0).getName();
    proto
        .getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Acos")
                .setName("<&\u0007 \u202e" + "x".repeat(10_000))
                .addInput(logits)
                .addOutput("angle"))
        .getOutputBuilder(0)
        .setName("angle");
    Files.write(model, proto.build().toByteArray());
    Terminal.Result result = Terminal.run("inspect", model, "--graph", picture);
    assertThat(result.exitCode()).isEqualTo(3);
    Svg svg = read();
    assertThat(svg.ofClass("refusing")).hasSize(1);
    assertThat(svg.ofClass("site")).hasSize(SITES);
    assertThat(svg.texts()).contains("Acos").anyMatch(t -> t.contains("1 of "));
  }

  @Test
  void placesThatCannotBeWrittenEndInOneSentence() throws IOException {
    assertFails(folder.resolve("nowhere/net.svg"), "does not exist; create it or name another");
    assertFails(folder, "is a folder; name a file in it");
  }

  private void assertFails(Path target, String words) throws IOException {
    long before = files();
    Terminal.Result result = Terminal.run("inspect", model, "--graph", target);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("rheobase: ").contains(words).hasLineCount(1);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void anOldPictureSurvivesAFailure() throws IOException {
    Files.writeString(picture, "old");
    Files.writeString(model, "no model");
    assertThat(Terminal.run("inspect", model, "--graph", picture).exitCode()).isEqualTo(4);
    assertThat(picture).hasContent("old");
  }

  private long files() throws IOException {
    try (var list = Files.list(folder)) {
      return list.count();
    }
  }
}
