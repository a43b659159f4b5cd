package org.rheobase.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Op;
import org.rheobase.graph.SpikingModules;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.Verdict;

/**
 * The verdict on every node of a network, as imported, prepared for conversion, or converted. What
 * cannot be represented at all was refused by the reader already.
 */
public final class NodeVerdicts {
  private static final String TAIL = "after the last neuron: applied to the averaged output";

  private final boolean spiking;

  /** The same nodes after the passes that decide what a layer reads. */
  private final Map<String, Node> prepared;

  private final SpikingModules modules;
  private final Set<String> live;

  /** Values whose maximum is the same at every step. */
  private final Set<String> constantMaxima;

  private final Set<String> passable;

  /** What a pooling reads once nodes that do nothing are gone. */
  private final Map<String, String> inputs = new HashMap<>();

  private final Set<String> tail = new HashSet<>();
  private final Set<String> islands = new HashSet<>();

  private NodeVerdicts(Graph graph) {
    this.spiking = graph.isSpiking();
    this.live = graph.pruned().byName().keySet();
    // Poolings are judged in the form that they move in.
    Graph moving = RemoveIdentity.apply(graph.pruned());
    this.constantMaxima = MaxPoolBeforeNeuron.constant(moving);
    this.passable = MaxPoolBeforeNeuron.passable(moving);
    for (Node node : moving.nodes()) {
      if (node.op() instanceof Op.MaxPool) {
        inputs.put(node.name(), node.input());
      }
    }
    Graph folded =
        spiking
            ? graph
            : LowerAveragePool.apply(FoldBatchNorm.apply(graph), LowerAveragePool.Mode.LINEAR);
    this.prepared = folded.byName();
    this.modules = SpikingModules.of(folded);
    modules.tail().forEach(n -> tail.add(n.name()));
    modules.islands().forEach(n -> islands.add(n.name()));
  }

  /** One verdict per node, in topological order. */
  public static List<NodeVerdict> of(Graph graph) {
    NodeVerdicts verdicts = new NodeVerdicts(graph);
    List<NodeVerdict> list = new ArrayList<>();
    graph.nodes().forEach(n -> list.add(verdicts.verdict(n)));
    return list;
  }

  private NodeVerdict verdict(Node node) {
    if (!live.contains(node.name())) {
      return exact(node, "no output depends on it");
    }
    boolean inTail = tail.contains(node.name());
    return switch (node.op()) {
      case Op.Input _ -> exact(node, "the image is a constant current at every step");
      case Op.Conv _, Op.Linear _ -> layer(node, inTail);
      case Op.BatchNorm _ ->
          inTail ? analog(node, TAIL) : exact(node, "folded, or a scaling layer of its own");
      case Op.Relu relu -> relu(node, relu, inTail);
      case Op.MaxPool _ -> maxPool(node);
      case Op.AveragePool pool -> averagePool(node, pool, inTail);
      case Op.Add _ ->
          inTail ? analog(node, TAIL) : exact(node, "currents add up in the neuron behind");
      case Op.NonLinear op -> nonLinear(node, op, inTail);
      case Op.Resize _ -> analog(node, inTail ? TAIL : "interpolates: real numbers at every step");
      case Op.Constant _ -> exact(node, "does not depend on the image");
      case Op.Pad _, Op.Concat _, Op.Movement _ -> exact(node, "moves values without arithmetic");
      case Op.IntegrateFire site -> integrateFire(node, site);
    };
  }

  private NodeVerdict nonLinear(Node node, Op.NonLinear op, boolean inTail) {
    if (inTail) {
      return analog(node, TAIL);
    }
    if (modules.kinds().get(node.name()) == ValueKind.CONSTANT) {
      return exact(node, "of the image: computed once");
    }
    boolean linear = op instanceof Op.Reduce reduce && reduce.kind() != Op.Reduce.Kind.MAX;
    return linear
        ? analog(node, "adds real numbers at every step")
        : verdict(
            node,
            Verdict.APPROXIMATED,
            "not linear: the mean over the steps differs from the value at the mean");
  }

  private NodeVerdict layer(Node node, boolean inTail) {
    if (inTail) {
      return analog(node, TAIL);
    }
    ValueKind reads = reads(node);
    if (reads.isSpikeDriven()) {
      return exact(node, "spike-driven");
    }
    if (reads == ValueKind.CONSTANT) {
      return exact(node, "reads the image: computed once, constant at every step");
    }
    return analog(
        node,
        islands.contains(node.name())
            ? "linear island: reads another layer with no neuron between, multiplies at every step"
            : "reads the real-valued " + node.input() + ": exact, but multiplies at every step");
  }

  private ValueKind reads(Node node) {
    Node found = prepared.get(node.name());
    return modules.kind((found == null ? node : found).input());
  }

  private NodeVerdict relu(Node node, Op.Relu relu, boolean inTail) {
    if (spiking) {
      return analog(node, inTail ? TAIL : "kept as it is: computed on real numbers at every step");
    }
    return exact(
        node,
        relu.isCapped()
            ? "becomes integrate-and-fire neurons, thresholds at most " + relu.cap()
            : "becomes integrate-and-fire neurons");
  }

  private NodeVerdict maxPool(Node node) {
    String before = inputs.getOrDefault(node.name(), node.input());
    if (constantMaxima.contains(before)) {
      return exact(node, "its current is the same at every step");
    }
    boolean behindNeuron = reads(node) == ValueKind.SPIKES;
    boolean movable = behindNeuron && passable.contains(before);
    if (tail.contains(node.name()) && !movable) {
      return analog(node, TAIL);
    }
    return verdict(
        node,
        Verdict.APPROXIMATED,
        behindNeuron && !movable
            ? "maximum of the spikes of each step, whose neurons others read too: spikes of several"
                + " neurons at different steps add up"
            : "maximum of the currents of each step: its mean exceeds the maximum of their means");
  }

  private NodeVerdict averagePool(Node node, Op.AveragePool pool, boolean inTail) {
    if (inTail) {
      return analog(node, TAIL);
    }
    if (reads(node) == ValueKind.CONSTANT) {
      return exact(node, "of the image: computed once");
    }
    return LowerAveragePool.isUniform(pool)
        ? exact(node, "becomes a depthwise convolution with constant weights")
        : analog(node, "its divisor differs at the border: averages real numbers at every step");
  }

  private NodeVerdict integrateFire(Node node, Op.IntegrateFire site) {
    int dead = 0;
    for (int c = 0; c < site.threshold().size(); c++) {
      dead += site.isDead(c) ? 1 : 0;
    }
    String also = dead == 0 ? "" : "; dead channels: " + dead;
    return switch (site.neuron()) {
      case Neuron.SoftReset _ ->
          exact(node, dead == 0 ? "integrate-and-fire neurons" : "neurons, dead channels: " + dead);
      case Neuron.HardReset _ ->
          verdict(
              node,
              Verdict.APPROXIMATED,
              "neurons with hard reset: every spike loses the charge above the threshold" + also);
      case Neuron.SwitchCoding coding ->
          verdict(
              node,
              Verdict.APPROXIMATED,
              "neurons with temporal switch coding in windows of "
                  + coding.window()
                  + " steps, implemented from its description: each layer answers up to a window"
                  + " late"
                  + also);
    };
  }

  private static NodeVerdict exact(Node node, String reason) {
    return verdict(node, Verdict.EXACT, reason);
  }

  private static NodeVerdict analog(Node node, String reason) {
    return verdict(node, Verdict.ANALOG, reason);
  }

  private static NodeVerdict verdict(Node node, Verdict verdict, String reason) {
    return new NodeVerdict(node.name(), node.op().label(), verdict, reason);
  }
}
