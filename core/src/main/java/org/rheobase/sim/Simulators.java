package org.rheobase.sim;

import org.rheobase.dense.DenseBackends;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;

/** Chooses how a spiking graph is simulated. */
public final class Simulators {
  private Simulators() {}

  /**
   * A compiled network and why it was compiled that way.
   *
   * @param kernel {@link Kernel#AUTO} where layers have more than one way
   * @param reason one sentence
   */
  public record Compiled(SpikingNetwork network, Kernel kernel, String reason)
      implements SpikingNetwork {
    @Override
    public Simulator newSimulator() {
      return network.newSimulator();
    }

    @Override
    public Simulator newSimulator(int threads) {
      return network.newSimulator(threads);
    }
  }

  /** Whether {@link Kernel#DENSE} is more than plain Java here. */
  public static boolean multipliesBytes() {
    return !DenseBackends.best().name().equals("java");
  }

  /** Whether this machine has vectors for {@link Kernel#LOOKUP}; else it is slow. */
  public static boolean looksUp() {
    return Loops.best().lookups().areFast();
  }

  /**
   * Whether {@link Kernel#LOOKUP} does some layer of a network by lookups.
   *
   * @throws MisuseException as {@link #compile(Graph, Kernel, CostModel)}
   */
  public static boolean looksUp(Graph snn) {
    return IntegerNetwork.of(SpikingStructure.of(snn), Kernels.best(CostModel.LOOKUP)).looksUp();
  }

  /**
   * Compiles a spiking graph; the automatic choice goes by {@link CostModel#typical}.
   *
   * @throws MisuseException as {@link #compile(Graph, Kernel, CostModel)}
   */
  public static Compiled compile(Graph snn, Kernel kernel) {
    return compile(snn, kernel, CostModel.typical());
  }

  /**
   * Compiles a spiking graph.
   *
   * @param costs by which the automatic choice takes events, lookups or dense products
   * @throws MisuseException if {@code snn} has no site, or if {@link Kernel#EVENT}, {@link
   *     Kernel#DENSE} or {@link Kernel#LOOKUP} is asked for and cannot run
   */
  public static Compiled compile(Graph snn, Kernel kernel, CostModel costs) {
    SpikingStructure structure = SpikingStructure.of(snn);
    return switch (kernel) {
      case SCALAR ->
          new Compiled(
              ReferenceNetwork.of(structure), Kernel.SCALAR, "the scalar kernel was asked for");
      case EVENT ->
          new Compiled(
              IntegerNetwork.of(structure, Kernels.best(CostModel.EVENTS)),
              Kernel.EVENT,
              "the event-driven kernel was asked for");
      case DENSE ->
          new Compiled(
              IntegerNetwork.of(structure, Kernels.best(CostModel.DENSE)),
              Kernel.DENSE,
              "dense products were asked for");
      case LOOKUP ->
          new Compiled(
              IntegerNetwork.of(structure, Kernels.best(CostModel.LOOKUP)),
              Kernel.LOOKUP,
              "lookups were asked for");
      case AUTO -> automatic(structure, costs);
    };
  }

  private static Compiled automatic(SpikingStructure structure, CostModel costs) {
    try {
      return new Compiled(
          IntegerNetwork.of(structure, Kernels.best(costs)),
          costs.equals(CostModel.EVENTS) ? Kernel.EVENT : Kernel.AUTO,
          costs.equals(CostModel.EVENTS)
              ? "the network is quantised"
              : "the network is quantised; each layer takes events, lookups or products, whichever is fastest");
    } catch (MisuseException e) {
      return new Compiled(
          ReferenceNetwork.of(structure), Kernel.SCALAR, String.valueOf(e.getMessage()));
    }
  }
}
