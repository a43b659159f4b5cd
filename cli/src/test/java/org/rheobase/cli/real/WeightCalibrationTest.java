package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.rheobase.TestData;
import org.rheobase.calibrate.Calibration;
import org.rheobase.calibrate.Optimizer;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.Correction;
import org.rheobase.sweep.LayerMeans;
import org.rheobase.sweep.SiteRun;
import org.rheobase.sweep.SpikeSweep;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;
import org.rheobase.threshold.ThresholdScale;
import org.rheobase.threshold.Thresholds;

/** Weight calibration on real networks, with the backend that users have. */
class WeightCalibrationTest {
  private static final int STEPS = 16;
  private static final DenseBackend BACKEND = DenseBackends.best();
  private static final SpikeSweep.Settings SETTINGS = new SpikeSweep.Settings(BACKEND, 2, 1L << 30);

  @Test
  void errorFallsInEveryLayerOfResnet20() {
    SequencedMap<String, double[]> errors =
        errors("cifar10_resnet20", "cifar10:" + TestData.require("cifar10/train_5085.bin"));
    assertThat(errors).hasSize(19);
    fallsButForTheFirst(errors);
  }

  @Test
  void errorFallsInEveryLayerOfMobilenetWithItsDepthwiseConvolutions() {
    SequencedMap<String, double[]> errors =
        errors(
            "imagenet_mobilenet_v1_0.25_128",
            "images:" + TestData.require("imagenet/images") + "[count=32]");
    assertThat(errors).hasSize(27);
    fallsButForTheFirst(errors);
  }

  /** The first layer receives the image itself: nothing is left there but rounding. */
  private static void fallsButForTheFirst(SequencedMap<String, double[]> errors) {
    double[] first = errors.pollFirstEntry().getValue();
    assertThat(first[1]).isLessThanOrEqualTo(first[0]);
    errors.forEach((site, error) -> assertThat(error[1]).as(site).isLessThan(error[0]));
  }

  /** By site: squared errors before and after, summed over the images. */
  private static SequencedMap<String, double[]> errors(String model, String spec) {
    try (SpikeSweep sweep = new SpikeSweep(SETTINGS)) {
      return errors(model, spec, sweep);
    }
  }

  private static SequencedMap<String, double[]> errors(
      String model, String spec, SpikeSweep sweep) {
    Path file = TestData.require("models/" + model + ".onnx");
    Graph ann = Converter.prepare(OnnxReader.read(file).graph(), Recipe.AveragePooling.LINEAR);
    Dataset data = DataSpec.parse(spec);
    Preprocessing preprocessing =
        PreprocessingFile.read(PreprocessingFile.beside(file).orElseThrow());
    CalibrationImages images = new CalibrationImages(data, preprocessing, 32, 0);
    Map<String, float[]> thresholds =
        Thresholds.choose(
                ann,
                ann,
                ThresholdRule.parse("mmse"),
                ThresholdScale.NONE,
                Granularity.CHANNEL,
                STEPS,
                WeightCalibrationTest::site,
                images,
                sweep,
                ProgressListener.NONE)
            .bySite();
    List<Node> nodes = new ArrayList<>();
    for (Node node : ann.nodes()) {
      float[] threshold = thresholds.get(node.name());
      nodes.add(threshold == null ? node : node.withOp(site(threshold)));
    }
    Calibration.Weight calibration =
        new Calibration.Weight(60, 3e-3, true, 8, Optimizer.ADAM, true, Calibration.Window.ALL);
    SequencedMap<String, double[]> errors = new LinkedHashMap<>();
    sweep.run(
        ann,
        new Graph(ann.name(), nodes, ann.outputs()),
        images,
        STEPS,
        1,
        ProgressListener.NONE,
        "test",
        run -> {
          Correction correction = calibration.apply(run, 1);
          correction
              .layers()
              .forEach((layer, changed) ->
                  errors.put(run.site().name(), errors(run, run.network().node(layer), changed)));
          return correction;
        });
    return errors;
  }

  /** Straight from the formula: {@code theta / T * clip(floor((T u + v0) / theta), 0, T)}. */
  private static double[] errors(SiteRun run, Node layer, Op changed) {
    Shape in = run.network().node(layer.input()).shape();
    Op.Conv old = (Op.Conv) layer.op();
    float[] difference = ((Op.Conv) changed).weight().values().clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= old.weight().get(i);
    }
    Op.Conv change =
        old.with(
            new Weights(old.weight().dims(), difference), Weights.filled(old.outChannels(), 0));
    Op.IntegrateFire site = run.parameters();
    Shape shape = run.site().shape();
    double[] errors = new double[2];
    float[] x = new float[in.size()];
    float[] u = new float[shape.size()];
    float[] a = new float[shape.size()];
    float[] added = new float[shape.size()];
    try (LayerMeans means = run.means(layer, 1);
        DenseBackend.Kernel kernel = BACKEND.convolution(change, in)) {
      for (int i = 0; i < means.images(); i++) {
        means.input(i, x);
        means.current(i, u);
        means.target(i, a);
        kernel.run(x, 0, added, 0);
        for (int n = 0; n < u.length; n++) {
          double theta = site.threshold().get(n / shape.area());
          double v = site.initialPotential().get(n / shape.area());
          for (int k = 0; k < 2 && theta > 0; k++) {
            double current = u[n] + (k == 0 ? 0 : added[n]);
            double count = Math.clamp(Math.floor((STEPS * current + v) / theta), 0, STEPS);
            errors[k] += Math.pow(theta * count / STEPS - a[n], 2);
          }
        }
      }
    }
    return errors;
  }

  private static Op.IntegrateFire site(float[] threshold) {
    float[] half = threshold.clone();
    for (int c = 0; c < half.length; c++) {
      half[c] /= 2;
    }
    return new Op.IntegrateFire(
        Weights.vector(threshold),
        Weights.filled(threshold.length, 0),
        Weights.vector(Objects.requireNonNull(half)));
  }
}
