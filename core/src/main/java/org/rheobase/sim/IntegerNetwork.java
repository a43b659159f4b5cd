package org.rheobase.sim;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * The event-driven simulator of quantised networks. Spikes are lists of active channels by
 * position; every spike adds its integer weights to the potentials that it reaches, in the units of
 * {@link SiteUnits}. Spikes and operations are those of {@link ReferenceNetwork}, bit for bit.
 *
 * <p>Steps are simulated in blocks, node after node, so that a layer's weights stay in the cache
 * for several steps.
 */
public final class IntegerNetwork implements SpikingNetwork {
  /** What the values of one block may take, in bytes. */
  private static final long BLOCK_BUDGET = 64L << 20;

  private static final int LONGEST_BLOCK = 16;

  /**
   * The same for an image that may stop at any step. Of 1, 2 and 4, the fastest on ResNet-20: with
   * 1, a layer's weights are fetched at every step; with 4, too much is computed in vain.
   */
  private static final int STOPPING_BLOCK = 2;

  private final SpikingStructure structure;
  private final OperationCounts operations;
  private final Plan plan;
  private final Loops loops;
  private final int block;

  private IntegerNetwork(SpikingStructure structure, Kernels kernels) {
    this.structure = structure;
    this.operations = OperationCounts.of(structure);
    this.plan = IntegerCompiler.compile(structure, operations, kernels);
    this.loops = kernels.loops();
    this.block = Math.clamp(BLOCK_BUDGET / Math.max(1, plan.bytesPerSlot()), 1, LONGEST_BLOCK);
  }

  /**
   * Compiles a quantised spiking graph.
   *
   * @throws MisuseException if {@code snn} has no site, is not quantised or uses temporal switch
   *     coding, or if the current of a step may exceed 2^30 units
   */
  public static IntegerNetwork compile(Graph snn) {
    return of(SpikingStructure.of(snn), Kernels.best(CostModel.EVENTS));
  }

  static IntegerNetwork of(SpikingStructure structure, Kernels kernels) {
    if (!structure.units().exist()) {
      throw new MisuseException(
          "network "
              + structure.graph().name()
              + " cannot be simulated event by event: "
              + structure.units().obstacle()
              + "; convert with --weights int16 or use --kernel scalar");
    }
    for (Node node : structure.graph().sites()) {
      if (node.op() instanceof Op.IntegrateFire site
          && site.neuron() instanceof Neuron.SwitchCoding) {
        throw new MisuseException(
            "network "
                + structure.graph().name()
                + " cannot be simulated event by event: the neurons of "
                + node.name()
                + " use temporal switch coding, expected soft or hard reset; use --kernel scalar");
      }
    }
    return new IntegerNetwork(structure, kernels);
  }

  /** Whether some layer is done by lookups. */
  boolean looksUp() {
    return !plan.lookups().isEmpty();
  }

  @Override
  public Simulator newSimulator() {
    return newSimulator(1);
  }

  @Override
  public Simulator newSimulator(int threads) {
    return new EventSimulator(threads);
  }

  private final class EventSimulator implements Simulator {
    private final State state = new State(plan, block);
    private final List<Averaged> averaged = new ArrayList<>();
    private final int[] siteNodes;
    private final int[] tapNodes;
    private final int[] imageOrder;
    private final Pipeline pipeline;

    EventSimulator(int threads) {
      pipeline = new Pipeline(plan.perStep(), state, loops, threads);
      Graph graph = structure.graph();
      List<String> names = graph.nodes().stream().map(Node::name).toList();
      siteNodes = graph.sites().stream().mapToInt(s -> names.indexOf(s.name())).toArray();
      tapNodes = operations.taps().stream().mapToInt(t -> names.indexOf(t.value())).toArray();
      imageOrder = Layout.toOutside(graph.input().shape());
      for (String name : structure.averaged()) {
        averaged.add(
            new Averaged(
                name,
                names.indexOf(name),
                structure.kind(name).isSpikeDriven(),
                Layout.toOutside(graph.node(name).shape())));
      }
    }

    @Override
    public Simulation run(float[] image, int steps, int countFrom, StopRule stop) {
      Checks.run(structure.graph(), image, steps, countFrom);
      state.reset(plan);
      startImage(image);
      float[][] outputs = new float[steps][];
      Activity activity =
          new Activity(new long[siteNodes.length][steps], new long[steps], operations.macs(steps));
      Simulation run = new Simulation(outputs, activity);
      Readout readout = new Readout(structure, countFrom);
      int slots;
      for (int from = 0; from < steps; from += slots) {
        slots = Math.min(slots(from, countFrom, stop), steps - from);
        pipeline.run(slots);
        for (int slot = 0; slot < slots; slot++) {
          int t = from + slot;
          count(activity, t, slot);
          readout.startStep(t + 1);
          for (Averaged value : averaged) {
            value.add(state, slot, readout);
          }
          outputs[t] = readout.prediction();
          if (stop.stopsAfter(t + 1, outputs[t])) {
            return run.first(t + 1, operations.macs(t + 1));
          }
        }
      }
      return run;
    }

    /**
     * Steps of the block that begins at step {@code from}, counted from 0. An image that may stop
     * often does at the first step whose output counts, so a block ends there; from then on, what
     * is computed ahead may be wasted.
     */
    private int slots(int from, int countFrom, StopRule stop) {
      if (!stop.mayStop()) {
        return block;
      }
      int before = countFrom - from;
      return before > 0
          ? Math.ceilDiv(before, Math.ceilDiv(before, block))
          : Math.min(block, STOPPING_BLOCK);
    }

    @Override
    public void close() {
      pipeline.close();
      state.close();
    }

    private void startImage(float[] image) {
      if (plan.nodes().get(0).hasValue()) {
        double[] input = state.value(0, 0);
        for (int i = 0; i < input.length; i++) {
          input[i] = image[imageOrder[i]];
        }
      }
      for (Plan.Stage stage : plan.once()) {
        stage.run(state, 0, loops);
      }
      for (int d = 0; d < plan.drives().size(); d++) {
        for (Accumulation constant : plan.drives().get(d).constants()) {
          constant.add(state, 0, state.drive(d), loops);
        }
      }
    }

    private void count(Activity activity, int t, int slot) {
      for (int s = 0; s < siteNodes.length; s++) {
        activity.spikes()[s][t] = state.events(siteNodes[s], slot).size();
      }
      for (int k = 0; k < tapNodes.length; k++) {
        activity.sops()[t] +=
            state.events(tapNodes[k], slot).reached(operations.taps().get(k).reach());
      }
    }
  }

  /** A node whose value the readout averages. */
  private record Averaged(String name, int node, boolean isEvents, int[] outside) {
    void add(State state, int slot, Readout readout) {
      double[] sum = readout.sum(name);
      if (!isEvents) {
        double[] value = state.value(node, slot);
        for (int i = 0; i < value.length; i++) {
          sum[outside[i]] += value[i];
        }
        return;
      }
      Events events = state.events(node, slot);
      for (int i = 0; i < events.size(); i++) {
        sum[outside[events.element[i]]] += 1;
      }
    }
  }
}
