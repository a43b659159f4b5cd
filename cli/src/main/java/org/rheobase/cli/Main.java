package org.rheobase.cli;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program {@code rheobase}. */
public final class Main {
  /** The launcher says here where stderr is a terminal: stderr itself passes its filter. */
  private static final String TERMINAL = "rheobase.terminal";

  private Main() {}

  public static void main(String[] args) {
    PrintStream terminal = terminal();
    PrintStream err = terminal == null ? System.err : terminal;
    System.setErr(err);
    int exitCode = run(args, new Console(System.out, err, terminal != null), new LibraryEngine());
    System.out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /**
   * Runs one command in this process, without progress.
   *
   * @param out takes the result
   * @param err takes remarks and failures
   * @return the exit code: 0 done, 1 failed, 2 misuse, 3 unsupported model, 4 unreadable data
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, new Console(out, err, false), new LibraryEngine());
  }

  static int run(String[] args, Console console, Engine engine) {
    CommandLine commandLine = commandLine(console, engine);
    Failures failures = new Failures(console.err());
    commandLine.setParameterExceptionHandler((e, _) -> failures.misuse(e));
    commandLine.setExecutionExceptionHandler((e, command, _) -> failures.report(e, debug(command)));
    try {
      return commandLine.execute(args);
    } catch (Error e) {
      return failures.report(e, java.util.List.of(args).contains("--debug"));
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  static CommandLine commandLine(Console console, Engine engine) {
    CommandLine root =
        new CommandLine(new Root())
            .addSubcommand(new DemoCommand(console, engine))
            .addSubcommand(new InspectCommand(console, engine))
            .addSubcommand(new ConvertCommand(console, engine))
            .addSubcommand(new EvaluateCommand(console, engine))
            .addSubcommand(new RunCommand(console, engine))
            .addSubcommand(new CompareCommand(console, engine))
            .addSubcommand(new BenchCommand(console, engine))
            .setUsageHelpAutoWidth(false)
            .setOut(writer(console.out()))
            .setErr(writer(console.err()));
    Choice.register(root);
    String version = "rheobase " + version();
    root.getCommandSpec().version(version);
    for (CommandLine command : root.getSubcommands().values()) {
      command.getCommandSpec().version(version);
      command.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
    }
    return root;
  }

  @Command(
      name = "rheobase",
      synopsisSubcommandLabel = "COMMAND",
      description =
          "Turns a trained convolutional network into a spiking one, without training, and measures"
              + " both.",
      footer = {
        "",
        "Exit codes: 0 done, 1 failed, 2 misuse, 3 unsupported model, 4 unreadable data.",
        "",
        "Example:",
        "  rheobase demo"
      })
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private static final class Root {
    @Mixin private HelpOptions help = new HelpOptions();
  }

  private static boolean debug(CommandLine command) {
    var parsed = command.getParseResult();
    return parsed != null && parsed.hasMatchedOption("--debug");
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  /** The version of the build, from a file that the build fills in. */
  static String version() {
    try (InputStream file = Main.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(file, "version.properties"));
      return properties.getProperty("version", "?");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable PrintStream terminal() {
    String device = System.getProperty(TERMINAL);
    if (device == null) {
      return null;
    }
    try {
      return new PrintStream(
          new FileOutputStream(device, true),
          true,
          Charset.forName(System.getProperty("stderr.encoding", "UTF-8")));
    } catch (FileNotFoundException _) {
      return null; // a terminal of another user; messages still arrive through the filter
    }
  }
}
