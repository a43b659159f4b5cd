package org.rheobase.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.TestData;
import org.rheobase.calibrate.Calibration;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackends;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.SpikeSweep;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;
import org.rheobase.threshold.ThresholdScale;
import org.rheobase.threshold.Thresholds;

/** Thresholds and corrections of ResNet-20 against an independent implementation's. */
class ReferenceNumbersTest {
  private static final SpikeSweep.Settings SETTINGS =
      new SpikeSweep.Settings(DenseBackends.best(), 2, 1L << 30);

  private static Graph prepared;
  private static Dataset data;
  private static Preprocessing preprocessing;

  @BeforeAll
  static void read() {
    Path model = TestData.require("models/cifar10_resnet20.onnx");
    prepared = Converter.prepare(OnnxReader.read(model).graph(), Recipe.AveragePooling.LINEAR);
    data = DataSpec.parse("cifar10:" + TestData.require("cifar10/train_5085.bin"));
    preprocessing = PreprocessingFile.read(PreprocessingFile.beside(model).orElseThrow());
  }

  private static List<float[]> thresholds(
      String rule, Granularity granularity, int steps, int images) {
    Map<String, float[]> bySite;
    try (SpikeSweep sweep = new SpikeSweep(SETTINGS)) {
      bySite =
          Thresholds.choose(
                  prepared,
                  prepared,
                  ThresholdRule.parse(rule),
                  ThresholdScale.NONE,
                  granularity,
                  steps,
                  t ->
                      new Op.IntegrateFire(Weights.vector(t), Weights.vector(t), Weights.vector(t)),
                  new CalibrationImages(data, preprocessing, images, 0),
                  sweep,
                  ProgressListener.NONE)
              .bySite();
    }
    return new ArrayList<>(bySite.values());
  }

  private static List<String[]> rows(String file) throws IOException {
    return Files.readAllLines(TestData.requireReference(file)).stream()
        .map(line -> line.split(",", -1))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "max, max, 8, 1024",
    "p99, p99, 8, 1024",
    "p999, p99.9, 8, 1024",
    "mmseL_T8, mmse[grid=published-code], 8, 128",
    "mmseL_T16, mmse[grid=published-code], 16, 128",
    "mmseL_T32, mmse[grid=published-code], 32, 128",
  })
  void thresholdsPerLayer(String column, String rule, int steps, int images) throws IOException {
    List<String[]> rows = rows("thresholds_layerwise.csv");
    int c = List.of(rows.getFirst()).indexOf(column);
    List<float[]> found = thresholds(rule, Granularity.LAYER, steps, images);
    assertThat(found).hasSameSizeAs(rows.subList(1, rows.size()));
    for (int s = 0; s < found.size(); s++) {
      float expected = Float.parseFloat(rows.get(s + 1)[c]);
      assertThat(found.get(s)[0]).isCloseTo(expected, within(1e-4f * expected));
    }
  }

  @Test
  void thresholdsByMmsePerChannel() throws IOException {
    List<float[]> found = thresholds("mmse[grid=published-code]", Granularity.CHANNEL, 16, 128);
    List<float[]> largest = thresholds("max", Granularity.CHANNEL, 16, 128);
    int elsewhere = 0;
    List<String[]> rows = rows("mmse_channel_T16.csv");
    for (String[] row : rows.subList(1, rows.size())) {
      int site = Integer.parseInt(row[0]);
      int channel = Integer.parseInt(row[1]);
      float expected = Float.parseFloat(row[2]);
      float theta = found.get(site)[channel];
      if (Math.abs(theta - expected) > 1e-4 * expected) {
        // Two candidates next to each other whose errors differ by rounding only.
        assertThat(theta).isCloseTo(expected, within(0.0101f * largest.get(site)[channel]));
        elsewhere++;
      }
    }
    assertThat(elsewhere).isLessThan(rows.size() / 50);
  }

  @ParameterizedTest
  @CsvSource({"layer, 1", "layer, 2", "channel, 1", "channel, 10"})
  void thresholdsByBalancing(String mode, int iterations) throws IOException {
    Granularity granularity = mode.equals("layer") ? Granularity.LAYER : Granularity.CHANNEL;
    List<float[]> found =
        thresholds("balance[iterations=" + iterations + "]", granularity, 8, 5000);
    int compared = 0;
    for (String[] row : rows("ltb_deterministic.csv")) {
      if (row[0].equals(mode) && row[1].equals("" + iterations)) {
        int channel = row[3].equals("-") ? 0 : Integer.parseInt(row[3]);
        float expected = Float.parseFloat(row[4]);
        // The file holds six decimals.
        assertThat(found.get(Integer.parseInt(row[2]))[channel])
            .isCloseTo(expected, within(1e-4f * expected + 1e-6f));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(18);
  }

  @Test
  void biasesAfterCalibration() throws IOException {
    List<float[]> thresholds = thresholds("mmse[grid=published-code]", Granularity.LAYER, 16, 128);
    List<Node> nodes = new ArrayList<>();
    int site = 0;
    for (Node node : prepared.nodes()) {
      if (node.op() instanceof Op.Relu) {
        float[] theta = thresholds.get(site++);
        float[] half = theta.clone();
        for (int c = 0; c < half.length; c++) {
          half[c] /= 2;
        }
        nodes.add(
            node.withOp(
                new Op.IntegrateFire(
                    Weights.vector(theta), Weights.filled(theta.length, 0), Weights.vector(half))));
      } else {
        nodes.add(node);
      }
    }
    Graph snn = new Graph("snn", nodes, prepared.outputs());
    Graph calibrated;
    try (SpikeSweep sweep = new SpikeSweep(SETTINGS)) {
      calibrated =
          sweep
              .run(
                  prepared,
                  snn,
                  new CalibrationImages(data, preprocessing, 128, 0),
                  16,
                  1,
                  ProgressListener.NONE,
                  "bias",
                  run -> Calibration.Bias.PUBLISHED.apply(run, 1))
              .snn();
    }
    List<Node> sites = calibrated.sites();
    List<String[]> rows = rows("bc_mmseL_T16_half.csv");
    for (String[] row : rows.subList(1, rows.size())) {
      Op.IntegrateFire op =
          (Op.IntegrateFire) Objects.requireNonNull(sites.get(Integer.parseInt(row[0]))).op();
      float before = Float.parseFloat(row[3]);
      float after = Float.parseFloat(row[4]);
      assertThat(op.biasCurrent().get(Integer.parseInt(row[1])))
          .as("site %s, channel %s", row[0], row[1])
          .isCloseTo(after - before, within(0.02f));
    }
  }
}
