package org.rheobase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/**
 * Real models and images for tests; a test that needs them skips, saying so, where they are absent.
 */
public final class TestData {
  private TestData() {}

  /** The project's root folder. */
  public static Path root() {
    return Path.of(Objects.requireNonNull(System.getProperty("rheobase.root"), "rheobase.root"));
  }

  /** The shared data folder, which need not exist. */
  public static Path folder() {
    String variable = System.getenv("RHEOBASE_DATA");
    return variable == null ? root().resolveSibling("shared").resolve("data") : Path.of(variable);
  }

  /** A file below the shared data folder, or a skipped test. */
  public static Path require(String relative) {
    Path file = folder().resolve(relative);
    Assumptions.assumeTrue(
        Files.exists(file), "skipped: no real data at ../shared/data or $RHEOBASE_DATA");
    return file;
  }

  /** A file below the folder of reference numbers, beside that of data, or a skipped test. */
  public static Path requireReference(String relative) {
    Path beside = folder().toAbsolutePath().normalize().resolveSibling("reference");
    Path folder =
        Files.exists(beside) ? beside : root().resolveSibling("shared").resolve("reference");
    Path file = folder.resolve(relative);
    Assumptions.assumeTrue(
        Files.exists(file),
        "skipped: no reference numbers beside ../shared/data or $RHEOBASE_DATA");
    return file;
  }
}
