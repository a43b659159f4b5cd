package org.rheobase.sim;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKind;

/** Which nodes the event-driven simulator must compute, and as what. */
final class Requirements {
  private final SpikingStructure structure;
  private final Graph graph;
  private final Map<String, List<Node>> readers;
  private final Set<String> values = new LinkedHashSet<>();
  private final Set<String> events = new LinkedHashSet<>();

  private Requirements(SpikingStructure structure) {
    this.structure = structure;
    this.graph = structure.graph();
    this.readers = graph.consumers();
  }

  static Requirements of(SpikingStructure structure, OperationCounts operations) {
    Requirements needed = new Requirements(structure);
    for (Node site : needed.graph.sites()) {
      needed.needEvents(site);
      structure.current(site.name()).leaves().forEach(needed::needLeaf);
    }
    for (OperationCounts.Tap tap : operations.taps()) {
      needed.needEvents(needed.graph.node(tap.value()));
    }
    for (String name : structure.averaged()) {
      Node node = needed.graph.node(name);
      if (structure.kind(name).isSpikeDriven()) {
        needed.needEvents(node);
      } else {
        needed.needValue(node);
      }
    }
    return needed;
  }

  boolean asValue(Node node) {
    return values.contains(node.name());
  }

  boolean asEvents(Node node) {
    return events.contains(node.name());
  }

  /**
   * Whether a convolution's value is computed from events as a sum of integers: its weights are
   * quantised and the sum fits 32 bits whatever spikes arrive.
   */
  boolean isProjection(Node node) {
    boolean isConvolution = node.op() instanceof Op.Conv || node.op() instanceof Op.Linear;
    if (!isConvolution
        || !structure.kind(node.input()).isSpikeDriven()
        || structure.kind(node.name()) != ValueKind.ANALOG) {
      return false;
    }
    Op.Conv conv = Current.asConvolution(node.op());
    long most = structure.largestCount(node.input());
    int row = conv.weight().size() / conv.outChannels();
    for (int o = 0; o < conv.outChannels(); o++) {
      int unit = SiteUnits.unitOf(conv.weight(), o);
      double sum = 0;
      for (int i = o * row; i < (o + 1) * row; i++) {
        sum += Math.abs(conv.weight().get(i));
      }
      if (unit == Integer.MIN_VALUE
          || (sum > 0 && Math.scalb(sum, -unit) * most > Integer.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a leaf of a current is a 1x1 convolution of analog values that nobody else reads: the
   * current then computes it position by position, and the map, which may be many times as large as
   * what it is computed from, is never kept.
   */
  boolean isTakenUp(Node leaf) {
    boolean isPointwise =
        leaf.op() instanceof Op.Linear
            || (leaf.op() instanceof Op.Conv conv
                && conv.window().isPointwise()
                && conv.groups() == 1);
    return isPointwise
        && structure.kind(leaf.name()) == ValueKind.ANALOG
        && structure.kind(leaf.input()) == ValueKind.ANALOG
        && !structure.averaged().contains(leaf.name())
        && !graph.isOutput(leaf.name())
        && readers.getOrDefault(leaf.name(), List.of()).size() == 1;
  }

  private void needLeaf(Current leaf) {
    switch (leaf) {
      case Current.Synapses synapses -> needEvents(synapses.input());
      case Current.Direct direct -> needEvents(direct.node());
      case Current.Value value -> {
        if (isTakenUp(value.node())) {
          needValue(graph.node(value.node().input()));
        } else {
          needValue(value.node());
        }
      }
      case Current.Sum _, Current.Maximum _, Current.Concatenation _, Current.Padded _ ->
          throw new IllegalArgumentException("no leaf");
    }
  }

  private void needEvents(Node node) {
    if (events.add(node.name()) && !(node.op() instanceof Op.IntegrateFire)) {
      node.inputs().forEach(input -> needEvents(graph.node(input)));
    }
  }

  private void needValue(Node node) {
    if (!values.add(node.name())) {
      return;
    }
    if (structure.kind(node.name()).isSpikeDriven()) {
      needEvents(node);
    } else if (isProjection(node)) {
      needEvents(graph.node(node.input()));
    } else {
      node.inputs().forEach(input -> needValue(graph.node(input)));
    }
  }
}
