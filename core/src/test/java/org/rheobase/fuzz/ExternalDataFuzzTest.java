package org.rheobase.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.rheobase.graph.Op;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.SeedModels;

/**
 * Models whose weights lie in a file that they name. Inside the model's folder all bytes are 1,
 * outside they are 2: a weight made of 2 was read from where nothing may be read.
 */
class ExternalDataFuzzTest {
  private static final Path FOLDER = prepared(new Scratch().folder());
  private static final int WEIGHTS = 4 * 3 * 3 * 3;
  private static final float INSIDE = Float.intBitsToFloat(0x01010101);

  /** Lines: location, offset, length, and other keys as they come. */
  @MethodSource("seeds")
  @FuzzTest
  void noPathLeavesTheModelsFolder(byte[] entries) throws IOException {
    ModelProto.Builder model = SeedModels.convolution().toBuilder();
    TensorProto.Builder weights = model.getGraphBuilder().getInitializerBuilder(0);
    weights.clearFloatData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    List<String> lines = new String(entries, StandardCharsets.UTF_8).lines().limit(6).toList();
    String[] keys = {"location", "offset", "length", "checksum", "location", "basepath"};
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isEmpty()) {
        weights.addExternalData(
            StringStringEntryProto.newBuilder().setKey(keys[i]).setValue(lines.get(i)));
      }
    }
    Path file = Files.write(FOLDER.resolve("model.onnx"), model.build().toByteArray());
    Contract.MODEL.holds(
        file,
        () -> {
          Op op = OnnxReader.read(file).graph().nodes().get(1).op();
          assertThat(((Op.Conv) op).weight().values()).containsOnly(INSIDE);
        });
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "weights",
            "weights\n0\n432",
            "weights\n16\n432\nab12",
            "weights\n-1\n432",
            "weights\n9223372036854775807\n432",
            "weights\n400\n432",
            "below/weights\n0\n432",
            "below/../weights",
            "../outside",
            "..\\outside",
            "link",
            "linked/outside",
            "loop",
            "below",
            ".",
            "",
            "/etc/hostname",
            FOLDER.resolveSibling("outside").toString(),
            "file:///etc/hostname",
            "weights\u0000",
            "weights/",
            "./weights",
            "//weights",
            "/dev/zero",
            "x".repeat(5000))
        .map(s -> s.getBytes(StandardCharsets.UTF_8));
  }

  /** A folder {@code model} with weights, and others beside it. */
  private static Path prepared(Path scratch) {
    try {
      Path folder = Files.createDirectories(scratch.resolve("model").resolve("below")).getParent();
      Files.write(folder.resolve("weights"), bytes(1, 4 * WEIGHTS + 16));
      Files.write(folder.resolve("below").resolve("weights"), bytes(1, 4 * WEIGHTS));
      Path outside = Files.write(scratch.resolve("outside"), bytes(2, 4 * WEIGHTS));
      Files.createSymbolicLink(folder.resolve("link"), outside);
      Files.createSymbolicLink(folder.resolve("linked"), scratch);
      Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(int value, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
