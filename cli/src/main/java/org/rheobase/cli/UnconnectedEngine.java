package org.rheobase.cli;

import java.nio.file.Path;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.error.FailureException;

/** Stands where the library will be connected; see {@code Main.main}. */
final class UnconnectedEngine implements Engine {
  @Override
  public InspectReport inspect(Path model) {
    throw missing("inspect");
  }

  @Override
  public ConvertReport convert(ConvertRequest request, Path target, Progress progress) {
    throw missing("convert");
  }

  @Override
  public EvaluateReport evaluate(EvaluateRequest request, Progress progress) {
    throw missing("evaluate");
  }

  @Override
  public DemoData demo(Path target, long seed, Progress progress) {
    throw missing("demo");
  }

  private static FailureException missing(String command) {
    return new FailureException(command + " is not connected to the library yet");
  }
}
