package org.rheobase.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes NumPy arrays for the opponents: format version 1.0, little-endian. */
final class NpyFile {
  private NpyFile() {}

  static void write(Path file, float[][] rows, List<Integer> shape) throws IOException {
    try (OutputStream out = open(file, "<f4", shape)) {
      for (float[] row : rows) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row);
        out.write(bytes.array());
      }
    }
  }

  static void write(Path file, long[] values) throws IOException {
    try (OutputStream out = open(file, "<i8", List.of(values.length))) {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
      out.write(bytes.array());
    }
  }

  private static OutputStream open(Path file, String type, List<Integer> shape) throws IOException {
    String dims = shape.stream().map(n -> n + ",").collect(Collectors.joining());
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + dims + "), }";
    // Magic, version, length and header fill a multiple of 64 bytes.
    header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    out.writeByte(0x93);
    out.writeBytes("NUMPY");
    out.writeShort(0x0100);
    out.writeShort(Short.reverseBytes((short) header.length()));
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    return out;
  }
}
