package org.rheobase.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.data.Dataset;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.data.Shapes;
import org.rheobase.error.MisuseException;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.StopRule;

class MarginCalibrationTest {
  /** The last step of one image, from 1. */
  private static int stop(float[][] outputs, int countFrom, double margin) {
    StopRule rule = new MarginRule(margin).from(countFrom);
    for (int t = 1; t < outputs.length; t++) {
      if (rule.stopsAfter(t, outputs[t - 1])) {
        return t;
      }
    }
    return outputs.length;
  }

  private static boolean changes(float[][] outputs, int countFrom, double margin) {
    return Classification.predicted(outputs[stop(outputs, countFrom, margin) - 1])
        != Classification.predicted(outputs[outputs.length - 1]);
  }

  /** Averages of noise around a mean: {@code [images][T][classes]}, some outputs equal. */
  private static float[][][] outputs(long seed, int images, int steps) {
    Random random = new Random(seed);
    float[][][] all = new float[images][steps][4];
    for (float[][] image : all) {
      double[] mean = random.doubles(4, 0, 2).toArray();
      double[] sum = new double[4];
      for (int t = 0; t < steps; t++) {
        for (int k = 0; k < 4; k++) {
          sum[k] += Math.rint(4 * (mean[k] + random.nextGaussian())) / 4;
          image[t][k] = (float) (sum[k] / (t + 1));
        }
      }
    }
    return all;
  }

  @Property(tries = 200)
  void theMarginKeepsThePromiseOnTheCalibrationImages(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int images,
      @ForAll @IntRange(min = 1, max = 20) int steps,
      @ForAll @DoubleRange(min = 0.02, max = 1) double loss) {
    float[][][] all = outputs(seed, images, steps);
    if (loss * (images + 1) < 1) {
      return; // too few to promise anything
    }
    var chosen =
        MarginCalibration.choose(
            Arrays.stream(all).mapToDouble(o -> MarginCalibration.criticalMargin(o, 1)).toArray(),
            loss);
    assertThat(chosen.changed()).isLessThanOrEqualTo(loss);
    for (double factor : new double[] {1, 1.01, 1.3, 2, 10}) {
      double margin = chosen.rule().margin() * factor;
      long changed = Arrays.stream(all).filter(o -> changes(o, 1, margin)).count();
      assertThat((double) changed / images).isLessThanOrEqualTo(loss);
    }
  }

  @Property(tries = 300)
  void theCriticalMarginIsTheLargestThatChangesThePrediction(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int countFrom) {
    float[][] outputs = outputs(seed, 1, 12)[0];
    double critical = MarginCalibration.criticalMargin(outputs, countFrom);
    if (critical >= 0) {
      assertThat(changes(outputs, countFrom, critical)).isTrue();
    }
    for (double above : new double[] {Math.nextUp(critical), critical + 0.1, critical + 1, 100}) {
      assertThat(above >= 0 && changes(outputs, countFrom, above)).isFalse();
    }
  }

  @Test
  void anySmallerMarginThanTheOneChosenBreaksThePromiseUpToRounding() {
    float[][][] all = outputs(7, 200, 24);
    double[] critical =
        Arrays.stream(all).mapToDouble(o -> MarginCalibration.criticalMargin(o, 1)).toArray();
    double margin = MarginCalibration.choose(critical, 0.05).rule().margin();
    // (k + 1) / 201 may be 0.05 at most: nine images may change.
    assertThat(Arrays.stream(critical).filter(c -> c >= margin).count()).isEqualTo(9);
    assertThat(Arrays.stream(critical).filter(c -> c >= 0.998 * margin).count()).isGreaterThan(9);
  }

  @Test
  void noChangeAnywhereStopsAtTheFirstCountedStep() {
    assertThat(
            MarginCalibration.choose(new double[] {-1, -1, Double.NEGATIVE_INFINITY}, 0.5)
                .rule()
                .margin())
        .isZero();
    assertThat(MarginCalibration.choose(new double[] {1, 2, 3}, 1).rule().margin()).isZero();
  }

  @Test
  void tooFewImagesForThePromiseAreRefused() {
    Dataset data = new Shapes(1, Shapes.SIDE, 1).dataset(198);
    assertThatThrownBy(() ->
            MarginCalibration.calibrate(
                () -> {
                  throw new AssertionError("nothing is simulated");
                },
                data,
                PreprocessingFile.parse("size: [32, 32]", "p.yaml"),
                8,
                1,
                0.005,
                1,
                ProgressListener.NONE))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("0.5 points")
        .hasMessageContaining("199 at least");
  }

  @Test
  void leadsGrowWithTheRootOfTheCountedSteps() {
    assertThat(MarginRule.lead(new float[] {1, 5, 2}, 4)).isEqualTo(6);
    assertThat(MarginRule.lead(new float[] {5, 5, 2}, 4)).isZero();
    assertThat(MarginRule.lead(new float[] {5}, 1)).isInfinite();
    assertThat(MarginRule.lead(new float[] {1, Float.NaN}, 1)).isNaN();
  }

  @Test
  void imagesStopNeitherBeforeTheFirstCountedStepNorWithoutTheMargin() {
    StopRule rule = new MarginRule(3).from(5);
    float[] outputs = {0, 2};
    assertThat(rule.stopsAfter(4, outputs)).isFalse();
    assertThat(rule.stopsAfter(5, outputs)).isFalse();
    assertThat(rule.stopsAfter(7, outputs)).isTrue();
    assertThat(rule.stopsAfter(9, new float[] {Float.NaN, 2})).isFalse();
    assertThat(new MarginRule(Double.POSITIVE_INFINITY).from(1).stopsAfter(9, outputs)).isFalse();
  }

  @Test
  void aMarginIsNeverNegative() {
    assertThatThrownBy(() -> new MarginRule(-1)).isInstanceOf(MisuseException.class);
    assertThatThrownBy(() -> new MarginRule(Double.NaN)).isInstanceOf(MisuseException.class);
  }
}
