package org.rheobase.cli;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rheobase.error.RheobaseException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Every failure as one sentence on stderr and an exit code. */
final class Failures {
  private static final int FAILED = 1;
  private static final int MISUSE = 2;

  private final PrintStream err;

  Failures(PrintStream err) {
    this.err = err;
  }

  /** What a command threw. */
  int report(Throwable failure, boolean debug) {
    if (debug) {
      failure.printStackTrace(err);
    }
    return switch (failure) {
      case RheobaseException e -> {
        say(String.valueOf(e.getMessage()));
        yield e.exitCode();
      }
      case OutOfMemoryError e -> {
        say(
            "out of memory ("
                + e.getMessage()
                + "); use fewer --threads (and less --memory, where calibrations run), or give Java more"
                + " with RHEOBASE_JAVA_OPTS=-Xmx12g");
        yield FAILED;
      }
      default -> {
        say(
            "internal error ("
                + failure
                + ")"
                + (debug ? "" : "; run again with --debug to see where"));
        yield FAILED;
      }
    };
  }

  /** A command line that does not parse. */
  int misuse(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    say(complaint(failure) + "; see " + command + " --help");
    return MISUSE;
  }

  private static String complaint(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    boolean atRoot = command.getParent() == null;
    // A misspelt option also leaves the right one missing; the misspelling is the cause.
    List<String> unknown =
        failure instanceof UnmatchedArgumentException e
            ? e.getUnmatched()
            : command.getUnmatchedArguments();
    if (!unknown.isEmpty()) {
      return unknown(unknown.getFirst(), command.getCommandSpec(), atRoot);
    }
    String message = String.valueOf(failure.getMessage()).strip();
    if (atRoot && message.startsWith("Missing required subcommand")) {
      return "no command given; expected " + commands(failure);
    }
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static String unknown(String argument, CommandSpec command, boolean atRoot) {
    if (argument.startsWith("-")) {
      String name = argument.replaceFirst("=.*", "");
      return "unknown option " + name + suggestion(name, command.optionsMap().keySet());
    }
    return atRoot
        ? "unknown command " + argument + suggestion(argument, command.subcommands().keySet())
        : "unexpected argument " + argument;
  }

  private static String suggestion(String word, Collection<String> candidates) {
    List<String> near = Spelling.near(word, candidates);
    return near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
  }

  private static String commands(ParameterException failure) {
    return failure.getCommandLine().getSubcommands().keySet().stream()
        .collect(Collectors.joining(", "));
  }

  private void say(String sentence) {
    err.println("rheobase: " + sentence.replaceAll("\\s*\\R\\s*", " "));
  }
}
