package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.Parity;
import org.rheobase.TestData;
import org.rheobase.cli.Terminal;
import org.rheobase.data.DataSpec;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackends;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;

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
    Path model = export(name);
    assertThat(Terminal.succeed("inspect", model)).contains(", " + sites + " sites,");
    Parity.check(model, 1, 1, List.of(DenseBackends.best()));
    Files.delete(model);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 11, 17})
  void everyOpsetOfTheExporterIsRead(int opset) throws IOException, InterruptedException {
    Path model = export("mobilenet_cifar", "--opset", "" + opset);
    Parity.check(model, 3, 1, List.of(DenseBackends.best()));
  }

  @Test
  void theExporterOfNewerVersionsIsReadToo() throws IOException, InterruptedException {
    String check =
        "import torch; assert tuple(map(int, torch.__version__.split('.')[:2])) >= (2, 5)";
    Assumptions.assumeTrue(
        run(List.of(python, "-c", check)) == 0, "skipped: PyTorch here is older than 2.5");
    Parity.check(export("resnet18", "--dynamo"), 1, 1, List.of(DenseBackends.best()));
  }

  /**
   * At T = 1024 with thresholds that clip nothing, what is left is the rounding of rates: 1 / T. A
   * maximum over spiking inputs (a deep stem's pooling) keeps an error, and says so.
   */
  @ParameterizedTest
  @CsvSource({"resnet18, true", "mobilenet_v2, true", "resnet34_deep_stem, false"})
  void theErrorOfManyStepsIsSmallAndFallsOrANodeIsNamed(String name, boolean falls)
      throws IOException, InterruptedException {
    Path model = export(name);
    Graph ann = OnnxReader.read(model).graph();
    Shape shape = ann.input().shape();
    Path preprocessing = folder.resolve(name + ".preprocess.yaml");
    Files.writeString(
        preprocessing,
        "size: [%d, %d]\nresize: {stretch: true}\nscale: 0.0039\nmean: [0.5, 0.5, 0.5]\nstd: [0.2, 0.2, 0.2]\n"
            .formatted(shape.height(), shape.width()));
    String images = "images:" + TestData.require("imagenet/images") + "[count=8]";
    Path saved = folder.resolve(name + ".snn.onnx");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        saved,
        "--calibration-data",
        images,
        "--threshold=max",
        "--calibrate=none",
        "--initial-potential=half",
        "--count-from=1",
        "-T",
        1024);
    if (falls) {
      double[] errors = errors(ann, OnnxReader.read(saved).graph(), preprocessing, images);
      assertThat(errors[1023]).isLessThan(0.05);
      // 1 / T leaves a quarter of what was at T = 256; up to a half is accepted.
      assertThat(errors[1023]).isLessThan(errors[255] / 2);
    } else {
      assertThat(Terminal.succeed("inspect", saved)).contains(" approximated ");
    }
    Files.delete(model);
  }

  /** The length of the output's error relative to the output, by step. */
  private static double[] errors(Graph ann, Graph snn, Path preprocessing, String images) {
    float[] image = PreprocessingFile.read(preprocessing).apply(DataSpec.parse(images).get(0));
    float[] expected;
    try (DenseExecutor executor = new DenseExecutor(ann, DenseBackends.best())) {
      expected = executor.output(new Tensor(1, ann.input().shape(), image), 1).values();
    }
    float[][] outputs =
        Simulators.compile(snn, Kernel.EVENT).newSimulator().run(image, 1024, 1).outputs();
    return Arrays.stream(outputs).mapToDouble(found -> error(found, expected)).toArray();
  }

  private static double error(float[] found, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) found[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / length);
  }

  private static Path export(String name, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(python, "" + TestData.root().resolve("examples/export_architectures.py")));
    command.addAll(List.of(folder.toString(), name));
    command.addAll(List.of(options));
    assertThat(run(command)).as(Files.readString(folder.resolve("python.log"))).isZero();
    return folder.resolve(name + ".onnx");
  }
}
