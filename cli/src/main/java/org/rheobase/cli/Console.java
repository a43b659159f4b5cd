package org.rheobase.cli;

import java.io.PrintStream;
import org.rheobase.cli.report.Progress;

/**
 * Where a command talks: results to {@code out}, everything else to {@code err}.
 *
 * @param terminal whether a human watches {@code err}
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {

  /** A progress line; silent when nobody watches or the user asked for quiet. */
  Progress progress(CommonOptions options) {
    return new Progress(err, terminal && !options.quiet());
  }

  /** A remark that is not the result. */
  void note(CommonOptions options, String sentence) {
    if (!options.quiet()) {
      err.println("rheobase: " + sentence);
    }
  }
}
