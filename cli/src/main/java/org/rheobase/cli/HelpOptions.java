package org.rheobase.cli;

import picocli.CommandLine.Option;

/** The options that the program and every command have. */
@SuppressWarnings("UnusedVariable") // picocli reads some options by itself
final class HelpOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;
}
