package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.TestData;
import org.rheobase.cli.Terminal;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.OnnxWriter;
import org.rheobase.onnx.Ort;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.Activity;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;
import org.rheobase.task.Classification;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** ResNet-20 on CIFAR-10: converted, saved, loaded and measured through the command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpikingResnet20Test {
  private static final int STEPS = 32;

  @TempDir static Path folder;

  private Path model;
  private String test;
  private Path saved;

  @BeforeAll
  void convert() {
    model = TestData.require("models/cifar10_resnet20.onnx");
    test = "cifar10:" + TestData.require("cifar10/test_1000.bin");
    saved = convert("p99.9", 2);
  }

  private Path convert(String threshold, int threads) {
    Path output = folder.resolve(threshold + "-" + threads + ".snn.onnx");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        output,
        "--calibration-data",
        "cifar10:" + TestData.require("cifar10/train_5085.bin"),
        "--images-for=threshold=1024",
        "--threshold=" + threshold,
        "--granularity=layer",
        "--initial-potential=half",
        "--calibrate=none",
        "--count-from=1",
        "-T",
        STEPS,
        "--threads",
        threads);
    return output;
  }

  private JsonNode evaluate(Path network, Object... options) {
    Path json = folder.resolve("evaluate.json");
    Object[] all =
        Arrays.copyOf(new Object[] {"evaluate", network, "--json", json}, 4 + options.length);
    System.arraycopy(options, 0, all, 4, options.length);
    Terminal.succeed(all);
    return new ObjectMapper().readTree(json.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"max", "p99.9"})
  void accuracyByTimeStepIsThatOfTheReference(String threshold) throws IOException {
    Path network = threshold.equals("max") ? convert(threshold, 2) : saved;
    // The reference saw 1000 images; these are the first of them.
    JsonNode result = evaluate(network, "--data", test, "--ann", model, "--images", 400);
    JsonNode metric = result.get("metric");
    assertThat(metric.get("ann").asDouble()).isCloseTo(0.915, within(0.02));
    Map<Integer, Double> reference = reference(threshold);
    assertThat(reference).containsKeys(8, 16, 32);
    reference.forEach((steps, percent) -> {
      if (steps <= STEPS) {
        assertThat(100 * metric.get("byStep").get(steps - 1).asDouble())
            .as("after %d steps", steps)
            .isCloseTo(percent, within(3.0));
      }
    });
    assertThat(result.get("recipe").get("threshold").asString()).isEqualTo(threshold);
  }

  @Test
  void defaultRecipeKeepsItsPromiseAtEightSteps() throws IOException {
    Path network = folder.resolve("default.snn.onnx");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        network,
        "--calibration-data",
        "cifar10:" + TestData.require("cifar10/train_5085.bin"),
        "-T",
        8);
    JsonNode metric = evaluate(network, "--data", test, "--images", 400).get("metric");
    assertThat(metric.get("byStep").get(7).asDouble()).isGreaterThan(0.84);
  }

  @ParameterizedTest
  @CsvSource({"bias, BC, 16", "potential, PC, 8"})
  void accuracyBehindCalibrationIsThatOfTheReference(String calibration, String row, int steps)
      throws IOException {
    Path network = folder.resolve(calibration + ".snn.onnx");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        network,
        "--calibration-data",
        "cifar10:" + TestData.require("cifar10/train_5085.bin"),
        "--threshold=mmse[grid=published-code]",
        "--granularity=layer",
        "--images-for=threshold=128",
        "--calibrate",
        calibration,
        "--count-from=1",
        "-T",
        steps);
    double expected = Double.NaN;
    for (String line : Files.readAllLines(TestData.requireReference("results.csv"))) {
      if (line.startsWith("mmseL," + row + ",") && line.contains("," + steps + ",1000,")) {
        expected = Double.parseDouble(List.of(line.split(",", -1)).get(5));
      }
    }
    JsonNode metric = evaluate(network, "--data", test, "--images", 400).get("metric");
    // 400 of the reference's 1000 images.
    assertThat(100 * metric.get("byStep").get(steps - 1).asDouble())
        .isCloseTo(expected, within(4.0));
  }

  /** Top-1 in per cent by T, of the runs without calibration that begin at half the threshold. */
  private static Map<Integer, Double> reference(String threshold) throws IOException {
    String name = threshold.equals("max") ? "max" : "p999";
    Map<Integer, Double> top1 = new LinkedHashMap<>();
    for (String line : Files.readAllLines(TestData.requireReference("results.csv"))) {
      String[] row = line.split(",", -1);
      if (row[0].equals(name) && row[1].equals("none") && row[2].equals("half")) {
        top1.putIfAbsent(Integer.valueOf(row[3]), Double.valueOf(row[5]));
      }
    }
    return top1;
  }

  @Test
  void thresholdsAreThoseOfTheReference() throws IOException {
    Path json = folder.resolve("convert.json");
    List<String> lines = Files.readAllLines(TestData.requireReference("thresholds_layerwise.csv"));
    int column = List.of(lines.getFirst().split(",", -1)).indexOf("p999");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        folder.resolve("again.snn.onnx"),
        "--calibration-data",
        "cifar10:" + TestData.require("cifar10/train_5085.bin") + "[count=1024]",
        "--threshold=p99.9",
        "--granularity=layer",
        "--json",
        json);
    JsonNode sites = new ObjectMapper().readTree(json.toFile()).get("sites");
    assertThat(sites.size()).isEqualTo(lines.size() - 1);
    for (int s = 0; s < sites.size(); s++) {
      double expected = Double.parseDouble(lines.get(s + 1).split(",", -1)[column]);
      // The file holds six digits.
      assertThat(sites.get(s).get("largestThreshold").asDouble())
          .isCloseTo(expected, within(2e-4 * expected));
    }
  }

  @Test
  void savedNetworkNeedsNoOtherFile() {
    assertThat(PreprocessingFile.beside(saved)).isEmpty();
    OnnxModel read = OnnxReader.read(saved);
    var metadata = Objects.requireNonNull(read.spiking());
    Path copy = folder.resolve("copy.snn.onnx");
    OnnxWriter.write(read.graph(), metadata, copy);
    assertThat(copy).hasSameBinaryContentAs(saved);
    assertThat(OnnxReader.read(copy).graph()).isEqualTo(read.graph());
    assertThat(metadata.sourceSha256()).isEqualTo(OnnxReader.read(model).sha256());
  }

  @Test
  void resultBitsDoNotDependOnThreads() {
    assertThat(convert("p99.9", 1)).hasSameBinaryContentAs(saved);
    JsonNode one = evaluate(saved, "--data", test, "--images", 64, "--threads", 1);
    JsonNode two = evaluate(saved, "--data", test, "--images", 64, "--threads", 2);
    for (String field : List.of("metric", "firingRate", "operations", "images")) {
      assertThat(two.get(field)).isEqualTo(one.get(field));
    }
  }

  @Test
  void resultBitsDoNotDependOnHowImagesAreBatched() {
    OnnxModel read = OnnxReader.read(saved);
    SpikingNetwork network = Simulators.compile(read.graph(), Kernel.AUTO);
    Preprocessing preprocessing = preprocessing();
    Dataset data = DataSpec.parse(test).slice(0, 71);
    List<Long> sums = null;
    for (int batch : new int[] {1, 7, 64}) {
      long[] sum = new long[4];
      for (int first = 0; first < data.size(); first += batch) {
        var score =
            Classification.evaluate(
                read.graph(),
                network,
                data.slice(first, Math.min(batch, data.size() - first)),
                preprocessing,
                STEPS,
                1,
                2,
                ProgressListener.NONE);
        sum[0] += Arrays.stream(score.score().top1()).sum();
        sum[1] += spikes(score.activity());
        sum[2] += score.sops();
        sum[3] += score.activity().macs();
      }
      List<Long> all = Arrays.stream(sum).boxed().toList();
      sums = sums == null ? all : sums;
      assertThat(all).isEqualTo(sums);
    }
  }

  @Test
  void integerAndFloat64SimulatorsAgreeOnTheSameQuantisedWeights() {
    OnnxModel read = OnnxReader.read(saved);
    var scalar = Simulators.compile(read.graph(), Kernel.SCALAR).newSimulator();
    var event = Simulators.compile(read.graph(), Kernel.EVENT).newSimulator();
    var dense = Simulators.compile(read.graph(), Kernel.DENSE).newSimulator();
    Preprocessing preprocessing = preprocessing();
    Dataset data = DataSpec.parse(test);
    long scalarSpikes = 0;
    long eventSpikes = 0;
    for (int i = 0; i < 4; i++) {
      float[] image = preprocessing.apply(data.get(i));
      Simulation a = scalar.run(image, STEPS, 1);
      Simulation b = event.run(image, STEPS, 1);
      scalarSpikes += spikes(a.activity());
      eventSpikes += spikes(b.activity());
      Simulation c = dense.run(image, STEPS, 1);
      assertThat(c.outputs()).isDeepEqualTo(b.outputs());
      assertThat(c.activity().spikes()).isDeepEqualTo(b.activity().spikes());
      assertThat(argmax(b.outputs()[STEPS - 1])).isEqualTo(argmax(a.outputs()[STEPS - 1]));
    }
    assertThat((double) eventSpikes).isCloseTo((double) scalarSpikes, within(1e-3 * scalarSpikes));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void onnxRuntimeSteppingTheFilePredictsWhatEvaluatePredicts(int batch) throws OrtException {
    int images = 100;
    OnnxModel read = OnnxReader.read(saved);
    var simulator = Simulators.compile(read.graph(), Kernel.AUTO).newSimulator();
    Preprocessing preprocessing = preprocessing();
    Dataset data = DataSpec.parse(test);
    int same = 0;
    try (Ort ort = new Ort(saved)) {
      for (int first = 0; first < images; first += batch) {
        float[] pixels = new float[batch * preprocessing.shape().size()];
        int[] expected = new int[batch];
        for (int i = 0; i < batch; i++) {
          float[] image = preprocessing.apply(data.get(first + i));
          System.arraycopy(image, 0, pixels, i * image.length, image.length);
          expected[i] = argmax(simulator.run(image, STEPS, 1).outputs()[STEPS - 1]);
        }
        float[] outputs =
            Objects.requireNonNull(
                    ort.step(read.graph().input().name(), pixels, batch, STEPS)
                        .get(read.graph().outputs().getFirst().name()))
                .values();
        int classes = outputs.length / batch;
        for (int i = 0; i < batch; i++) {
          float[] output = Arrays.copyOfRange(outputs, i * classes, (i + 1) * classes);
          same += argmax(output) == expected[i] ? 1 : 0;
        }
      }
    }
    assertThat(same).isGreaterThanOrEqualTo(images - 1);
  }

  private Preprocessing preprocessing() {
    return PreprocessingFile.read(PreprocessingFile.beside(model).orElseThrow());
  }

  private static long spikes(Activity activity) {
    return Arrays.stream(activity.spikes()).flatMapToLong(Arrays::stream).sum();
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
