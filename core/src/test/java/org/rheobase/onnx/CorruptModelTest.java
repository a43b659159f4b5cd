package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rheobase.onnx.TinyModel.ints;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.error.RheobaseException;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;

/** Files that are not what they claim to be end in one sentence, and cost no memory. */
class CorruptModelTest {
  private static final float[] WEIGHTS = {1, -2, 0.5f, 4, 0, -1};

  @TempDir Path folder;

  @Test
  void filesThatAreNoModels() throws IOException {
    Path file = folder.resolve("m.onnx");
    assertUnreadable(file, "does not exist");
    assertUnreadable(folder, "is a folder");
    Files.createFile(file);
    assertUnreadable(file, "is empty");
    Files.writeString(file, "this is a text and no model, whatever its name says");
    assertUnreadable(file, "is not an ONNX model");
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    Files.write(file, noise);
    assertUnreadable(file, "is not an ONNX model");
    Files.write(file, ModelProto.newBuilder().setIrVersion(8).build().toByteArray());
    assertUnreadable(file, "expected a graph with nodes, found none");
  }

  @Test
  void filesAboveTwoGigabytes() throws IOException {
    Path file = folder.resolve("big.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 31);
    }
    assertUnreadable(file, "expected at most 2147483647");
  }

  @Test
  void everyTruncationEndsInASentence() throws IOException {
    byte[] whole = weighted(t -> raw(t, 24)).proto().toByteArray();
    Path file = folder.resolve("cut.onnx");
    for (int length = 1; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> OnnxReader.read(file))
          .isInstanceOf(RheobaseException.class)
          .hasMessageContaining("cut.onnx")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void flippedBytesNeverEscapeAsAnythingElse() throws IOException {
    byte[] whole = weighted(t -> raw(t, 24)).proto().toByteArray();
    Path file = folder.resolve("flipped.onnx");
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = whole.clone();
      for (int k = 0; k <= i % 3; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try {
        OnnxReader.read(file);
      } catch (RheobaseException e) {
        assertThat(e).hasMessageContaining("flipped.onnx").hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void deepNestingDoesNotOverflowTheStack() throws IOException {
    ByteString inner = ByteString.EMPTY;
    for (int i = 0; i < 3000; i++) {
      // graph { node { attribute { g { … } } } }
      inner = field(1, field(5, field(6, inner)));
    }
    Path file = folder.resolve("deep.onnx");
    Files.write(file, field(7, inner).toByteArray());
    assertUnreadable(file, "is not an ONNX model");
  }

  private static ByteString field(int number, ByteString content) {
    return com.google.protobuf.UnknownFieldSet.newBuilder()
        .addField(
            number,
            com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(content)
                .build())
        .build()
        .toByteString();
  }

  @Test
  void initializersThatContradictThemselves() {
    assertUnreadable(weighted(t -> t.clearDims().addDims(1L << 40)), "w", "1099511627776");
    assertUnreadable(
        weighted(t -> t.clearDims().addDims(1 << 20).addDims(1 << 20).addDims(1 << 30)),
        "w",
        "claims the dimensions");
    assertUnreadable(weighted(t -> t.clearDims().addDims(-6)), "w", "found -6");
    assertUnreadable(weighted(t -> raw(t, 20)), "w", "needs 24 bytes, found 20");
    assertUnreadable(weighted(t -> t.clearFloatData()), "w", "needs 6 values, found 0");
    assertUnreadable(weighted(t -> t.setFloatData(3, Float.NaN)), "w", "holds NaN at element 3");
    assertUnreadable(
        weighted(t -> t.setFloatData(2, Float.POSITIVE_INFINITY)), "w", "holds Infinity");
    assertUnreadable(
        weighted(
            t -> t.clearFloatData().clearDims().addDims(1 << 30).addDims(0).addDims(1).addDims(1)),
        "w",
        "has no elements");
  }

  @Test
  void graphsThatContradictThemselves() {
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2).node("Relu", "nowhere", "y"),
        "node y",
        "reads nowhere, which no earlier node computes");
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2).node("Relu", "x", "y").node("Relu", "x", "y"),
        "y",
        "a second time");
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2).node("Relu", "x", "y").output("z"),
        "z",
        "no node computes");
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2).weights("w", 4, 5, 1, 1).node("Conv", "x w", "y"),
        "node y",
        "expected 5 input channels, found [3,2,2]");
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2).weights("w", 4, 3, 3, 3).node("Conv", "x w", "y"),
        "node y",
        "at least one window of 3x3");
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2)
            .weights("w", 4, 3, 1, 1)
            .node("Conv", "x w", "y", "kernel_shape", ints(2, 2)),
        "node y",
        "kernel_shape [2, 2]");
    assertUnreadable(
        TinyModel.image(13, 0, 3, 2, 2)
            .vector("v", 1, 1, -1)
            .node("BatchNormalization", "x v v v v", "y"),
        "node y",
        "the variance -1.0");
    assertUnreadable(
        TinyModel.image(13, 0, 1 << 30, 4, 4).node("Relu", "x", "y"), "input x", "at most");
    TinyModel noOpset = TinyModel.image(13, 0, 3, 2, 2).node("Relu", "x", "y");
    noOpset.model.clearOpsetImport();
    assertUnreadable(noOpset, "opset", "found none");
  }

  @Test
  void everyStorageOfWeightsReadsTheSame() throws IOException {
    assertReads(weighted(_ -> {}));
    assertReads(weighted(t -> raw(t, 24)));
    assertReads(
        weighted(t -> {
          t.clearFloatData().setDataType(DataType.DOUBLE.getNumber());
          for (float w : WEIGHTS) {
            t.addDoubleData(w);
          }
        }));
    assertReads(
        weighted(t -> {
          t.clearFloatData().setDataType(DataType.FLOAT16.getNumber());
          for (float w : WEIGHTS) {
            t.addInt32Data(Float.floatToFloat16(w) & 0xffff);
          }
        }));
    assertReads(
        weighted(t -> {
          ByteBuffer half = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
          for (float w : WEIGHTS) {
            half.putShort((short) (Float.floatToIntBits(w) >>> 16));
          }
          t.clearFloatData()
              .setDataType(DataType.BFLOAT16.getNumber())
              .setRawData(ByteString.copyFrom(half.array()));
        }));
    Files.write(folder.resolve("weights.bin"), bytes(10));
    assertReads(weighted(t -> external(t, "weights.bin", "10", "24")));
    Files.write(folder.resolve("exact.bin"), bytes(0));
    assertReads(weighted(t -> external(t, "exact.bin", "", "")));
  }

  @Test
  void otherExternalWeightsMakeAnotherFingerprint() throws IOException {
    Path file = weighted(t -> external(t, "weights.bin", "0", "24")).in(folder);
    Files.write(folder.resolve("weights.bin"), bytes(0));
    String before = OnnxReader.read(file).sha256();
    assertThat(OnnxReader.read(file).sha256()).isEqualTo(before);
    byte[] others = bytes(0);
    others[0] ^= 1;
    Files.write(folder.resolve("weights.bin"), others);
    assertThat(OnnxReader.read(file).sha256()).isNotEqualTo(before);
  }

  @Test
  void externalDataThatIsMissingShortOrElsewhere() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("model"));
    Files.write(folder.resolve("outside.bin"), bytes(0));
    Files.write(inside.resolve("weights.bin"), bytes(0));
    Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("outside.bin"));
    assertExternal(inside, "absent.bin", "0", "24", "does not exist beside the model");
    assertExternal(inside, "../outside.bin", "0", "24", "below the model's own folder");
    assertExternal(inside, "link.bin", "0", "24", "below the model's own folder");
    assertExternal(
        inside,
        folder.resolve("outside.bin").toString(),
        "0",
        "24",
        "below the model's own folder");
    assertExternal(inside, "weights.bin", "4", "24", "which has only 24");
    assertExternal(inside, "weights.bin", "0", "20", "needs 24 bytes");
    assertExternal(inside, "weights.bin", "-4", "24", "expected a number from 0");
    assertExternal(inside, "weights.bin", String.valueOf(Long.MAX_VALUE), "24", "which has only");
    assertExternal(inside, "weights.bin", "x", "24", "expected a number from 0");
    assertExternal(inside, "", "0", "24", "without a location");
    assertExternal(inside, "a\0b", "0", "24", "below the model's own folder");
  }

  private void assertExternal(
      Path inside, String location, String offset, String length, String reason) {
    Path file = weighted(t -> external(t, location, offset, length)).in(inside);
    assertUnreadable(file, reason);
  }

  /** A convolution with the weights {@code w} of dimensions {@code [2,3,1,1]}. */
  private static TinyModel weighted(Consumer<TensorProto.Builder> change) {
    TinyModel tiny =
        TinyModel.image(13, 0, 3, 2, 2)
            .floats("w", ints(2, 3, 1, 1), WEIGHTS)
            .node("Conv", "x w", "y");
    change.accept(tiny.graph.getInitializerBuilder(0));
    return tiny;
  }

  private static byte[] bytes(int offset) {
    ByteBuffer buffer = ByteBuffer.allocate(offset + 24).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(offset);
    for (float w : WEIGHTS) {
      buffer.putFloat(w);
    }
    return buffer.array();
  }

  private static void raw(TensorProto.Builder tensor, int length) {
    tensor.clearFloatData().setRawData(ByteString.copyFrom(bytes(0), 0, length));
  }

  private static void external(
      TensorProto.Builder tensor, String location, String offset, String length) {
    tensor.clearFloatData().setDataLocation(DataLocation.EXTERNAL);
    tensor.addExternalData(entry("location", location));
    if (!offset.isEmpty()) {
      tensor.addExternalData(entry("offset", offset)).addExternalData(entry("length", length));
    }
  }

  private static StringStringEntryProto.Builder entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value);
  }

  private void assertReads(TinyModel tiny) {
    Op.Conv conv = (Op.Conv) OnnxReader.read(tiny.in(folder)).graph().nodes().get(1).op();
    assertThat(conv.weight()).isEqualTo(Weights.of(WEIGHTS, 2, 3, 1, 1));
  }

  private void assertUnreadable(TinyModel tiny, String what, String reason) {
    Path file = tiny.in(folder);
    assertUnreadable(file, reason);
    assertThatThrownBy(() -> OnnxReader.read(file)).hasMessageContaining(what);
  }

  private static void assertUnreadable(Path file, String reason) {
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(UnreadableDataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }
}
