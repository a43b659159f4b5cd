package org.rheobase.task;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.error.MisuseException;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;
import org.rheobase.sim.SpikingNetwork;

/**
 * Finds the smallest margin that keeps a promise: of new images like the calibration images, at
 * most a share {@code loss} is expected to be given another class than after all steps, so that the
 * accuracy falls by at most that share. Labels are not needed. This is conformal risk control
 * (Angelopoulos, Bates, Fisch, Lei and Schuster 2022, equation 4) with the loss "another class at
 * this or some larger margin", which is monotone as the theorem demands.
 */
public final class MarginCalibration {
  /**
   * Margins are rounded up to so many digits: a rounded one can be said and typed, and does not
   * hang on the last bit of the outputs of one kernel.
   */
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.CEILING);

  private MarginCalibration() {}

  /**
   * A calibrated rule.
   *
   * @param loss that was promised, a fraction of one
   * @param images that it was calibrated on
   * @param changed share of these images that get another class than after all steps, at this
   *     margin or a larger one
   */
  public record Calibrated(MarginRule rule, double loss, int images, double changed) {}

  /**
   * Simulates all steps of every image and chooses the margin.
   *
   * @param loss a fraction of one, above 0
   * @throws MisuseException if there are too few images to promise so small a loss
   */
  public static Calibrated calibrate(
      SpikingNetwork network,
      Dataset data,
      Preprocessing preprocessing,
      int steps,
      int countFrom,
      double loss,
      int threads,
      ProgressListener progress) {
    if (!(loss > 0 && loss <= 1)) {
      throw new MisuseException("expected a loss above 0 and at most 1, found " + loss);
    }
    if (mayChange(data.size(), loss) < 0) {
      throw new MisuseException(
          "a loss of at most "
              + 100 * loss
              + " points cannot be promised from "
              + data.size()
              + " images; it takes "
              + (int) Math.ceil(1 / loss - 1)
              + " at least");
    }
    double[] critical = new double[data.size()];
    progress.stage("calibrating the exit", data.size());
    Workers.forEach(
        data.size(),
        threads,
        network::newSimulator,
        (simulator, i) -> {
          float[] image = preprocessing.apply(data.get(i));
          critical[i] = criticalMargin(simulator.run(image, steps, countFrom).outputs(), countFrom);
          progress.advance(1);
        });
    return choose(critical, loss);
  }

  /**
   * The largest margin at which an image is given another class than after all steps; negative
   * where there is none.
   *
   * @param outputs {@code [T][classes]}, predictions by step
   */
  static double criticalMargin(float[][] outputs, int countFrom) {
    int last = Classification.predicted(outputs[outputs.length - 1]);
    double reached = Double.NEGATIVE_INFINITY;
    double critical = Double.NEGATIVE_INFINITY;
    // The last step ends the image whatever its lead, and with the right class.
    for (int t = countFrom; t < outputs.length; t++) {
      double lead = MarginRule.lead(outputs[t - 1], t - countFrom + 1);
      // Margins up to what was reached before stop the image earlier than here.
      if (lead > reached) {
        reached = lead;
        critical = Classification.predicted(outputs[t - 1]) == last ? critical : lead;
      }
    }
    return critical;
  }

  /**
   * The smallest margin that keeps the promise.
   *
   * @param critical of every calibration image
   */
  static Calibrated choose(double[] critical, double loss) {
    double[] sorted = critical.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    int mayChange = mayChange(n, loss);
    // Above this one, no more images are changed than may be.
    double tooSmall = mayChange < n ? sorted[n - 1 - mayChange] : Double.NEGATIVE_INFINITY;
    double margin = tooSmall < 0 ? 0 : roundedUp(Math.nextUp(tooSmall));
    long changed = Arrays.stream(critical).filter(c -> c >= margin).count();
    return new Calibrated(new MarginRule(margin), loss, n, (double) changed / n);
  }

  /**
   * So many of n images may be given another class: of a further image the same is then expected
   * with a probability of {@code loss} at most.
   */
  private static int mayChange(int n, double loss) {
    // Ten digits more than anybody types: 0.29 * 100 is not quite 29.
    return (int) Math.floor(loss * (n + 1) + 1e-9) - 1;
  }

  private static double roundedUp(double margin) {
    return Double.isInfinite(margin) ? margin : new BigDecimal(margin).round(DIGITS).doubleValue();
  }
}
