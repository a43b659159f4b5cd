package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;

/**
 * Weights that a model keeps in files beside it. A model is foreign input: it may name only files
 * below its own folder, whatever symbolic links say.
 */
final class ExternalData {
  private ExternalData() {}

  /**
   * Maps the bytes of one tensor.
   *
   * @param expectedBytes what the tensor's dimensions need; must equal the declared length
   * @param arena ends the mapping
   */
  static ByteBuffer map(
      ModelFile model, TensorProto tensor, String name, long expectedBytes, Arena arena) {
    String location = TensorDecoder.externalEntry(tensor, "location");
    if (location == null || location.isEmpty()) {
      throw model.unreadable("tensor " + name + " lies in external data without a location");
    }
    Path data = resolve(model, name, location);
    long offset = number(model, tensor, name, "offset", 0);
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
      long available = channel.size();
      long length = number(model, tensor, name, "length", Math.max(0, available - offset));
      if (length != expectedBytes) {
        throw model.unreadable(
            "tensor "
                + name
                + " needs "
                + expectedBytes
                + " bytes for its dimensions "
                + tensor.getDimsList()
                + ", found "
                + length
                + " in "
                + location);
      }
      if (offset > available || length > available - offset) {
        throw model.unreadable(
            "tensor "
                + name
                + " lies at bytes "
                + offset
                + " to "
                + (offset + length)
                + " of "
                + location
                + ", which has only "
                + available);
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length, arena).asByteBuffer();
    } catch (IOException e) {
      throw model.unreadable(
          "the weights of tensor "
              + name
              + " in "
              + location
              + " cannot be read: "
              + ModelFile.oneLine(e.getMessage()));
    }
  }

  /** The file that a tensor names, as it is written; empty for one that lies in the model. */
  static String location(TensorProto tensor) {
    String location =
        tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
            ? TensorDecoder.externalEntry(tensor, "location")
            : null;
    return location == null ? "" : location;
  }

  /** The size of the file that a tensor names; 0 where there is none. */
  static long size(ModelFile model, TensorProto tensor) {
    String location = location(tensor);
    try {
      return location.isEmpty() ? 0 : Files.size(resolve(model, tensor.getName(), location));
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * The model's SHA-256; where weights lie in other files, that of it and theirs together, so that
   * other weights make another model. A file that cannot be read is left to whoever needs its
   * tensor.
   */
  static String sha256(ModelFile model) {
    Map<String, String> tensors = new TreeMap<>();
    for (TensorProto tensor : model.proto().getGraph().getInitializerList()) {
      if (!location(tensor).isEmpty()) {
        tensors.putIfAbsent(location(tensor), tensor.getName());
      }
    }
    if (tensors.isEmpty()) {
      return model.sha256();
    }
    MessageDigest digest = ModelFile.sha256Digest();
    digest.update(model.sha256().getBytes(StandardCharsets.US_ASCII));
    tensors.forEach((location, name) -> {
      try (InputStream in =
          new DigestInputStream(Files.newInputStream(resolve(model, name, location)), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException | UnreadableDataException _) {
        // Reading the tensor will say so.
      }
    });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Path resolve(ModelFile model, String name, String location) {
    String outside =
        "tensor "
            + name
            + " names the external data "
            + location
            + "; expected a file below the model's own folder";
    try {
      Path relative = Path.of(location);
      if (relative.isAbsolute()) {
        throw model.unreadable(outside);
      }
      for (Path part : relative) {
        if (part.toString().equals("..")) {
          throw model.unreadable(outside);
        }
      }
      Path folder = folderOf(model.file());
      Path data = folder.resolve(relative);
      if (!Files.isRegularFile(data)) {
        throw model.unreadable(
            "the weights of tensor "
                + name
                + " lie in "
                + location
                + ", which does not exist beside the model");
      }
      if (!data.toRealPath().startsWith(folder)) {
        throw model.unreadable(outside);
      }
      return data;
    } catch (InvalidPathException | IOException e) {
      throw model.unreadable(outside + ": " + ModelFile.oneLine(e.getMessage()));
    }
  }

  private static Path folderOf(Path file) throws IOException {
    @Nullable Path parent = file.toAbsolutePath().getParent();
    return (parent == null ? file.toAbsolutePath() : parent).toRealPath();
  }

  private static long number(
      ModelFile model, TensorProto tensor, String name, String key, long otherwise) {
    String text = TensorDecoder.externalEntry(tensor, key);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Said below, as for a negative number.
    }
    throw model.unreadable(
        "tensor " + name + " has the external " + key + " " + text + "; expected a number from 0");
  }
}
