package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.rheobase.error.FailureException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.graph.Graph;

/**
 * Writes a spiking network as an ONNX file that holds one time step of it: the caller feeds the
 * image and the states, which start at zero, and takes the prediction so far and the next states.
 *
 * <table>
 * <caption>Inputs and outputs besides the image and the network's own outputs</caption>
 * <tr><th>input</th><th>output</th><th>shape</th><th>what</th></tr>
 * <tr><td>{@code state.step}</td><td>{@code next.step}</td><td>{@code [n,1]}</td>
 *     <td>steps done</td></tr>
 * <tr><td>{@code state.SITE.potential}</td><td>{@code next.SITE.potential}</td>
 *     <td>{@code [n,c,h,w]} or {@code [n,c]}</td>
 *     <td>membrane potential minus its initial value</td></tr>
 * <tr><td>{@code state.OUTPUT.sum}</td><td>{@code next.OUTPUT.sum}</td>
 *     <td>of the averaged value</td><td>sum over the counted steps</td></tr>
 * </table>
 *
 * <p>An output's average is taken before its first softmax. Outputs that average the same value
 * share a sum, which bears the first one's name; a second value behind one output has {@code
 * OUTPUT2}.
 */
public final class OnnxWriter {
  private OnnxWriter() {}

  /**
   * Writes {@code file}, or leaves what was there.
   *
   * @throws UnsupportedModelException when the graph cannot be written; says which node
   * @throws FailureException when the file cannot be written
   */
  public static void write(Graph snn, SnnMetadata metadata, Path file) {
    ModelProto model;
    try {
      model = StepModel.of(snn, metadata);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedModelException(file + " cannot be written: " + e.getMessage(), e);
    }
    Path name = file.getFileName();
    if (name == null || Files.isDirectory(file)) {
      throw new FailureException(file + " cannot be written: it is a folder");
    }
    Path temporary = file.resolveSibling(name + "." + ProcessHandle.current().pid() + ".part");
    try {
      // Should the program be interrupted, the half-written sibling goes with it.
      temporary.toFile().deleteOnExit();
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  temporary,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE),
              1 << 16)) {
        model.writeTo(out);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw new FailureException(
          file + " cannot be written: " + e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // The failure to write is what the caller must hear about.
    }
  }
}
