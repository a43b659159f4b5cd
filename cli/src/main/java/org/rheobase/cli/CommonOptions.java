package org.rheobase.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.error.MisuseException;
import org.rheobase.parallel.Workers;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that every command has. */
@SuppressWarnings("UnusedVariable") // picocli reads some options by itself
final class CommonOptions {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON to FILE.")
  private @Nullable Path json;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to work with; results do not depend on it. Default: all processors.")
  private int threads = Workers.defaultThreads();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Choice of images and other random choices; 0 (default) takes file order.")
  private long seed;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress bar and no remarks, only the result.")
  private boolean quiet;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  private boolean debug;

  @Mixin private HelpOptions help = new HelpOptions();

  int threads() {
    if (threads < 1) {
      throw new MisuseException("--threads " + threads + " is below 1; expected 1 or more");
    }
    return threads;
  }

  long seed() {
    return seed;
  }

  boolean quiet() {
    return quiet;
  }

  /** Reserves the JSON file, when one was asked for; the result writes the report into it. */
  JsonOutput jsonOutput(Outputs outputs) {
    if (json == null) {
      return _ -> {};
    }
    var file = outputs.file(json);
    return report -> file.write(JsonReport.bytes(report));
  }

  /** Takes the report that a command made. */
  interface JsonOutput {
    void write(Object report);
  }
}
