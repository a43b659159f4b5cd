package org.rheobase.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.Window;

/** Compiles a quantised spiking graph into a {@link Plan}. */
final class IntegerCompiler {
  private final SpikingStructure structure;
  private final Requirements needed;
  private final SynapseForms forms;
  private final Map<String, Integer> indices = new LinkedHashMap<>();
  private final List<Plan.Storage> storages = new ArrayList<>();
  private final List<int[]> initialPotentials = new ArrayList<>();
  private final List<Plan.Drive> drives = new ArrayList<>();
  private final List<Plan.Stage> once = new ArrayList<>();
  private final List<Plan.Stage> perStep = new ArrayList<>();

  private IntegerCompiler(SpikingStructure structure, OperationCounts operations, Kernels kernels) {
    this.structure = structure;
    this.needed = Requirements.of(structure, operations);
    this.forms = new SynapseForms(kernels);
  }

  static Plan compile(SpikingStructure structure, OperationCounts operations, Kernels kernels) {
    return new IntegerCompiler(structure, operations, kernels).compile();
  }

  private Plan compile() {
    Graph graph = structure.graph();
    for (Node node : graph.nodes()) {
      ValueKind kind = structure.kind(node.name());
      int most = structure.largestEvent(node.name());
      indices.put(node.name(), indices.size());
      storages.add(
          new Plan.Storage(
              node.shape(),
              needed.asEvents(node),
              most,
              needed.asValue(node),
              kind == ValueKind.CONSTANT,
              Integer.MAX_VALUE));
      if (needed.asEvents(node)) {
        checkEvents(node, most);
        perStep.add(node.op() instanceof Op.IntegrateFire op ? site(node, op) : route(node));
      }
      if (needed.asValue(node) && !(node.op() instanceof Op.Input)) {
        (kind == ValueKind.CONSTANT ? once : perStep).add(value(node, kind));
      }
    }
    return new Plan(
        listed(),
        initialPotentials,
        drives,
        forms.scratch(),
        forms.products(),
        forms.lookups(),
        once,
        perStep);
  }

  /** The storages, with lists of spikes only where they are read. */
  private List<Plan.Storage> listed() {
    List<Plan.Storage> result = new ArrayList<>();
    indices.forEach((name, node) -> {
      int most =
          structure.averaged().contains(name)
              ? Integer.MAX_VALUE
              : perStep.stream().mapToInt(stage -> stage.listed(node)).max().orElse(-1);
      result.add(storages.get(node).withListed(most));
    });
    return result;
  }

  /**
   * Events are kept spike by spike; sums of sums may have many times as many as there are neurons.
   */
  private void checkEvents(Node node, int most) {
    long worst = (long) node.shape().size() * most;
    if (worst > Plan.MOST_EVENTS) {
      throw new MisuseException(
          "node "
              + node.name()
              + ": one step may bring "
              + worst
              + " spikes to its sums, more than the "
              + Plan.MOST_EVENTS
              + " that the event-driven simulator holds: put a neuron in between or use --kernel"
              + " scalar");
    }
  }

  private Plan.Stage site(Node node, Op.IntegrateFire op) {
    CurrentCompiler current = new CurrentCompiler(structure, needed, indices, node, drives, forms);
    int[] potentials = current.initialPotentials(op);
    Stages.Site site = current.compile(index(node.name()), initialPotentials.size(), op);
    Planar planar = Planar.of(site, node.shape(), drives, storages, forms);
    initialPotentials.add(planar == null ? potentials : planar.byLanes(potentials));
    return planar == null ? site : planar;
  }

  private Plan.Stage value(Node node, ValueKind kind) {
    if (kind.isSpikeDriven()) {
      return new Stages.Densify(index(node.name()));
    }
    if (needed.isProjection(node)) {
      return projection(node);
    }
    List<Shape> shapes =
        node.inputs().stream().map(input -> structure.graph().node(input).shape()).toList();
    return new Stages.Analog(
        index(node.name()),
        node.inputs().stream().mapToInt(this::index).toArray(),
        structure.isSingle(node)
            ? AnalogOp.single(node, shapes.get(0), forms.loops())
            : AnalogOp.of(node.op(), shapes, node.shape(), forms.loops()));
  }

  private Plan.Stage projection(Node node) {
    Op.Conv conv = Current.asConvolution(node.op());
    int channels = conv.outChannels();
    int row = conv.weight().size() / channels;
    int[] integers = new int[conv.weight().size()];
    double[] unit = new double[channels];
    double[] bias = Layout.toDouble(conv.bias().values());
    for (int o = 0; o < channels; o++) {
      int exponent = SiteUnits.unitOf(conv.weight(), o);
      if (exponent == Integer.MAX_VALUE) {
        continue;
      }
      unit[o] = Math.scalb(1.0, exponent);
      for (int i = o * row; i < (o + 1) * row; i++) {
        integers[i] = (int) Math.scalb((double) conv.weight().get(i), -exponent);
      }
    }
    Accumulation synapses =
        forms.of(
            index(node.input()),
            structure.largestEvent(node.input()),
            conv,
            integers,
            structure.graph().node(node.input()).shape(),
            node.shape(),
            View.whole(node.shape()));
    return new Stages.Projection(
        index(node.name()), forms.buffer(node.shape().size()), synapses, unit, bias);
  }

  /** Operations on spikes that return spikes or counts. */
  private Plan.Stage route(Node node) {
    Shape out = node.shape();
    List<Shape> shapes =
        node.inputs().stream().map(input -> structure.graph().node(input).shape()).toList();
    View whole = View.whole(out);
    return switch (node.op()) {
      case Op.Conv conv -> sum(node, conv.window(), shapes, List.of(whole));
      case Op.MaxPool pool ->
          new Stages.Maximum(
              index(node.name()),
              index(node.input()),
              table(pool.window(), shapes.get(0), whole),
              forms.buffer(shapes.get(0).channels()),
              forms.buffer(out.size()));
      case Op.Add _ -> sum(node, Window.of(1, 1), shapes, shapes.stream().map(_ -> whole).toList());
      case Op.Pad pad ->
          sum(
              node,
              Window.of(1, 1),
              shapes,
              List.of(whole.shifted(pad.top(), pad.left(), pad.channelsBefore())));
      case Op.Concat _ -> {
        List<View> views = new ArrayList<>();
        View next = whole;
        for (Shape shape : shapes) {
          views.add(next);
          next = next.shifted(0, 0, shape.channels());
        }
        yield sum(node, Window.of(1, 1), shapes, views);
      }
      case Op.Movement movement ->
          Stages.Moved.of(
              index(node.name()),
              index(node.input()),
              movement,
              shapes.get(0),
              out,
              forms.buffer(out.size()));
      case Op.Input _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.AveragePool _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          throw new IllegalArgumentException(node.name() + " does not return spikes or counts");
    };
  }

  private Plan.Stage sum(Node node, Window window, List<Shape> shapes, List<View> views) {
    List<ScatterTable> tables = new ArrayList<>();
    for (int k = 0; k < views.size(); k++) {
      tables.add(table(window, shapes.get(k), views.get(k)));
    }
    return SpikeSum.of(
        index(node.name()),
        node.inputs().stream().mapToInt(this::index).toArray(),
        shapes,
        tables,
        node.shape());
  }

  private static ScatterTable table(Window window, Shape in, View view) {
    Shape out = Shape.of(in.channels(), window.outHeight(in.height()), window.outWidth(in.width()));
    return ScatterTable.of(window, in, out, view, 0, false);
  }

  private int index(String name) {
    Integer index = indices.get(name);
    if (index == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return index;
  }
}
