package org.rheobase.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the system says about the machine. */
final class Machine {
  private Machine() {}

  /** The processor's name, or its architecture where no name is known. */
  static String processor() {
    return field(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch", "?"));
  }

  /** What the process took of memory at most, in bytes, as Linux counts it. */
  static @Nullable Long peakMemory() {
    String peak = field(Path.of("/proc/self/status"), "VmHWM", "");
    return peak.endsWith(" kB") ? 1024 * Long.parseLong(peak.replace(" kB", "")) : null;
  }

  /** The first {@code name: value} of a file that not every system has. */
  private static String field(Path file, String name, String otherwise) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException | UncheckedIOException _) {
      return otherwise;
    }
  }
}
