package org.rheobase.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rheobase.TestData;
import org.rheobase.onnx.SeedModels;

/** Inputs that a fuzzer starts from: models of other tests, and real files. */
final class Seeds {
  private static final int MOST_OF_A_FOLDER = 4;
  private static final long LARGEST_MODEL = 400_000;

  private Seeds() {}

  /** Small models, one for each form of each operator, a spiking network, and real ones. */
  static Stream<byte[]> models() {
    return Stream.concat(
        SeedModels.all().stream().map(ModelProto::toByteArray),
        real("models", ".onnx", LARGEST_MODEL));
  }

  /** Real files up to a size, a few of a folder; none where there is no real data. */
  static Stream<byte[]> real(String folder, String ending, long largest) {
    Path data = TestData.folder().resolve(folder);
    if (!Files.isDirectory(data)) {
      return Stream.of();
    }
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ending)).sorted().toList()) {
        if (Files.size(file) <= largest && seeds.size() < MOST_OF_A_FOLDER) {
          seeds.add(Files.readAllBytes(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seeds.stream();
  }
}
