package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.TinyOnnx;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/**
 * What a tired or hostile user may hand over: each ends in one sentence, the right exit code, and
 * no new file. The demo's own network is the healthy one.
 */
class BadInputTest {
  private static final int MISUSE = 2;
  private static final int UNSUPPORTED = 3;
  private static final int UNREADABLE = 4;

  @TempDir Path folder;

  private Path model;

  @BeforeEach
  void healthyModel() throws IOException {
    model = folder.resolve("net.onnx");
    copy("shapes_cnn.onnx", model);
    copy("shapes_cnn.preprocess.yaml", folder.resolve("net.preprocess.yaml"));
  }

  private static void copy(String resource, Path target) throws IOException {
    try (var in = Main.class.getResourceAsStream("demo/" + resource)) {
      Files.write(target, Objects.requireNonNull(in).readAllBytes());
    }
  }

  private void fails(int exitCode, List<String> words, Object... arguments) throws IOException {
    List<Path> before = files();
    Terminal.Result result = Terminal.run(arguments);
    assertThat(result.err())
        .startsWith("rheobase: ")
        .contains(words)
        .doesNotContain("Exception")
        .doesNotContain("internal error")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (var list = Files.walk(folder)) {
      return list.sorted().toList();
    }
  }

  private void convertFails(Path network, int exitCode, String... words) throws IOException {
    fails(
        exitCode,
        List.of(words),
        "convert",
        network,
        "-o",
        folder.resolve("out.snn.onnx"),
        "--calibration-data=shapes:8",
        "--json",
        folder.resolve("out.json"));
  }

  private void evaluateFails(String data, int exitCode, String... words) throws IOException {
    fails(
        exitCode,
        List.of(words),
        "evaluate",
        model,
        "--data",
        data,
        "--report",
        folder.resolve("report"));
  }

  @Test
  void healthyModelPasses() {
    Terminal.succeed(
        "convert",
        model,
        "-o",
        folder.resolve("out.snn.onnx"),
        "--calibration-data=shapes:8",
        "-T",
        4);
    Terminal.succeed("evaluate", folder.resolve("out.snn.onnx"), "--data=shapes:8");
    assertThat(folder.resolve("out.snn.onnx")).exists();
  }

  @Test
  void modelThatIsMissing() throws IOException {
    convertFails(folder.resolve("nothing.onnx"), UNREADABLE, "nothing.onnx");
  }

  @Test
  void modelThatIsAFolder() throws IOException {
    convertFails(folder, UNREADABLE, folder.toString());
  }

  @Test
  void truncatedModel() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    Files.write(model, Arrays.copyOf(bytes, bytes.length / 2));
    convertFails(model, UNREADABLE, "net.onnx");
    fails(UNREADABLE, List.of("net.onnx"), "inspect", model);
    evaluateFails("shapes:4", UNREADABLE, "net.onnx");
  }

  @Test
  void garbageBytes() throws IOException {
    byte[] garbage = new byte[5000];
    new java.util.Random(1).nextBytes(garbage);
    Files.write(model, garbage);
    convertFails(model, UNREADABLE, "net.onnx");
  }

  @Test
  void emptyModel() throws IOException {
    Files.write(model, new byte[0]);
    convertFails(model, UNREADABLE, "net.onnx");
  }

  @Test
  void initializerThatClaimsMoreThanTheFileHolds() throws IOException {
    editFirstWeights(w -> w.clearDims().addDims(1L << 20).addDims(1L << 20));
    convertFails(model, UNREADABLE, "net.onnx", "stem.0.weight", "1048576");
  }

  @Test
  void externalDataOutsideTheModelsFolder() throws IOException {
    editFirstWeights(w ->
        w.clearRawData()
            .clearFloatData()
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder()
                    .setKey("location")
                    .setValue("../../etc/passwd")));
    convertFails(model, UNREADABLE, "net.onnx", "../../etc/passwd", "folder");
  }

  @Test
  void weightsThatAreNotNumbers() throws IOException {
    editFirstWeights(w -> {
      byte[] raw = w.getRawData().toByteArray();
      java.nio.ByteBuffer.wrap(raw).order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(8, Float.NaN);
      w.setRawData(com.google.protobuf.ByteString.copyFrom(raw));
    });
    convertFails(model, UNREADABLE, "net.onnx", "NaN");
  }

  private void editFirstWeights(java.util.function.Consumer<TensorProto.Builder> edit)
      throws IOException {
    ModelProto.Builder edited = ModelProto.parseFrom(Files.readAllBytes(model)).toBuilder();
    var weights =
        edited.getGraphBuilder().getInitializerBuilderList().stream()
            .filter(w -> w.getDimsCount() == 4)
            .findFirst()
            .orElseThrow();
    edit.accept(weights);
    Files.write(model, edited.build().toByteArray());
  }

  @Test
  void unsupportedOperator() throws IOException {
    Files.write(model, TinyOnnx.model(13, Shape.of(3, 8, 8), TinyOnnx.node("Acos")));
    convertFails(model, UNSUPPORTED, "net.onnx", "node", "Acos", "opset 13");
  }

  @Test
  void sizeThatTheModelLeavesOpenComesFromThePreprocessing() throws IOException {
    ModelProto.Builder open = ModelProto.parseFrom(Files.readAllBytes(model)).toBuilder();
    var dims =
        open.getGraphBuilder()
            .getInputBuilder(0)
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .getShapeBuilder();
    dims.getDimBuilder(2).setDimParam("height");
    dims.getDimBuilder(3).setDimParam("width");
    Files.write(model, open.build().toByteArray());
    assertThat(Terminal.succeed("inspect", model)).contains("of the MACs become synaptic");
    assertThat(Terminal.succeed("evaluate", model, "--data=shapes:8")).contains("top1");
    Files.delete(folder.resolve("net.preprocess.yaml"));
    fails(UNSUPPORTED, List.of("[n,3,height,width]", "preprocessing"), "inspect", model);
  }

  @Test
  void networkWithoutAnyActivation() throws IOException {
    Files.write(
        model,
        TinyOnnx.model(
            13,
            Shape.of(3, 32, 32),
            TinyOnnx.node("Conv"),
            Weights.of(new float[] {1, 2, 3}, 1, 3, 1, 1)));
    convertFails(model, UNSUPPORTED, "no ReLU");
  }

  @Test
  void imagesOfAnotherSize() throws IOException {
    Path data = Files.write(folder.resolve("test.bin"), new byte[3073]);
    Files.writeString(
        folder.resolve("net.preprocess.yaml"),
        "size: [31, 31]\nresize: none\nscale: 0.00392156862745098\n");
    evaluateFails("cifar10:" + data, UNREADABLE, "net.preprocess.yaml", "size", "[3,31,31]");
  }

  @Test
  void labelFileThatIsShorterThanTheImages() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    var image = new java.awt.image.BufferedImage(32, 32, java.awt.image.BufferedImage.TYPE_INT_RGB);
    for (String name : List.of("a.png", "b.png", "c.png")) {
      javax.imageio.ImageIO.write(image, "png", images.resolve(name).toFile());
    }
    Path labels = Files.writeString(folder.resolve("labels.txt"), "a.png 0\nb.png 1\n");
    evaluateFails("images:" + images + ",labels=" + labels, UNREADABLE, "labels.txt", "c.png");
  }

  @Test
  void truncatedImageRecords() throws IOException {
    Path data = Files.write(folder.resolve("test.bin"), new byte[3073 + 100]);
    evaluateFails("cifar10:" + data, UNREADABLE, "test.bin", "3073");
  }

  @Test
  void dataOfAnUnknownKind() throws IOException {
    evaluateFails("mnist:a", MISUSE, "mnist:a", "cifar10:");
  }

  @Test
  void sliceOutsideTheData() throws IOException {
    evaluateFails("shapes:8[first=7,count=2]", MISUSE, "first=7", "8 images");
  }

  @Test
  void outputThatCannotBeWritten() throws IOException {
    Path occupied = Files.createDirectories(folder.resolve("occupied"));
    fails(
        MISUSE,
        List.of("occupied"),
        "convert",
        model,
        "-o",
        occupied,
        "--calibration-data=shapes:8");
    fails(
        MISUSE,
        List.of("missing"),
        "convert",
        model,
        "-o",
        folder.resolve("missing/out.snn.onnx"),
        "--calibration-data=shapes:8");
  }

  @Test
  void unknownOption() throws IOException {
    fails(MISUSE, List.of("--treshold", "--threshold"), "convert", model, "--treshold=max");
  }

  @Test
  void unknownKeyOfThePreprocessingFile() throws IOException {
    Files.writeString(folder.resolve("net.preprocess.yaml"), "size: [32, 32]\nmeen: [1, 2, 3]\n");
    evaluateFails("shapes:4", UNREADABLE, "net.preprocess.yaml", "meen", "mean");
  }

  @Test
  void unknownKeyOfARecipe() throws IOException {
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), "treshold: max\n");
    fails(
        UNREADABLE,
        List.of("recipe.yaml", "treshold", "threshold"),
        "convert",
        model,
        "-o",
        folder.resolve("out.snn.onnx"),
        "--calibration-data=shapes:8",
        "--recipe",
        recipe);
  }

  @Test
  void outputsThatTheModelDoesNotHave() throws IOException {
    fails(
        MISUSE,
        List.of("net.onnx", "no node or tensor is called nose"),
        "inspect",
        model,
        "--outputs",
        "nose");
  }

  @Test
  void preprocessingThatIsMissing() throws IOException {
    Files.delete(folder.resolve("net.preprocess.yaml"));
    evaluateFails("shapes:4", UNREADABLE, "net.onnx", "--preprocess");
  }

  @Test
  void spikingNetworkThatIsConvertedAgain() throws IOException {
    Path snn = folder.resolve("first.snn.onnx");
    Terminal.succeed("convert", model, "-o", snn, "--calibration-data=shapes:4", "-T", 2);
    convertFails(snn, MISUSE, "first.snn.onnx", "spiking");
  }
}
