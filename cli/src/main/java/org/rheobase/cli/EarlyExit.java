package org.rheobase.cli;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.ExitRequest;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.ExitReport;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.SpikingNetwork;
import org.rheobase.task.Anytime;
import org.rheobase.task.MarginCalibration;
import org.rheobase.task.MarginCalibration.Calibrated;
import org.rheobase.task.MarginRule;

/**
 * The rule that stops images.
 *
 * @param calibrated how it was found; null where it was given
 */
record EarlyExit(MarginRule rule, @Nullable Calibrated calibrated) {

  /** Calibrates the rule where that was asked for. */
  static EarlyExit of(
      ExitRequest request,
      SpikingNetwork network,
      Preprocessing preprocessing,
      RunLength length,
      int threads,
      ProgressListener progress) {
    return switch (request) {
      case ExitRequest.Margin margin -> new EarlyExit(new MarginRule(margin.value()), null);
      case ExitRequest.Loss loss -> {
        Calibrated calibrated =
            MarginCalibration.calibrate(
                network,
                DataSpec.parse(loss.data()),
                preprocessing,
                length.steps(),
                length.countFrom(),
                loss.share(),
                threads,
                progress);
        yield new EarlyExit(calibrated.rule(), calibrated);
      }
    };
  }

  ExitReport.Rule report() {
    return new ExitReport.Rule(
        Double.isFinite(rule.margin()) ? rule.margin() : null,
        calibrated == null
            ? null
            : new ExitReport.Promise(calibrated.loss(), calibrated.images(), calibrated.changed()));
  }

  /**
   * Simulates labelled images until they stop.
   *
   * @param predictions after all steps
   */
  ExitReport evaluate(
      SpikingNetwork network,
      Dataset data,
      Preprocessing preprocessing,
      RunLength length,
      int[] predictions,
      int threads,
      ProgressListener progress) {
    long start = System.nanoTime();
    Anytime.Score score =
        Anytime.evaluate(
            network,
            data,
            preprocessing,
            length.steps(),
            length.countFrom(),
            rule,
            predictions,
            threads,
            progress);
    double seconds = (System.nanoTime() - start) / 1e9;
    double images = score.images();
    return new ExitReport(
        report(),
        score.top1(),
        score.unchanged() / images,
        score.meanSteps(),
        Arrays.stream(score.stops()).boxed().toList(),
        new EvaluateReport.Operations(score.macs() / images, score.sops() / images),
        seconds,
        images / seconds);
  }
}
