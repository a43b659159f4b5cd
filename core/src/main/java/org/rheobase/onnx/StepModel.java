package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tail;

/**
 * Assembles one time step of a spiking graph as an ONNX model. With {@code t} the number of this
 * step and {@code t0} the first counted one,
 *
 * <pre>
 * sum        = (t == t0 ? 0 : sum) + y
 * prediction = tail(sum / (t &lt; t0 ? t : t - t0 + 1))
 * </pre>
 *
 * so that predictions before {@code t0} average all steps so far. Nodes and constants that belong
 * to no node of the graph have names that begin with {@link #BOOKKEEPING}.
 */
final class StepModel {
  static final String BOOKKEEPING = "rheobase/";
  static final String SUM = BOOKKEEPING + "sum/";
  static final String MEAN = BOOKKEEPING + "mean/";
  static final String OUTPUT = BOOKKEEPING + "output/";
  private static final int IR_VERSION = 8;

  private final Graph graph;
  private final Map<String, Node> byName;
  private final Tail tail;
  private final GraphProto.Builder proto = GraphProto.newBuilder();
  private final Set<String> taken = new HashSet<>();

  /** Tensor that holds a node's value in this step. */
  private final Map<String, String> tensors = new HashMap<>();

  /** Tensor that holds the average of a node's value; filled where a tail or output reads it. */
  private final Map<String, String> means = new HashMap<>();

  /** {@code t == t0} and the number of counted steps, by the rank of what they apply to. */
  private final Map<Integer, String> restarts = new LinkedHashMap<>();

  private final Map<Integer, String> counts = new LinkedHashMap<>();

  /** Steps that are left, by window and rank. */
  private final Map<Integer, Map<Integer, String>> left = new LinkedHashMap<>();

  private StepModel(Graph graph) {
    this.graph = graph;
    this.byName = graph.byName();
    this.tail = Tail.of(graph);
  }

  static ModelProto of(Graph graph, SnnMetadata metadata) {
    checkSize(graph);
    StepModel step = new StepModel(graph);
    step.claimNames();
    step.countSteps(metadata.countFrom());
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Op.Input)) {
        step.write(node);
      }
    }
    step.writeOutputs();
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("rheobase")
            .setProducerVersion(metadata.programVersion())
            .setDocString("One time step of a spiking network; states start at zero")
            .addOpsetImport(
                OperatorSetIdProto.newBuilder()
                    .setDomain("")
                    .setVersion(IntegrateFireFunction.OPSET))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder()
                    .setDomain(IntegrateFireFunction.DOMAIN)
                    .setVersion(IntegrateFireFunction.VERSION))
            .addAllFunctions(IntegrateFireFunction.of(graph))
            .setGraph(step.proto.setName(graph.name()));
    metadata
        .toProperties()
        .forEach((key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  /** Inputs and outputs come first, so that nothing else takes their names. */
  private void claimNames() {
    Node image = graph.input();
    claim(image.name());
    tensors.put(image.name(), image.name());
    proto.addInput(info(image.name(), image.shape()));
    for (Graph.Output output : graph.outputs()) {
      claim(output.name());
      proto.addOutput(info(output.name(), node(output.node()).shape()));
    }
    addState("step", Shape.of(1));
    for (Node site : graph.sites()) {
      addState(site.name() + ".potential", site.shape());
      if (window(site) > 0) {
        addState(site.name() + ".on", site.shape());
      }
    }
    tail.averaged().forEach((node, output) -> addState(output + ".sum", node(node).shape()));
  }

  private Node node(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }

  private void addState(String name, Shape shape) {
    claim("state." + name);
    claim("next." + name);
    proto.addInput(info("state." + name, shape));
    proto.addOutput(info("next." + name, shape));
  }

  private void claim(String name) {
    if (name.isEmpty() || name.startsWith(BOOKKEEPING) || !taken.add(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot name an input or output: empty, reserved or used twice");
    }
  }

  /** Step counter and what follows from it, of shape {@code [n,1]}. */
  private void countSteps(int countFrom) {
    constant("one", OperatorProtos.scalar(1));
    constant("zero", OperatorProtos.scalar(0));
    constant("countFrom", OperatorProtos.scalar(countFrom));
    constant("uncounted", OperatorProtos.scalar(countFrom - 1));
    bookkeep("step", "Add", "next.step", "state.step", BOOKKEEPING + "one");
    String t0 = BOOKKEEPING + "countFrom";
    restarts.put(1, bookkeep("restarts", "Equal", "", "next.step", t0));
    String early = bookkeep("early", "Less", "", "next.step", t0);
    String late = bookkeep("late", "Sub", "", "next.step", BOOKKEEPING + "uncounted");
    counts.put(1, bookkeep("counted", "Where", "", early, "next.step", late));
  }

  private void write(Node node) {
    if (node.name().isEmpty() || node.name().startsWith(BOOKKEEPING)) {
      throw new IllegalArgumentException("\"" + node.name() + "\" cannot name a node");
    }
    boolean inTail = tail.nodes().contains(node.name());
    List<String> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      inputs.add(inTail && !tail.nodes().contains(input) ? mean(input) : tensor(input));
    }
    String output = unique(node.name());
    tensors.put(node.name(), output);
    Shape inputShape = node.inputs().isEmpty() ? node.shape() : node(node.inputs().get(0)).shape();
    if (node.op() instanceof Op.IntegrateFire) {
      inputs.add("state." + node.name() + ".potential");
    }
    int window = window(node);
    String left = window > 0 ? left(window, node.shape().rank()) : "";
    NodeProto.Builder written =
        OperatorProtos.of(
            node, inputs, inputShape, output, (name, t) -> initializer(unique(name), t))
            .toBuilder();
    if (node.op() instanceof Op.IntegrateFire) {
      written.addOutput("next." + node.name() + ".potential");
    }
    if (window > 0) {
      written.addInput("state." + node.name() + ".on").addInput(left);
      written.addOutput("next." + node.name() + ".on");
    }
    proto.addNode(written);
  }

  /** The window of a site with temporal switch coding; 0 for any other node. */
  private static int window(Node node) {
    return node.op() instanceof Op.IntegrateFire site
            && site.neuron() instanceof Neuron.SwitchCoding coding
        ? coding.window()
        : 0;
  }

  /** {@code window - (t - 1) mod window}: the steps of the window that are left, with this one. */
  private String left(int window, int rank) {
    String name = "left/" + window;
    Map<Integer, String> byRank = left.get(window);
    if (byRank == null) {
      String length = constant("window/" + window, OperatorProtos.scalar(window));
      String done = unique(BOOKKEEPING + "done/" + window);
      // Mod of floats is defined with fmod only.
      proto.addNode(
          NodeProto.newBuilder()
              .setName(done)
              .setOpType("Mod")
              .addInput("state.step")
              .addInput(length)
              .addOutput(done)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("fmod")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(1)));
      byRank = new LinkedHashMap<>();
      byRank.put(1, bookkeep(name, "Sub", "", length, done));
      left.put(window, byRank);
    }
    return ofRank(byRank, name, rank);
  }

  private void writeOutputs() {
    for (Graph.Output output : graph.outputs()) {
      String source =
          tail.nodes().contains(output.node()) ? tensor(output.node()) : mean(output.node());
      node(OUTPUT + output.name(), "Identity", output.name(), source);
    }
  }

  /** The average of a node's value over the counted steps. */
  private String mean(String nodeName) {
    String known = means.get(nodeName);
    if (known != null) {
      return known;
    }
    String output = tail.averaged().get(nodeName);
    if (output == null) {
      throw new IllegalArgumentException(
          "node " + nodeName + " is read behind the last neurons, but no output depends on it");
    }
    int rank = node(nodeName).shape().rank();
    String state = output + ".sum";
    String kept =
        bookkeep(
            "kept/" + output,
            "Where",
            "",
            ofRank(restarts, "restarts", rank),
            BOOKKEEPING + "zero",
            "state." + state);
    node(SUM + output, "Add", "next." + state, kept, tensor(nodeName));
    String mean = unique(MEAN + output);
    node(MEAN + output, "Div", mean, "next." + state, ofRank(counts, "counted", rank));
    means.put(nodeName, mean);
    return mean;
  }

  /** {@code [n,1]} with as many dimensions as it is applied to. */
  private String ofRank(Map<Integer, String> byRank, String what, int rank) {
    String known = byRank.get(rank);
    if (known != null) {
      return known;
    }
    long[] shape = new long[rank + 1];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    String name = what + "/" + rank;
    String target = constant(name + "/shape", OperatorProtos.longs(shape));
    String reshaped = bookkeep(name, "Reshape", "", byRank.getOrDefault(1, ""), target);
    byRank.put(rank, reshaped);
    return reshaped;
  }

  private String bookkeep(String name, String op, String output, String... inputs) {
    String tensor = output.isEmpty() ? unique(BOOKKEEPING + name) : output;
    node(BOOKKEEPING + name, op, tensor, inputs);
    return tensor;
  }

  private void node(String name, String op, String output, String... inputs) {
    proto.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(op)
            .addAllInput(List.of(inputs))
            .addOutput(output));
  }

  private String constant(String name, TensorProto.Builder tensor) {
    taken.add(BOOKKEEPING + name);
    return initializer(BOOKKEEPING + name, tensor);
  }

  private String initializer(String name, TensorProto.Builder tensor) {
    proto.addInitializer(tensor.setName(name));
    return name;
  }

  private String tensor(String nodeName) {
    return Objects.requireNonNull(tensors.get(nodeName), nodeName);
  }

  private String unique(String name) {
    String candidate = name;
    for (int i = 2; !taken.add(candidate); i++) {
      candidate = name + "_" + i;
    }
    return candidate;
  }

  private static ValueInfoProto info(String name, Shape shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    dims.addDimBuilder().setDimParam("n");
    shape.dims().forEach(d -> dims.addDimBuilder().setDimValue(d));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT.getNumber())
                        .setShape(dims)))
        .build();
  }

  /** Protobuf counts bytes in 32 bits. */
  private static void checkSize(Graph graph) {
    long values = 0;
    for (Node node : graph.nodes()) {
      values +=
          switch (node.op()) {
            case Op.Conv c -> c.weight().size();
            case Op.Linear l -> l.weight().size();
            case Op.IntegrateFire s -> s.initialPotential().size();
            case Op.Constant c -> c.values().size();
            case Op.Input _,
                Op.BatchNorm _,
                Op.Relu _,
                Op.MaxPool _,
                Op.AveragePool _,
                Op.Pad _,
                Op.Add _,
                Op.Concat _,
                Op.Movement _,
                Op.Resize _,
                Op.NonLinear _ ->
                0;
          };
    }
    if (values > 500_000_000L) {
      throw new IllegalArgumentException(
          "graph "
              + graph.name()
              + " has "
              + values
              + " weights; an ONNX file holds at most 500000000");
    }
  }
}
