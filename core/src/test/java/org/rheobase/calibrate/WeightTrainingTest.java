package org.rheobase.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.GraphBuilding;
import org.rheobase.ShapeImages;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.JavaBackend;
import org.rheobase.dense.TrainableConvolution;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.Correction;
import org.rheobase.sweep.LayerMeans;
import org.rheobase.sweep.SiteRun;
import org.rheobase.sweep.SpikeSweep;

class WeightTrainingTest {
  private static final int STEPS = 8;
  private static final int IMAGES = 24;
  private static final int COUNT_FROM = 5;
  private static final Preprocessing PREPROCESSING = ShapeImages.stretchedTo(8);

  /** The first layer spikes too rarely, and the second makes up for it. */
  @ParameterizedTest
  @CsvSource({
    "'weight[iterations=200,rate=0.03,relative=true,batch=8]', 1",
    "'weight[iterations=200,rate=0.03,relative=true,batch=8,over=counted]', 5",
    "'weight[iterations=200,rate=0.01,batch=24,optimizer=sgd]', 1"
  })
  void weightsFollowTheErrorOfMeanInputsDownwards(String calibration, int from) {
    Graph snn = network();
    double before = error(snn, from);
    Calibration weight = Calibration.parse(calibration);
    Graph trained =
        sweep(
            snn,
            site ->
                site.site().name().equals("two")
                    ? weight.apply(site, COUNT_FROM)
                    : Correction.of(site.parameters()));
    assertThat(trained.node("first")).isEqualTo(snn.node("first"));
    assertThat(error(trained, from)).isLessThan(0.9 * before);
  }

  /** 20 images are two whole shards and a part of one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theFirstStepGoesAgainstTheGradientOfAllImages(int threads) {
    Calibration weight = Calibration.parse("weight[iterations=1,rate=0.03,batch=20,optimizer=sgd]");
    float[] gradient = new float[3 * 4 * 9];
    Graph snn = network();
    Graph trained =
        sweep(
            snn,
            20,
            threads,
            site -> {
              if (site.site().name().equals("one")) {
                return Correction.of(site.parameters());
              }
              gradient(site, gradient);
              return weight.apply(site, COUNT_FROM);
            });
    float[] before = ((Op.Conv) snn.node("second").op()).weight().values();
    float[] after = ((Op.Conv) trained.node("second").op()).weight().values();
    double dot = 0;
    double moved = 0;
    double steep = 0;
    for (int i = 0; i < gradient.length; i++) {
      double change = (double) after[i] - before[i];
      dot -= change * gradient[i];
      moved += change * change;
      steep += (double) gradient[i] * gradient[i];
    }
    assertThat(moved).isPositive();
    assertThat(dot / Math.sqrt(moved * steep)).isCloseTo(1, within(1e-5));
  }

  @Test
  void weightsDoNotDependOnTheNumberOfThreads() {
    Calibration weight =
        Calibration.parse("weight[iterations=20,rate=0.03,relative=true,batch=20]");
    Graph[] trained = new Graph[2];
    for (int k = 0; k < 2; k++) {
      trained[k] = sweep(network(), IMAGES, 1 + 2 * k, site -> weight.apply(site, COUNT_FROM));
    }
    assertThat(((Op.Conv) trained[1].node("second").op()).weight().values())
        .containsExactly(((Op.Conv) trained[0].node("second").op()).weight().values());
  }

  /** The gradient of the second layer's weights, in one pass. */
  private static void gradient(SiteRun site, float[] gradient) {
    Node layer = site.network().node("second");
    int neurons = site.site().shape().size();
    RateModel model =
        new RateModel(site.parameters(), STEPS, neurons, site.site().shape().area(), true);
    try (LayerMeans means = site.means(layer, 1);
        TrainableConvolution convolution =
            new JavaBackend().trainable((Op.Conv) layer.op(), Shape.of(4, 6, 6), means.images())) {
      float[][] inputs = new float[means.images()][4 * 6 * 6];
      float[][] added = new float[means.images()][neurons];
      float[] current = new float[neurons];
      float[] target = new float[neurons];
      for (int i = 0; i < inputs.length; i++) {
        means.input(i, inputs[i]);
      }
      convolution.forward(inputs.length, new float[gradient.length], inputs, added);
      for (int i = 0; i < inputs.length; i++) {
        means.current(i, current);
        means.target(i, target);
        model.error(current, added[i], target);
      }
      convolution.weightGradient(added, gradient);
    }
  }

  private static Graph network() {
    GraphBuilding building = new GraphBuilding(3, 3, 8, 8);
    building.conv("first", "image", 4, Window.of(3, 3));
    building.site("one", "first", 1, 1, 1, 1);
    building.conv("second", "one", 3, Window.of(3, 3));
    building.site("two", "second", 3, 3, 3);
    return building.graph("two");
  }

  /** {@link RateModel}'s error of the second site, over all images. */
  private static double error(Graph snn, int from) {
    double[] error = new double[1];
    sweep(
        snn,
        site -> {
          if (site.site().name().equals("two")) {
            error[0] = error(site, from);
          }
          return Correction.of(site.parameters());
        });
    return error[0];
  }

  private static double error(SiteRun site, int from) {
    int neurons = site.site().shape().size();
    RateModel model =
        new RateModel(
            site.parameters(), STEPS - from + 1, neurons, site.site().shape().area(), true);
    float[] current = new float[neurons];
    float[] target = new float[neurons];
    double error = 0;
    try (LayerMeans means = site.means(site.network().node("second"), from)) {
      for (int i = 0; i < means.images(); i++) {
        means.current(i, current);
        means.target(i, target);
        error += model.error(current, new float[neurons], target);
      }
    }
    return error;
  }

  private static Graph sweep(Graph snn, SpikeSweep.Visitor visitor) {
    return sweep(snn, IMAGES, 1, visitor);
  }

  private static Graph sweep(Graph snn, int images, int threads, SpikeSweep.Visitor visitor) {
    Graph network = network();
    Graph ann =
        new Graph(
            network.name(),
            network.nodes().stream().map(WeightTrainingTest::artificial).toList(),
            network.outputs());
    try (SpikeSweep sweep =
        new SpikeSweep(new SpikeSweep.Settings(new JavaBackend(), threads, 1L << 24))) {
      return sweep
          .run(
              ann,
              snn,
              new CalibrationImages(DataSpec.parse("shapes:24,seed=3"), PREPROCESSING, images, 0),
              STEPS,
              COUNT_FROM,
              ProgressListener.NONE,
              "test",
              visitor)
          .snn();
    }
  }

  private static Node artificial(Node node) {
    return node.op() instanceof Op.IntegrateFire
        ? node.withOp(new Op.Relu(Float.POSITIVE_INFINITY))
        : node;
  }
}
