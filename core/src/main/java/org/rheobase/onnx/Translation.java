package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Verdict;
import org.rheobase.onnx.Value.Feature;

/**
 * Walks the nodes of one model and translates each into nodes of a {@link Graph}. A node that is
 * not supported is recorded; what follows it is still examined where its shape is known, so that
 * one look finds all refusals.
 */
final class Translation {
  static final int NUMBER_BYTES = 4;
  static final int INDEX_BYTES = 20;
  private static final int MOST_OUTPUTS = 1 << 12;

  private final ModelFile model;
  private final boolean spiking;
  private final ImageInput image;
  private final TensorDecoder decoder;
  private final NodeNames names;
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Set<String> sparse = new HashSet<>();
  private final Map<String, ValueInfoProto> declared = new HashMap<>();
  private final Set<String> read = new HashSet<>();
  private final Set<String> externalData = new HashSet<>();
  private final Map<String, Value> values = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeVerdict> verdicts = new ArrayList<>();
  private final List<NodeVerdict> leftOut = new ArrayList<>();
  private final ChosenOutputs chosen;
  private final Allowance allowance;

  /**
   * Prepares a translation.
   *
   * @param spiking whether Rheobase wrote the file: bookkeeping is skipped, all else stays verbatim
   */
  Translation(ModelFile model, ReadOptions options, boolean spiking) {
    this.model = model;
    this.spiking = spiking;
    this.decoder = new TensorDecoder(model);
    this.allowance = new Allowance(model.bytes());
    GraphProto graph = model.proto().getGraph();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (initializers.put(tensor.getName(), tensor) != null) {
        throw model.unreadable("two initializers are called " + tensor.getName());
      }
    }
    graph.getValueInfoList().forEach(i -> declared.putIfAbsent(i.getName(), i));
    graph.getSparseInitializerList().forEach(s -> sparse.add(s.getValues().getName()));
    graph.getNodeList().forEach(n -> read.addAll(n.getInputList()));
    graph.getOutputList().forEach(o -> read.add(o.getName()));
    if (spiking) {
      this.image = ImageInput.of(model, SpikingFile.image(model), options.imageShape());
      SpikingFile.states(model).forEach(s -> values.put(s, new Value.Bookkeeping()));
    } else {
      Set<String> constants = new HashSet<>(initializers.keySet());
      constants.addAll(sparse);
      this.image = ImageInput.of(model, constants, options.imageShape());
    }
    this.names = new NodeNames(graph, image.name());
    this.chosen =
        options.outputs().isEmpty()
            ? ChosenOutputs.all(graph, spiking ? SpikingFile.outputs(model) : graph.getOutputList())
            : ChosenOutputs.of(model, names, options.outputs());
  }

  Translation run() {
    nodes.add(new Node(image.name(), new Op.Input(), List.of(), image.shape()));
    values.put(image.name(), new Feature(image.name(), image.shape()));
    List<NodeProto> protos = model.proto().getGraph().getNodeList();
    for (int i = 0; i < protos.size(); i++) {
      if (chosen.needed().get(i)) {
        translate(protos.get(i), names.get(i));
      } else {
        leftOut.add(
            new NodeVerdict(
                names.get(i),
                protos.get(i).getOpType(),
                Verdict.ANALOG,
                "left out: the chosen outputs do not need it"));
      }
    }
    if (!spiking) {
      refuseEarlyFunctions();
    }
    return this;
  }

  ModelFile model() {
    return model;
  }

  Allowance allowance() {
    return allowance;
  }

  boolean isBatchOne() {
    return image.batchOne();
  }

  boolean isSpiking() {
    return spiking;
  }

  List<NodeVerdict> verdicts() {
    return List.copyOf(verdicts);
  }

  /** Nodes of the file that are no part of the network. */
  List<NodeVerdict> leftOut() {
    return List.copyOf(leftOut);
  }

  ModelOutline outline() {
    return ModelOutline.of(model.proto().getGraph(), names, image.name());
  }

  List<NodeVerdict> refusals() {
    return verdicts.stream().filter(v -> v.verdict() == Verdict.REFUSED).toList();
  }

  /** The whole network, once nothing is refused. */
  Graph graph() {
    GraphProto proto = model.proto().getGraph();
    Map<String, Graph.Output> outputs = new LinkedHashMap<>();
    for (String tensor : chosen.tensors()) {
      Value value = values.get(tensor);
      if (value instanceof Value.PostProcessed cut) {
        cut.tensors().forEach(t -> outputs.putIfAbsent(t, output(t)));
      } else {
        outputs.putIfAbsent(tensor, output(tensor));
      }
    }
    if (outputs.size() > MOST_OUTPUTS) {
      throw model.unsupported(
          "it has "
              + outputs.size()
              + " outputs; expected at most "
              + MOST_OUTPUTS
              + "; choose some with --outputs");
    }
    if (outputs.isEmpty()) {
      throw model.unreadable("expected an output of the network, found none");
    }
    String name =
        proto.getName().isEmpty() && !spiking
            ? String.valueOf(model.file().getFileName())
            : proto.getName();
    return new Graph(name, nodes, List.copyOf(outputs.values()));
  }

  private Graph.Output output(String tensor) {
    Value value = values.get(tensor);
    if (value instanceof Feature f) {
      return new Graph.Output(tensor, f.node());
    }
    if (value == null && !initializers.containsKey(tensor)) {
      throw model.unreadable("no node computes the output " + tensor);
    }
    throw model.unsupported("output " + tensor + " does not depend on the image");
  }

  /** Adds a node to the graph. */
  Feature emit(String name, Op op, List<Feature> in, Shape declared) {
    Shape shape;
    try {
      shape = ShapeInference.infer(op, in.stream().map(Feature::shape).toList(), declared);
    } catch (IllegalArgumentException e) {
      throw misfit(name, e);
    }
    allowance.use(bytes(op, in));
    nodes.add(new Node(name, op, in.stream().map(Feature::node).toList(), shape));
    return new Feature(name, shape);
  }

  /** Shapes are checked where they are made: what they complain of is the node's doing. */
  private UnreadableDataException misfit(String name, IllegalArgumentException e) {
    return model.unreadable("node " + name + " does not fit its input: " + e.getMessage());
  }

  /** What an operation holds, also when it is written as another one later. */
  private static long bytes(Op op, List<Feature> in) {
    return switch (op) {
      case Op.Conv conv -> NUMBER_BYTES * ((long) conv.weight().size() + conv.bias().size());
      case Op.Linear linear ->
          NUMBER_BYTES * ((long) linear.weight().size() + linear.bias().size());
      case Op.BatchNorm norm -> NUMBER_BYTES * 4L * norm.scale().size();
      case Op.AveragePool pool ->
          (long) NUMBER_BYTES
              * in.get(0).shape().channels()
              * pool.window().kernelHeight()
              * pool.window().kernelWidth();
      case Op.Select select -> (long) INDEX_BYTES * select.indices().size();
      case Op.Constant constant -> (long) NUMBER_BYTES * constant.values().size();
      case Op.InstanceNorm norm -> NUMBER_BYTES * 2L * norm.scale().size();
      case Op.IntegrateFire site ->
          NUMBER_BYTES * (2L * site.threshold().size() + site.initialPotential().size());
      case Op.Input _,
          Op.Relu _,
          Op.MaxPool _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Reshape _,
          Op.Identity _,
          Op.Transpose _,
          Op.Resize _,
          Op.Pointwise _,
          Op.Multiply _,
          Op.Divide _,
          Op.Reduce _,
          Op.LocalResponseNorm _,
          Op.Softmax _ ->
          0;
    };
  }

  String unique(String name) {
    return names.unique(name);
  }

  private void translate(NodeProto proto, String name) {
    Value result;
    try {
      if (spiking && SpikingFile.isBookkeeping(proto)) {
        define(proto, name, SpikingFile.bookkeeping(model, proto, this::lookup));
        return;
      }
      List<@Nullable Value> inputs = new ArrayList<>();
      for (String input : proto.getInputList()) {
        inputs.add(input.isEmpty() ? null : lookupFor(name, input));
      }
      if (!spiking && PostProcessing.is(proto, inputs)) {
        Value.PostProcessed value = PostProcessing.leaveOut(proto, inputs);
        leftOut.add(PostProcessing.verdict(name, proto, value));
        define(proto, name, value);
        return;
      }
      Operators.Operator operator = Operators.find(proto, model, spiking);
      if (inputs.stream().anyMatch(v -> v instanceof Value.Unknown)) {
        result = new Value.Unknown();
      } else {
        if (!spiking && !proto.getOpType().equals("Split")) {
          refuseSecondOutputs(proto);
        }
        OperatorCall call = new OperatorCall(this, proto, name, inputs);
        boolean constant = inputs.stream().allMatch(v -> v == null || v instanceof Value.Constant);
        result = constant ? ConstantFolding.fold(call) : operator.translate(call);
        verdicts.add(new NodeVerdict(name, proto.getOpType(), call.verdict(), call.reason()));
      }
    } catch (IllegalArgumentException e) {
      throw misfit(name, e);
    } catch (Refusal refusal) {
      refuse(name, proto, refusal.reason());
      result = RefusedShape.guess(declared, proto, values, name);
    }
    define(proto, name, result);
  }

  private void refuse(String name, NodeProto proto, String reason) {
    String domain = ModelFile.isStandardDomain(proto.getDomain()) ? "" : proto.getDomain() + ".";
    verdicts.add(new NodeVerdict(name, domain + proto.getOpType(), Verdict.REFUSED, reason));
  }

  private void refuseSecondOutputs(NodeProto proto) {
    for (int i = 1; i < proto.getOutputCount(); i++) {
      Refusal.unless(
          !read.contains(proto.getOutput(i)) || proto.getOutput(i).isEmpty(),
          "its output " + i + " (" + proto.getOutput(i) + ") is used; expected only the first");
    }
  }

  private void define(NodeProto proto, String name, Value result) {
    for (int i = 0; i < proto.getOutputCount(); i++) {
      String output = proto.getOutput(i);
      if (output.isEmpty()) {
        continue;
      }
      Value value =
          result instanceof Value.Several several && i < several.outputs().size()
              ? several.outputs().get(i)
              : i == 0 || result instanceof Value.PostProcessed
                  ? result
                  : spiking ? new Value.Bookkeeping() : new Value.Unknown();
      if (initializers.containsKey(output) || values.put(output, value) != null) {
        throw model.unreadable("node " + name + " computes " + output + " a second time");
      }
    }
  }

  private Value lookup(String tensor) {
    return lookupFor("", tensor);
  }

  private Value lookupFor(String node, String tensor) {
    Value known = values.get(tensor);
    if (known != null) {
      return known;
    }
    TensorProto initializer = initializers.get(tensor);
    if (initializer != null) {
      if (externalData.add(ExternalData.location(initializer))) {
        allowance.extend(ExternalData.size(model, initializer));
      }
      Value.Constant constant = decoder.decode(initializer, tensor);
      allowance.use((long) NUMBER_BYTES * constant.size());
      values.put(tensor, constant);
      return constant;
    }
    if (sparse.contains(tensor)) {
      throw new Refusal("its input " + tensor + " is a sparse tensor");
    }
    throw model.unreadable(
        "node " + node + " reads " + tensor + ", which no earlier node computes");
  }

  /**
   * Functions of real numbers are computed on the averaged output, behind the last neuron. In front
   * of a neuron they would see the spikes of single steps.
   */
  private void refuseEarlyFunctions() {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < verdicts.size(); i++) {
      places.put(verdicts.get(i).node(), i);
    }
    Map<String, String> neuronBehind = new HashMap<>();
    for (Node node : nodes.reversed()) {
      String behind = neuronBehind.get(node.name());
      if (behind != null
          && (node.op() instanceof Op.Pointwise || node.op() instanceof Op.Softmax)) {
        refuseAgain(
            places,
            node.name(),
            "the neurons of "
                + behind
                + " stand behind it, and only neurons could take its place; train the network with"
                + " ReLU there");
      }
      String neuron = node.op() instanceof Op.Relu ? node.name() : behind;
      if (neuron != null) {
        node.inputs().forEach(input -> neuronBehind.put(input, neuron));
      }
    }
  }

  /** The name may be that of a part, which has the name of its node in the file in front. */
  private void refuseAgain(Map<String, Integer> places, String name, String reason) {
    String owner = name;
    while (!places.containsKey(owner) && owner.lastIndexOf('/') > 0) {
      owner = owner.substring(0, owner.lastIndexOf('/'));
    }
    Integer place = places.get(owner);
    if (place != null) {
      verdicts.set(
          place, new NodeVerdict(owner, verdicts.get(place).op(), Verdict.REFUSED, reason));
    }
  }
}
