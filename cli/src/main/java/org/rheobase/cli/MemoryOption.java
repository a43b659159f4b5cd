package org.rheobase.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.MisuseException;
import picocli.CommandLine.Option;

/** How much memory calibration may take. */
final class MemoryOption {
  private static final Map<String, Integer> SHIFTS = Map.of("", 0, "k", 10, "m", 20, "g", 30);
  private static final long LEAST = 1L << 20;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "Memory for currents and spikes of the calibration images, for example 512m or 4g; with"
              + " less, currents are computed again and spikes go to temporary files, the result is"
              + " the same. It comes beside Java's heap. Default: a quarter of what the heap may have.")
  private @Nullable String memory;

  /** A quarter of the largest heap: the launcher gives it three quarters of the machine. */
  static long defaultBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  long bytes() {
    return memory == null ? defaultBytes() : parse(memory);
  }

  static long parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.matches("\\d{1,15}[kmg]?")) {
      String digits = lower.replaceAll("[kmg]", "");
      long value = Long.parseLong(digits);
      int shift = SHIFTS.getOrDefault(lower.substring(digits.length()), 0);
      if (value <= Long.MAX_VALUE >> shift && value << shift >= LEAST) {
        return value << shift;
      }
    }
    throw new MisuseException(
        "--memory " + text + ": expected a size of at least 1m, for example 512m or 4g");
  }
}
