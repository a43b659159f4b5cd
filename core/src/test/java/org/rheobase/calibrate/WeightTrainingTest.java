package org.rheobase.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.GraphBuilding;
import org.rheobase.ShapeImages;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
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
    Graph network = network();
    Graph ann =
        new Graph(
            network.name(),
            network.nodes().stream().map(WeightTrainingTest::artificial).toList(),
            network.outputs());
    try (SpikeSweep sweep =
        new SpikeSweep(new SpikeSweep.Settings(new JavaBackend(), 1, 1L << 24))) {
      return sweep
          .run(
              ann,
              snn,
              new CalibrationImages(DataSpec.parse("shapes:24,seed=3"), PREPROCESSING, IMAGES, 0),
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
