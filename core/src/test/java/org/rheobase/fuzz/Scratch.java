package org.rheobase.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rheobase.TestData;

/** A folder of its own for the inputs of one target; vanishes with the program. */
final class Scratch {
  private final Path folder;

  Scratch() {
    try {
      folder = Files.createTempDirectory("rheobase-fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
  }

  Path folder() {
    return folder;
  }

  /** Writes an input under a name. */
  Path write(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves the input of a finding in {@code core/target/fuzz}, one for each place in the code. */
  static void keep(byte[] content, String ending, Throwable finding) {
    Throwable cause = finding.getCause() == null ? finding : finding.getCause();
    String place =
        Arrays.stream(cause.getStackTrace())
            .filter(f -> f.getClassName().startsWith("org.rheobase."))
            .limit(2)
            .map(f -> f.getClassName().replaceFirst(".*\\.", "") + "." + f.getLineNumber())
            .collect(Collectors.joining("-"));
    Path folder = TestData.root().resolve("core/target/fuzz");
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve(cause.getClass().getSimpleName() + "-" + place + ending);
      if (!Files.exists(file)) {
        Files.write(file, content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
