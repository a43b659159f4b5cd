package org.rheobase.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.GraphBuilding;
import org.rheobase.ShapeImages;
import org.rheobase.calibrate.Calibration;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.parallel.ProgressListener;

/** Bias and potential calibration beside the sums that their formulas name. */
class GapCorrectionTest {
  private static final int STEPS = 6;
  private static final int IMAGES = 5;
  private static final Preprocessing PREPROCESSING = ShapeImages.stretchedTo(6);

  /** S1 section 4.3: {@code v(0) = T (mean(a) - mean(s))}, the means over images. */
  @ParameterizedTest
  @CsvSource({"NEURON, false", "NEURON, true", "CHANNEL, false", "LAYER, true"})
  void initialPotentialsAreTheGapTimesTheSteps(Calibration.Potential.Extent extent, boolean onTop) {
    Calibration potential = new Calibration.Potential(extent, onTop);
    sweep(site -> {
      Op.IntegrateFire old = site.parameters();
      int channels = old.threshold().size();
      int area = site.site().shape().area();
      Weights start = onTop ? old.initialPotential() : Weights.filled(channels, 0);
      Response response = site.measure(old.withInitialPotential(start), 1);
      Weights found = potential.apply(site, 4).site().initialPotential();
      int group =
          switch (extent) {
            case NEURON -> 1;
            case CHANNEL -> area;
            case LAYER -> channels * area;
          };
      assertThat(found.size())
          .isEqualTo(extent == Calibration.Potential.Extent.NEURON ? channels * area : channels);
      for (int n = 0; n < channels * area; n++) {
        int first = n / group * group;
        double expected = start.get(n / area);
        for (int m = first; m < first + group; m++) {
          double theta = old.threshold().get(m / area);
          double gap = response.targets()[m] - theta * response.spikes()[m] / STEPS;
          expected += STEPS * gap / IMAGES / group;
        }
        assertThat((double) found.get(found.size() == channels ? n / area : n))
            .isCloseTo(expected, within(1e-4));
      }
      return potential.apply(site, 4);
    });
  }

  /** S1 section 4.2: {@code b += mean(a) - mean(s)}, the means over images and positions. */
  @ParameterizedTest
  @CsvSource({"ALL, 1", "COUNTED, 4"})
  void biasesGrowByTheGap(Calibration.Window window, int from) {
    Calibration bias = new Calibration.Bias(1, window);
    sweep(site -> {
      Op.IntegrateFire old = site.parameters();
      int area = site.site().shape().area();
      Response response = site.measure(old, from);
      Op.IntegrateFire found = bias.apply(site, 4).site();
      for (int c = 0; c < old.threshold().size(); c++) {
        double expected = old.biasCurrent().get(c);
        for (int n = c * area; n < (c + 1) * area; n++) {
          double output = old.threshold().get(c) * response.spikes()[n] / (STEPS - from + 1);
          expected += (response.targets()[n] - output) / IMAGES / area;
        }
        assertThat((double) found.biasCurrent().get(c)).isCloseTo(expected, within(1e-4));
      }
      return bias.apply(site, 4);
    });
  }

  private static void sweep(SpikeSweep.Visitor visitor) {
    GraphBuilding building = new GraphBuilding(5, 3, 6, 6);
    building.conv("first", "image", 3, Window.of(3, 3));
    building.site("one", "first", 1.5f, 2, 1);
    building.conv("second", "one", 2, Window.of(2, 2));
    building.site("two", "second", 1, 2.5f);
    Graph snn = building.graph("two");
    Graph ann =
        new Graph(
            snn.name(),
            snn.nodes().stream().map(GapCorrectionTest::artificial).toList(),
            snn.outputs());
    try (SpikeSweep sweep =
        new SpikeSweep(new SpikeSweep.Settings(new JavaBackend(), 1, 1L << 24))) {
      sweep.run(
          ann,
          snn,
          new CalibrationImages(DataSpec.parse("shapes:5,seed=3"), PREPROCESSING, IMAGES, 0),
          STEPS,
          4,
          ProgressListener.NONE,
          "test",
          visitor);
    }
  }

  private static Node artificial(Node node) {
    return node.op() instanceof Op.IntegrateFire
        ? node.withOp(new Op.Relu(Float.POSITIVE_INFINITY))
        : node;
  }
}
