package org.rheobase.sim;

import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;

/** Chooses how a spiking graph is simulated. */
public final class Simulators {
  private Simulators() {}

  /**
   * A compiled network and why it was compiled that way.
   *
   * @param kernel never {@link Kernel#AUTO}
   * @param reason one sentence
   */
  public record Compiled(SpikingNetwork network, Kernel kernel, String reason)
      implements SpikingNetwork {
    @Override
    public Simulator newSimulator() {
      return network.newSimulator();
    }
  }

  /**
   * Compiles a spiking graph.
   *
   * @throws MisuseException if {@code snn} has no site, or if {@link Kernel#EVENT} is asked for and
   *     cannot run
   */
  public static Compiled compile(Graph snn, Kernel kernel) {
    SpikingStructure structure = SpikingStructure.of(snn);
    return switch (kernel) {
      case SCALAR ->
          new Compiled(
              ReferenceNetwork.of(structure), Kernel.SCALAR, "the scalar kernel was asked for");
      case EVENT ->
          new Compiled(
              IntegerNetwork.of(structure, Loops.best()),
              Kernel.EVENT,
              "the event-driven kernel was asked for");
      case AUTO -> automatic(structure);
    };
  }

  private static Compiled automatic(SpikingStructure structure) {
    try {
      return new Compiled(
          IntegerNetwork.of(structure, Loops.best()), Kernel.EVENT, "the network is quantised");
    } catch (MisuseException e) {
      return new Compiled(
          ReferenceNetwork.of(structure), Kernel.SCALAR, String.valueOf(e.getMessage()));
    }
  }
}
