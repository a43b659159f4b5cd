package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.sim.CostModel;

class KernelCostsTest {
  private static final CostModel MODEL =
      new CostModel(
          List.of(
              new CostModel.Entry(16, false, 2, 0.1, 0.02),
              new CostModel.Entry(64, true, 1, Double.MAX_VALUE, 0.3)));

  @TempDir Path folder;

  @Test
  void whatIsKeptIsReadAgain() {
    Path file = folder.resolve("new/kernels.json");
    KernelCosts.keep(MODEL, file);
    assertThat(KernelCosts.kept(file)).contains(MODEL);
    assertThat(folder.resolve("new")).isDirectoryContaining("glob:**kernels.json");
  }

  @Test
  void anotherMachinesOrABrokenFileIsMeasuredAgain() throws IOException {
    Path file = folder.resolve("kernels.json");
    assertThat(KernelCosts.kept(file)).isEmpty();
    KernelCosts.keep(MODEL, file);
    String json = Files.readString(file);
    for (String other :
        List.of(
            json.replaceFirst("\"processor\" : \"[^\"]*\"", "\"processor\" : \"another\""),
            json.replaceFirst("\"version\" : \\d+", "\"version\" : 0"),
            json.substring(0, json.length() / 2),
            json.replaceFirst("(?s)\"entries\" : .*", "\"entries\" : null}"),
            json.replaceFirst("(?s)\"entries\" : .*", "\"entries\" : []}"),
            json.replace("\"channels\" : 16", "\"channels\" : 0"),
            json.replace("\"product\" : 0.1", "\"product\" : \"NaN\""),
            json + " ".repeat(1 << 20),
            "[]",
            "null",
            "")) {
      assertThat(other).isNotEqualTo(json);
      Files.writeString(file, other);
      assertThat(KernelCosts.kept(file)).describedAs(other).isEmpty();
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsNoError() throws IOException {
    Path obstacle = Files.writeString(folder.resolve("file"), "");
    KernelCosts.keep(MODEL, obstacle.resolve("kernels.json"));
    assertThat(obstacle).isRegularFile();
  }

  @Test
  void theUserNamesTheFolder() {
    Map<String, String> both = Map.of("RHEOBASE_CACHE", "/a", "XDG_CACHE_HOME", "/b");
    assertThat(KernelCosts.file(both)).isEqualTo(Path.of("/a/kernels.json").toAbsolutePath());
    assertThat(KernelCosts.file(Map.of("XDG_CACHE_HOME", "/b")))
        .isEqualTo(Path.of("/b/rheobase/kernels.json").toAbsolutePath());
    assertThat(KernelCosts.file(Map.of())).endsWithRaw(Path.of("rheobase/kernels.json"));
  }
}
