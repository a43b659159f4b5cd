package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.Parity;
import org.rheobase.TestData;
import org.rheobase.cli.Terminal;
import org.rheobase.dense.DenseBackends;

/**
 * The architectures of the two papers as PyTorch exports them, by the script that users are given;
 * skipped where Python has no torchvision. VGG-16 with its 138 million weights is left out for
 * time.
 */
class ExportedArchitecturesTest {
  private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

  @TempDir static Path folder;

  private static String python = "";

  @BeforeAll
  static void findPython() throws IOException, InterruptedException {
    Optional<String> found = Optional.empty();
    for (String candidate : PYTHONS) {
      if (found.isEmpty() && run(List.of(candidate, "-c", "import torchvision, torch.onnx")) == 0) {
        found = Optional.of(candidate);
      }
    }
    Assumptions.assumeTrue(found.isPresent(), "skipped: no Python with torchvision here");
    python = found.orElseThrow();
  }

  private static int run(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("python.log").toFile())
              .start();
      return process.waitFor(5, TimeUnit.MINUTES) ? process.exitValue() : -1;
    } catch (IOException _) {
      return -1; // no such program
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 17",
    "resnet34, 33",
    "resnet50, 49",
    "resnet34_deep_stem, 35",
    "resnet20_four_stages, 19",
    "vgg16_average_pooling, 13",
    "mobilenet, 27",
    "mobilenet_cifar, 27",
    "mobilenet_v2, 35",
    "regnet_x_4gf, 70",
    "fcn_resnet18, 18",
    "fcn_resnet34, 34",
    "fcn_resnet50, 50",
    "deeplabv3_resnet18, 24",
    "deeplabv3_resnet34, 40",
    "deeplabv3_resnet50, 56",
    "retinanet_resnet50, 90",
    "fcos_resnet50, 95",
  })
  void isReadInspectedAndComputedAsByOnnxRuntime(String name, int sites)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(python, "" + TestData.root().resolve("examples/export_architectures.py")));
    command.addAll(List.of(folder.toString(), name));
    assertThat(run(command)).as(Files.readString(folder.resolve("python.log"))).isZero();
    Path model = folder.resolve(name + ".onnx");
    assertThat(Terminal.succeed("inspect", model)).contains(", " + sites + " sites,");
    Parity.check(model, 1, 1, List.of(DenseBackends.best()));
    Files.delete(model);
  }
}
