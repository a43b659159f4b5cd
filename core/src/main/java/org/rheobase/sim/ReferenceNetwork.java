package org.rheobase.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ValueKind;

/**
 * The specification of the simulation, in plain loops over {@code [c,h,w]} and double precision,
 * but see {@link SpikingStructure#isSingle}; fast simulators are tested against it. It runs every
 * spiking graph. Where the graph is quantised, currents and potentials live on the grid of {@link
 * SiteUnits}, so that sums are exact in any order.
 */
public final class ReferenceNetwork implements SpikingNetwork {
  private final SpikingStructure structure;
  private final OperationCounts operations;

  private ReferenceNetwork(SpikingStructure structure) {
    this.structure = structure;
    this.operations = OperationCounts.of(structure);
  }

  /**
   * Compiles a spiking graph.
   *
   * @throws org.rheobase.error.MisuseException if {@code snn} has no site
   */
  public static ReferenceNetwork compile(Graph snn) {
    return new ReferenceNetwork(SpikingStructure.of(snn));
  }

  static ReferenceNetwork of(SpikingStructure structure) {
    return new ReferenceNetwork(structure);
  }

  @Override
  public Simulator newSimulator() {
    return (image, steps, countFrom, stop) -> {
      Checks.run(structure.graph(), image, steps, countFrom);
      return new Run(image).run(steps, countFrom, stop);
    };
  }

  /** One image, from reset. */
  private final class Run {
    private final Graph graph = structure.graph();

    /** Every node's value at this step, {@code [c,h,w]}. */
    private final Map<String, double[]> values = new LinkedHashMap<>();

    /** The same for what neurons send, in place of their outputs: spikes of height 1, counted. */
    private final Map<String, double[]> counts = new LinkedHashMap<>();

    private final Map<String, double[]> potentials = new LinkedHashMap<>();

    /** Which neurons were on at the step before. */
    private final Map<String, boolean[]> on = new LinkedHashMap<>();

    Run(float[] image) {
      for (Node node : graph.nodes()) {
        if (node.op() instanceof Op.Input) {
          values.put(node.name(), Layout.toDouble(image));
        } else if (structure.kind(node.name()) == ValueKind.CONSTANT) {
          values.put(node.name(), apply(node, values));
        } else if (node.op() instanceof Op.IntegrateFire site) {
          potentials.put(node.name(), initialPotential(node, site));
          on.put(node.name(), new boolean[node.shape().size()]);
        }
      }
    }

    Simulation run(int steps, int countFrom, StopRule stop) {
      List<Node> sites = graph.sites();
      float[][] outputs = new float[steps][];
      long[][] spikes = new long[sites.size()][steps];
      long[] sops = new long[steps];
      Simulation run = new Simulation(outputs, new Activity(spikes, sops, operations.macs(steps)));
      Readout readout = new Readout(structure, countFrom);
      for (int t = 0; t < steps; t++) {
        step(t + 1);
        for (int s = 0; s < sites.size(); s++) {
          for (double count : value(counts, sites.get(s).name())) {
            spikes[s][t] += (long) count;
          }
        }
        for (OperationCounts.Tap tap : operations.taps()) {
          double[] count = value(counts, tap.value());
          for (int i = 0; i < count.length; i++) {
            sops[t] += ((long) count[i]) * tap.reach()[i % tap.reach().length];
          }
        }
        readout.startStep(t + 1);
        for (String name : structure.averaged()) {
          double[] sum = readout.sum(name);
          double[] value = value(values, name);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += value[i];
          }
        }
        outputs[t] = readout.prediction();
        if (stop.stopsAfter(t + 1, outputs[t])) {
          return run.first(t + 1, operations.macs(t + 1));
        }
      }
      return run;
    }

    private void step(int t) {
      for (Node node : graph.nodes()) {
        ValueKind kind = structure.kind(node.name());
        if (kind == ValueKind.CONSTANT || structure.tail().contains(node.name())) {
          continue;
        }
        if (node.op() instanceof Op.IntegrateFire site) {
          fire(node, site, t);
          continue;
        }
        values.put(node.name(), apply(node, values));
        if (kind.isSpikeDriven()) {
          counts.put(node.name(), apply(node, counts));
        }
      }
    }

    /** Integrate, compare, reset, as {@link Neuron} says. */
    private void fire(Node node, Op.IntegrateFire site, int t) {
      double[] v = value(potentials, node.name());
      double[] current = current(structure.current(node.name()), node.name(), 0);
      double[] s = new double[v.length];
      double[] spiked = new double[v.length];
      boolean[] wasOn = Objects.requireNonNull(on.get(node.name()));
      int area = node.shape().area();
      for (int i = 0; i < v.length; i++) {
        int c = i / area;
        double theta = site.threshold().get(c);
        v[i] += current[i] + onGrid(site.biasCurrent().get(c), node.name(), c);
        boolean isOn = theta > 0 && v[i] >= theta * site.neuron().needed(wasOn[i], t);
        if (isOn) {
          s[i] = theta;
          v[i] = site.neuron().after(v[i], theta);
        }
        spiked[i] = site.neuron().sends(wasOn[i], isOn) ? 1 : 0;
        wasOn[i] = isOn;
        if (structure.units().exist()) {
          double limit =
              Math.scalb((double) SiteUnits.POTENTIAL_LIMIT, structure.units().of(node.name())[c]);
          v[i] = Math.max(-limit, Math.min(limit, v[i]));
        }
      }
      values.put(node.name(), s);
      counts.put(node.name(), spiked);
    }

    private double[] current(Current current, String site, int channelOffset) {
      return switch (current) {
        case Current.Synapses synapses -> entering(synapses.node(), site, channelOffset);
        case Current.Direct direct -> entering(direct.node(), site, channelOffset);
        case Current.Value value -> entering(value.node(), site, channelOffset);
        case Current.Sum sum ->
            combine(
                new Op.Add(),
                sum.terms().stream().map(t -> current(t, site, channelOffset)).toList(),
                List.of(),
                sum.shape());
        case Current.Maximum max ->
            combine(
                new Op.MaxPool(max.window()),
                List.of(current(max.of(), site, channelOffset)),
                List.of(max.of().shape()),
                max.shape());
        case Current.Concatenation cat -> {
          List<double[]> parts = new ArrayList<>();
          int offset = channelOffset;
          for (Current part : cat.parts()) {
            parts.add(current(part, site, offset));
            offset += part.shape().channels();
          }
          yield combine(new Op.Concat(), parts, List.of(), cat.shape());
        }
        case Current.Padded padded ->
            combine(
                padded.pad(),
                List.of(current(padded.of(), site, channelOffset + padded.pad().channelsBefore())),
                List.of(padded.of().shape()),
                padded.shape());
      };
    }

    private double[] entering(Node node, String site, int channelOffset) {
      double[] value = value(values, node.name());
      double[] rounded = new double[value.length];
      for (int i = 0; i < value.length; i++) {
        rounded[i] = onGrid(value[i], site, channelOffset + i / node.shape().area());
      }
      return rounded;
    }

    private double onGrid(double x, String site, int channel) {
      if (!structure.units().exist()) {
        return x;
      }
      int exponent = structure.units().of(site)[channel];
      return Math.scalb((double) SiteUnits.round(x, exponent, SiteUnits.ENTRY_LIMIT), exponent);
    }

    private double[] initialPotential(Node node, Op.IntegrateFire site) {
      int area = node.shape().area();
      boolean isPerNeuron = site.initialPotential().size() == node.shape().size();
      double[] v = new double[node.shape().size()];
      for (int i = 0; i < v.length; i++) {
        v[i] = site.initialPotential().get(isPerNeuron ? i : i / area);
        if (structure.units().exist()) {
          int exponent = structure.units().of(node.name())[i / area];
          v[i] =
              Math.scalb(
                  (double) SiteUnits.round(v[i], exponent, SiteUnits.POTENTIAL_LIMIT), exponent);
        }
      }
      return v;
    }

    private double[] apply(Node node, Map<String, double[]> from) {
      if (structure.isSingle(node)) {
        return ReferenceOps.applySingle(
            node.op(), value(from, node.input()), graph.node(node.input()).shape(), node.shape());
      }
      return combine(
          node.op(),
          node.inputs().stream().map(input -> value(from, input)).toList(),
          node.inputs().stream().map(input -> graph.node(input).shape()).toList(),
          node.shape());
    }

    private double[] combine(Op op, List<double[]> inputs, List<Shape> inShapes, Shape out) {
      List<Shape> known = inShapes.isEmpty() ? List.of(out) : inShapes;
      return ReferenceOps.apply(op, inputs, known, out);
    }

    private double[] value(Map<String, double[]> from, String name) {
      double[] value = from.get(name);
      if (value == null) {
        throw new IllegalStateException(name + " has not been computed");
      }
      return value;
    }
  }
}
