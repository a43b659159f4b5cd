package org.rheobase.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.EvaluateReport.Operations;

/**
 * What became of images that stopped as soon as their predictions were settled.
 *
 * @param rule that stopped them
 * @param metric the task's measure of quality at the steps at which images stopped
 * @param unchanged share of images whose prediction is that after all steps
 * @param meanSteps per image
 * @param stops for every time step, how many images stopped after it
 * @param operations per image
 * @param seconds wall-clock time, calibration of the rule not included
 */
public record ExitReport(
    Rule rule,
    double metric,
    double unchanged,
    double meanSteps,
    List<Integer> stops,
    Operations operations,
    double seconds,
    double imagesPerSecond) {

  /**
   * When an image stops.
   *
   * @param margin by which the largest output leads the second, times the square root of the number
   *     of counted steps; null where no image stops early
   * @param promise what the margin was calibrated to; null where it was given
   */
  public record Rule(@Nullable Double margin, @Nullable Promise promise) {
    /** One line. */
    public String text() {
      String text =
          "margin " + (margin == null ? "-" : String.format(java.util.Locale.ROOT, "%.4g", margin));
      return promise == null
          ? text
          : text
              + " (promise: at most "
              + Numbers.percent(promise.loss())
              + " change, from "
              + promise.images()
              + " images)";
    }
  }

  /**
   * A calibrated margin's promise.
   *
   * @param loss share of predictions that may differ from those after all steps
   * @param images that the margin was calibrated on
   * @param changed share of those images whose prediction differs
   */
  public record Promise(double loss, int images, double changed) {}

  /** The step by which a share of all images has stopped. */
  int quantile(double share) {
    int images = stops.stream().mapToInt(Integer::intValue).sum();
    int seen = 0;
    for (int t = 1; t < stops.size(); t++) {
      seen += stops.get(t - 1);
      if (seen >= share * images) {
        return t;
      }
    }
    return stops.size();
  }
}
