package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.error.UnsupportedModelException;

/**
 * A parsed model file: known to be an ONNX model with a graph and a supported opset.
 *
 * @param opset version of the standard operators
 * @param sha256 of the file's bytes, hexadecimal
 * @param bytes of the file
 */
record ModelFile(Path file, ModelProto proto, int opset, String sha256, long bytes) {
  private static final int MOST_FUNCTIONS = 1 << 12;
  private static final int OLDEST_OPSET = 7;
  private static final int NEWEST_OPSET = 22;

  static ModelFile load(Path file) {
    long bytes = checkedSize(file);
    MessageDigest digest = sha256Digest();
    ModelProto proto;
    // Parsing from a stream lets protobuf grow buffers as bytes arrive, so a length that the file
    // claims but does not hold is never allocated. Nesting is limited to 100 by protobuf itself.
    try (InputStream in =
        new DigestInputStream(
            new BufferedInputStream(Files.newInputStream(file), 1 << 16), digest)) {
      proto = ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableDataException(
          file + " is not an ONNX model or is cut off: " + oneLine(e.getMessage()), e);
    } catch (IOException e) {
      throw new UnreadableDataException(file + " cannot be read: " + oneLine(e.getMessage()), e);
    }
    if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
      throw new UnreadableDataException(
          file + " is not an ONNX model: expected a graph with nodes, found none");
    }
    if (proto.getGraph().getNodeCount() > FunctionInlining.MOST_NODES) {
      throw new UnreadableDataException(
          file
              + " has "
              + proto.getGraph().getNodeCount()
              + " nodes; expected at most "
              + FunctionInlining.MOST_NODES
              + ", which no network comes near");
    }
    if (proto.getFunctionsCount() > MOST_FUNCTIONS) {
      throw new UnreadableDataException(
          file
              + " defines "
              + proto.getFunctionsCount()
              + " functions; expected at most "
              + MOST_FUNCTIONS
              + "; inline the functions when exporting");
    }
    int opset = opset(file, proto);
    return new ModelFile(
        file,
        FunctionInlining.apply(file, proto),
        opset,
        HexFormat.of().formatHex(digest.digest()),
        bytes);
  }

  Map<String, String> metadata() {
    Map<String, String> map = new LinkedHashMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      map.put(entry.getKey(), entry.getValue());
    }
    return map;
  }

  UnreadableDataException unreadable(String sentence) {
    return new UnreadableDataException(file + ": " + sentence);
  }

  UnsupportedModelException unsupported(String sentence) {
    return new UnsupportedModelException(file + ": " + sentence);
  }

  /** Whether {@code domain} is the one of the standard operators. */
  static boolean isStandardDomain(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private static long checkedSize(Path file) {
    if (!Files.exists(file)) {
      throw new UnreadableDataException(file + " does not exist; expected an ONNX model");
    }
    if (Files.isDirectory(file)) {
      throw new UnreadableDataException(file + " is a folder; expected an ONNX model");
    }
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new UnreadableDataException(file + " cannot be read: " + oneLine(e.getMessage()), e);
    }
    if (size == 0) {
      throw new UnreadableDataException(file + " is empty; expected an ONNX model");
    }
    if (size > Integer.MAX_VALUE) {
      throw new UnreadableDataException(
          file
              + " has "
              + size
              + " bytes; expected at most 2147483647, the limit of the format; store the weights"
              + " as external data");
    }
    return size;
  }

  /** The declared version of a domain's operators, 0 where none is. */
  long opset(String domain) {
    return version(proto, domain);
  }

  private static long version(ModelProto proto, String domain) {
    return proto.getOpsetImportList().stream()
        .filter(set ->
            isStandardDomain(domain)
                ? isStandardDomain(set.getDomain())
                : set.getDomain().equals(domain))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(0);
  }

  private static int opset(Path file, ModelProto proto) {
    long found = version(proto, "");
    if (found == 0) {
      throw new UnreadableDataException(
          file + ": expected an opset version of the standard operators, found none");
    }
    if (found < OLDEST_OPSET || found > NEWEST_OPSET) {
      throw new UnsupportedModelException(
          file
              + ": expected opset "
              + OLDEST_OPSET
              + " to "
              + NEWEST_OPSET
              + ", found "
              + found
              + "; export or convert the model to one of these");
    }
    return (int) found;
  }

  static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String oneLine(@Nullable String message) {
    return message == null ? "no reason given" : message.lines().findFirst().orElse("").strip();
  }
}
