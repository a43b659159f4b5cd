package org.rheobase.cli;

import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.ExitRequest;
import org.rheobase.error.MisuseException;
import picocli.CommandLine.Option;

/** When images may stop before the last step. */
final class ExitOptions {
  private static final String MARGIN = "margin:";
  private static final String LOSS = "loss:";

  @Option(
      names = "--exit",
      paramLabel = "RULE",
      description =
          "Stop an image when its prediction is settled: margin:VALUE, or loss:POINTS, which"
              + " calibrates the margin so that at most so many per cent of the predictions change;"
              + " see docs/formats.md. Default: all steps.")
  private @Nullable String exit;

  @Option(
      names = "--exit-data",
      paramLabel = "SPEC",
      description =
          "Images to calibrate --exit loss:POINTS on, not those of the test; labels do not matter.")
  private @Nullable String data;

  /** What was asked for; null for all steps. */
  @Nullable ExitRequest request() {
    if (exit == null) {
      if (data != null) {
        throw new MisuseException("--exit-data is for --exit loss:POINTS, which was not given");
      }
      return null;
    }
    if (exit.startsWith(MARGIN)) {
      if (data != null) {
        throw new MisuseException(
            "--exit-data is for --exit loss:POINTS; a margin that is given is not calibrated");
      }
      double margin = number(exit.substring(MARGIN.length()));
      if (margin >= 0) {
        return new ExitRequest.Margin(margin);
      }
    } else if (exit.startsWith(LOSS)) {
      double points = number(exit.substring(LOSS.length()));
      if (points > 0 && points <= 100) {
        if (data == null) {
          throw new MisuseException(
              "--exit "
                  + exit
                  + " needs images to calibrate the margin on; name them with --exit-data");
        }
        return new ExitRequest.Loss(points / 100, data);
      }
    }
    throw new MisuseException(
        "--exit: expected margin:VALUE from 0, or loss:POINTS above 0 and at most 100, found "
            + exit);
  }

  /** A finite number; else no number. */
  private static double number(String text) {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : Double.NaN;
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }
}
