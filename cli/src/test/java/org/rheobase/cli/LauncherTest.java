package org.rheobase.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.TestData;

@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path folder;

  private record Result(int exitCode, String out, String err) {}

  /** A folder that looks like a JDK; its java prints its arguments. */
  private Path jdk(String name, String release) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), release);
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home.toRealPath();
  }

  private Result launch(Path script, Path... search) throws Exception {
    var builder = new ProcessBuilder(script.toString(), "inspect", "a b.onnx");
    builder.directory(folder.toFile());
    builder
        .environment()
        .put(
            "RHEOBASE_JAVA_SEARCH",
            Arrays.stream(search).map(Path::toString).collect(Collectors.joining(":")));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private static Path script() {
    return TestData.root().resolve("rheobase");
  }

  @Test
  void onlyOldJdksEndInOneSentenceThatNamesThem() throws Exception {
    Path tooOld = jdk("seventeen", "JAVA_VERSION=\"17.0.15\"\n");
    Path corrupting = jdk("with blank", "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"25.0.1\"\n");
    Result result = launch(script(), tooOld, corrupting, corrupting);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith(
            "rheobase: needs a JDK of version 25.0.3 or newer and found only 17.0.15 in "
                + tooOld
                + ", 25.0.1 in "
                + corrupting
                + ";")
        .contains("JDK-8377811")
        .hasLineCount(1);
  }

  @Test
  void noJdkEndsInOneSentence() throws Exception {
    Result result = launch(script(), folder.resolve("nothing here"));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("and found none").hasLineCount(1);
  }

  /** A built copy of the project, as far as the launcher looks, reached through a link. */
  @Test
  void firstNewEnoughJdkRunsTheProgramWithAllArguments() throws Exception {
    Path root = Files.createDirectories(folder.resolve("project"));
    Path copy = Files.copy(script(), root.resolve("rheobase"));
    Files.createDirectories(root.resolve("cli/target/lib"));
    Files.createFile(root.resolve("cli/target/rheobase-cli-1.jar"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), copy);

    Path tooOld = jdk("old", "JAVA_VERSION=\"25.0.2\"\n");
    for (String version : new String[] {"25.0.3", "25.0.10", "25.1", "26", "26-ea"}) {
      Path jdk = jdk("jdk " + version, "JAVA_VERSION=\"" + version + "\"\n");
      Result result = launch(link, tooOld, jdk);
      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
      assertThat(result.out())
          .contains("--add-modules\njdk.incubator.vector\n--enable-native-access=ALL-UNNAMED\n")
          .endsWith("org.rheobase.cli.Main\ninspect\na b.onnx\n");
    }
  }
}
