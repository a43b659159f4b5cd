package org.rheobase.cli;

import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.Backend;
import org.rheobase.cli.Engine.ExitRequest;
import org.rheobase.sim.Kernel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a network is run. */
final class SimulationOptions {
  @Option(
      names = {"-T", "--steps"},
      paramLabel = "N",
      description = "Time steps. Default: what the network was made for.")
  private @Nullable Integer steps;

  @Option(
      names = "--count-from",
      paramLabel = "N",
      description = "First step whose output counts. Default: what the network was made for.")
  private @Nullable Integer countFrom;

  @Option(
      names = "--kernel",
      paramLabel = "KIND",
      description =
          "What runs the spiking network: ${COMPLETION-CANDIDATES}; same results, see"
              + " docs/formats.md.")
  private Kernel kernel = Kernel.AUTO;

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description = "What runs an artificial network: ${COMPLETION-CANDIDATES}.")
  private Backend backend = Backend.AUTO;

  @Mixin private ExitOptions exit = new ExitOptions();

  /** Refuses numbers of steps that cannot be. */
  void check() {
    RunLength.check(steps, countFrom);
  }

  @Nullable Integer steps() {
    return steps;
  }

  @Nullable Integer countFrom() {
    return countFrom;
  }

  @Nullable ExitRequest exit() {
    return exit.request();
  }

  Kernel kernel() {
    return kernel;
  }

  Backend backend() {
    return backend;
  }
}
