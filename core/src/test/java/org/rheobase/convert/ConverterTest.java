package org.rheobase.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.GraphBuilding;
import org.rheobase.ShapeImages;
import org.rheobase.calibrate.Calibration;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.JavaBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Window;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.SpikeSweep;

/** What a conversion says about each site. */
class ConverterTest {
  private static final Preprocessing PREPROCESSING = ShapeImages.stretchedTo(8);

  /** A fitted readout leaves all sites as they are, and takes other numbers of images. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20})
  void errorsBeforeAndAfterAreThoseOfTheSameImages(int images) {
    Conversion conversion = convert(images, new Calibration.Readout(0.1));
    assertThat(conversion.sites())
        .hasSize(2)
        .allSatisfy(site -> {
          assertThat(site.errorBefore()).isPositive();
          assertThat(site.errorAfter()).isEqualTo(site.errorBefore());
        });
    assertThat(conversion.sites()).isEqualTo(convert(images).sites());
  }

  /** The second site's error before calibration is not that behind a calibrated first one. */
  @ParameterizedTest
  @ValueSource(strings = {"bias[rounds=2]", "potential", "weight[iterations=5,rate=0.1]"})
  void errorsBeforeAreThoseWithoutAnyCalibration(String calibration) {
    List<Double> without = convert(4).sites().stream().map(Conversion.Site::errorBefore).toList();
    Conversion with = convert(4, Calibration.parse(calibration));
    assertThat(with.sites().stream().map(Conversion.Site::errorBefore)).isEqualTo(without);
    assertThat(with.sites())
        .anySatisfy(site -> assertThat(site.errorAfter()).isNotEqualTo(site.errorBefore()));
  }

  private static Conversion convert(int images, Calibration... calibrate) {
    GraphBuilding building = new GraphBuilding(3, 3, 8, 8);
    building.conv("first", "image", 4, Window.of(3, 3));
    building.relu("one", "first");
    building.conv("second", "one", 5, Window.of(3, 3));
    building.relu("two", "second");
    building.flatten("flat", "two");
    building.linear("logits", "flat", 4);
    Graph ann = building.graph("logits");
    Recipe d = Recipe.DEFAULT;
    Recipe recipe =
        new Recipe(
            d.threshold(),
            d.thresholdScale(),
            d.granularity(),
            8,
            d.neuron(),
            d.initialPotential(),
            d.shift(),
            d.averagePool(),
            d.weights(),
            List.of(calibrate),
            new Recipe.Images(16, 16, images, images, images, images),
            d.augment(),
            d.countFrom(),
            0);
    return Converter.convert(
        ann,
        recipe,
        DataSpec.parse("shapes:24,seed=3"),
        PREPROCESSING,
        new SpikeSweep.Settings(new JavaBackend(), 1, 1L << 24),
        ProgressListener.NONE);
  }
}
