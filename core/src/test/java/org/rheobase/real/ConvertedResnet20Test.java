package org.rheobase.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.rheobase.TestData;
import org.rheobase.convert.Conversion;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.ThresholdRule;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackends;
import org.rheobase.graph.Graph;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;
import org.rheobase.task.Classification;

/** ResNet-20 on CIFAR-10 as a spiking network, against the reference numbers and against itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConvertedResnet20Test {
  private static final int STEPS = 32;
  private static final int IMAGES = 100;

  private Graph ann;
  private Preprocessing preprocessing;
  private Dataset calibration;
  private Dataset test;
  private Conversion conversion;

  @BeforeAll
  void convert() {
    Path model = TestData.require("models/cifar10_resnet20.onnx");
    ann = OnnxReader.read(model).graph();
    preprocessing = PreprocessingFile.read(PreprocessingFile.beside(model).orElseThrow());
    calibration = DataSpec.parse("cifar10:" + TestData.require("cifar10/train_5085.bin"));
    test =
        DataSpec.parse(
            "cifar10:"
                + TestData.require("cifar10/test_1000.bin")
                + "[first=0,count="
                + IMAGES
                + "]");
    conversion = convert(recipe("p99.9"), 2);
  }

  @Test
  void thresholdsAreThoseOfTheReference() throws IOException {
    List<String> lines = Files.readAllLines(TestData.requireReference("thresholds_layerwise.csv"));
    List<String> header = List.of(lines.get(0).split(",", -1));
    List<Conversion.Site> byMax = convert(recipe("max"), 2).sites();
    assertThat(byMax).hasSize(lines.size() - 1);
    for (int s = 0; s < byMax.size(); s++) {
      String[] row = lines.get(s + 1).split(",", -1);
      // The file holds six digits.
      assertThat((double) byMax.get(s).maxThreshold())
          .isCloseTo(
              Double.parseDouble(row[header.indexOf("max")]),
              within(2e-4 * byMax.get(s).maxThreshold()));
      assertThat((double) conversion.sites().get(s).maxThreshold())
          .isCloseTo(
              Double.parseDouble(row[header.indexOf("p999")]),
              within(2e-4 * conversion.sites().get(s).maxThreshold()));
    }
  }

  @Test
  void integerAndFloat64SimulatorsAgreeOnTheSameQuantisedWeights() {
    SpikingNetwork scalar = Simulators.compile(conversion.snn(), Kernel.SCALAR);
    SpikingNetwork event = Simulators.compile(conversion.snn(), Kernel.EVENT);
    int images = 10;
    long scalarSpikes = 0;
    long eventSpikes = 0;
    int samePredictions = 0;
    for (int i = 0; i < images; i++) {
      float[] image = preprocessing.apply(test.get(i));
      Simulation a = scalar.newSimulator().run(image, STEPS, 1);
      Simulation b = event.newSimulator().run(image, STEPS, 1);
      scalarSpikes += spikes(a);
      eventSpikes += spikes(b);
      samePredictions += argmax(a.outputs()[STEPS - 1]) == argmax(b.outputs()[STEPS - 1]) ? 1 : 0;
    }
    assertThat(samePredictions).isEqualTo(images);
    assertThat((double) eventSpikes).isCloseTo((double) scalarSpikes, within(1e-3 * scalarSpikes));
  }

  @Test
  void resultBitsDoNotDependOnTheNumberOfThreads() {
    assertThat(convert(recipe("p99.9"), 1).snn()).isEqualTo(conversion.snn());
    Classification.SpikingScore one = evaluate(1);
    Classification.SpikingScore two = evaluate(2);
    assertThat(two.score().top1()).isEqualTo(one.score().top1());
    assertThat(two.activity().spikes()).isDeepEqualTo(one.activity().spikes());
    assertThat(two.activity().sops()).isEqualTo(one.activity().sops());
  }

  @Test
  void accuracyIsThatOfTheReferenceOnTheFirstImages() {
    // 86.9 % on 1000 images; three binomial standard deviations on 100 images are 10 points.
    assertThat(evaluate(2).score().top1(STEPS)).isCloseTo(0.869, within(0.10));
  }

  private Classification.SpikingScore evaluate(int threads) {
    return Classification.evaluate(
        conversion.snn(),
        Simulators.compile(conversion.snn(), Kernel.AUTO),
        test,
        preprocessing,
        STEPS,
        1,
        threads,
        ProgressListener.NONE);
  }

  private Conversion convert(Recipe recipe, int threads) {
    return Converter.convert(
        ann,
        recipe,
        calibration,
        preprocessing,
        DenseBackends.best(),
        threads,
        ProgressListener.NONE);
  }

  private static Recipe recipe(String threshold) {
    Recipe d = Recipe.DEFAULT;
    return new Recipe(
        ThresholdRule.parse(threshold),
        Recipe.Granularity.LAYER,
        STEPS,
        Recipe.InitialPotential.HALF,
        false,
        d.averagePool(),
        d.weights(),
        new Recipe.Images(1024),
        1,
        0);
  }

  private static long spikes(Simulation run) {
    return Arrays.stream(run.activity().spikes()).flatMapToLong(Arrays::stream).sum();
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
