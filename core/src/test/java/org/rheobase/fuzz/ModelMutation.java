package org.rheobase.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes a model that is valid step by step into one that is valid as a message and hostile as a
 * network, so that the checks behind the parser are reached.
 */
final class ModelMutation {
  private static final int MOST_STEPS = 8;

  private final Choices choice;
  private final HostileValues values;
  private final List<ModelProto> seeds;
  private final ModelProto.Builder model;
  private final GraphProto.Builder graph;

  ModelMutation(Choices choice, List<ModelProto> seeds) {
    this.choice = choice;
    this.values = new HostileValues(choice);
    this.seeds = seeds;
    this.model = seed().toBuilder();
    this.graph = model.getGraphBuilder();
  }

  private ModelProto seed() {
    return seeds.get(choice.between(0, seeds.size() - 1));
  }

  /** The model after as many steps as there are choices. */
  ModelProto apply() {
    for (int i = 0; i < MOST_STEPS && choice.areLeft(); i++) {
      step(choice.between(0, 19));
    }
    return model.build();
  }

  private void step(int kind) {
    switch (kind) {
      case 0, 1, 2 -> changeAttribute();
      case 3 -> addAttribute();
      case 4 -> removeAttribute();
      case 5, 6 -> renameInput();
      case 7 -> renameOutput();
      case 8 -> moveNodes();
      case 9 -> changeOperator();
      case 10, 11, 12 -> changeInitializer();
      case 13 -> changeImage();
      case 14 -> changeHeader();
      case 15 -> makeFunction();
      case 16 -> appendOther();
      case 17, 18 -> computeInput();
      default -> declare();
    }
  }

  private NodeProto.Builder node() {
    if (graph.getNodeCount() == 0) {
      graph.addNodeBuilder().setOpType("Relu").addInput("x").addOutput("y");
    }
    return graph.getNodeBuilder(choice.between(0, graph.getNodeCount() - 1));
  }

  private AttributeProto.Builder attribute(NodeProto.Builder node) {
    if (node.getAttributeCount() == 0) {
      return node.addAttributeBuilder().setName(values.attribute()).setType(AttributeType.INT);
    }
    return node.getAttributeBuilder(choice.between(0, node.getAttributeCount() - 1));
  }

  private void changeAttribute() {
    AttributeProto.Builder attribute = attribute(node());
    switch (choice.between(0, 7)) {
      case 0 -> attribute.setType(AttributeType.forNumber(choice.between(0, 10)));
      case 1 -> attribute.addInts(values.number());
      case 2 -> {
        if (attribute.getIntsCount() > 0) {
          List<Long> fewer = List.copyOf(attribute.getIntsList());
          attribute.clearInts().addAllInts(fewer.subList(0, fewer.size() - 1));
        }
      }
      case 3 -> attribute.setF(values.real());
      case 4 -> attribute.setS(ByteString.copyFromUtf8(values.word()));
      case 5 -> attribute.setT(values.tensor());
      default -> {
        if (attribute.getIntsCount() > 0) {
          attribute.setInts(choice.between(0, attribute.getIntsCount() - 1), values.number());
        } else {
          attribute.setI(values.number());
        }
      }
    }
  }

  private void addAttribute() {
    AttributeProto.Builder attribute = node().addAttributeBuilder().setName(values.attribute());
    switch (choice.between(0, 5)) {
      case 0 -> attribute.setType(AttributeType.INT).setI(values.number());
      case 1 -> attribute.setType(AttributeType.FLOAT).setF(values.real());
      case 2 ->
          attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(values.word()));
      case 3 -> attribute.setType(AttributeType.TENSOR).setT(values.tensor());
      case 4 -> attribute.setType(AttributeType.GRAPH).setG(graph.build());
      default -> {
        attribute.setType(AttributeType.INTS);
        int count = choice.between(0, 9);
        for (int i = 0; i < count; i++) {
          attribute.addInts(values.number());
        }
      }
    }
  }

  private void removeAttribute() {
    NodeProto.Builder node = node();
    if (node.getAttributeCount() > 0) {
      node.removeAttribute(choice.between(0, node.getAttributeCount() - 1));
    }
  }

  /** Any name that the model knows, or one that it does not. */
  private String tensorName() {
    List<String> names = new ArrayList<>(List.of("", "nowhere"));
    graph.getInputList().forEach(i -> names.add(i.getName()));
    graph.getInitializerList().forEach(i -> names.add(i.getName()));
    graph.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
    return choice.of(names);
  }

  private void renameInput() {
    NodeProto.Builder node = node();
    String name = tensorName();
    if (node.getInputCount() == 0 || choice.between(0, 3) == 0) {
      node.addInput(name);
    } else {
      node.setInput(choice.between(0, node.getInputCount() - 1), name);
    }
  }

  private void renameOutput() {
    NodeProto.Builder node = node();
    String name = tensorName();
    if (node.getOutputCount() == 0 || choice.between(0, 3) == 0) {
      node.addOutput(name);
    } else {
      node.setOutput(choice.between(0, node.getOutputCount() - 1), name);
    }
  }

  private void moveNodes() {
    NodeProto node = node().build();
    switch (choice.between(0, 2)) {
      case 0 -> graph.addNode(node);
      case 1 -> graph.addNode(choice.between(0, graph.getNodeCount()), node);
      default -> graph.removeNode(choice.between(0, graph.getNodeCount() - 1));
    }
  }

  private void changeOperator() {
    NodeProto.Builder node = node();
    List<NodeProto> others = seed().getGraph().getNodeList();
    NodeProto other = choice.of(others);
    node.setOpType(other.getOpType()).setDomain(other.getDomain());
    if (choice.isTrue()) {
      node.clearAttribute().addAllAttribute(other.getAttributeList());
    }
  }

  private void changeInitializer() {
    if (graph.getInitializerCount() == 0) {
      graph.addInitializer(values.tensor().toBuilder().setName(tensorName()));
      return;
    }
    TensorProto.Builder tensor =
        graph.getInitializerBuilder(choice.between(0, graph.getInitializerCount() - 1));
    switch (choice.between(0, 7)) {
      case 0 -> {
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(choice.between(0, tensor.getDimsCount() - 1), values.number());
        }
      }
      case 1 -> tensor.addDims(choice.isTrue() ? 1 : values.number());
      case 2 -> tensor.setDataType(choice.between(0, 17));
      case 3 -> {
        if (tensor.getFloatDataCount() > 0) {
          tensor.setFloatData(choice.between(0, tensor.getFloatDataCount() - 1), values.real());
        }
      }
      case 4, 5 -> {
        if (tensor.getInt64DataCount() > 0) {
          tensor.setInt64Data(choice.between(0, tensor.getInt64DataCount() - 1), values.number());
        }
      }
      case 6 -> graph.addInitializer(values.tensor().toBuilder().setName(tensorName()));
      default -> {
        // As many numbers as before in other dimensions.
        List<Long> turned = List.copyOf(tensor.getDimsList()).reversed();
        tensor.clearDims().addAllDims(turned);
      }
    }
  }

  private void changeImage() {
    if (graph.getInputCount() == 0) {
      return;
    }
    ValueInfoProto.Builder input =
        graph.getInputBuilder(choice.between(0, graph.getInputCount() - 1));
    TypeProto.Tensor.Builder type = input.getTypeBuilder().getTensorTypeBuilder();
    TensorShapeProto.Builder shape = type.getShapeBuilder();
    switch (choice.between(0, 4)) {
      case 0 -> type.setElemType(choice.between(0, 17));
      case 1 -> shape.addDimBuilder().setDimValue(values.number());
      default -> {
        if (shape.getDimCount() > 0) {
          shape.setDim(
              choice.between(0, shape.getDimCount() - 1),
              TensorShapeProto.Dimension.newBuilder().setDimValue(values.number()));
        }
      }
    }
  }

  private void changeHeader() {
    switch (choice.between(0, 3)) {
      case 0 ->
          model
              .clearOpsetImport()
              .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(choice.between(6, 23)));
      case 1 ->
          model
              .addMetadataPropsBuilder()
              .setKey(choice.isTrue() ? "rheobase.format" : "rheobase.steps")
              .setValue(String.valueOf(values.number()));
      case 2 -> graph.setName(values.word());
      default -> {
        if (model.getMetadataPropsCount() > 0) {
          model
              .getMetadataPropsBuilder(choice.between(0, model.getMetadataPropsCount() - 1))
              .setValue(choice.isTrue() ? values.word() : String.valueOf(values.number()));
        }
      }
    }
  }

  /** A function of the nodes so far, called by one of them. */
  private void makeFunction() {
    NodeProto.Builder caller = node();
    FunctionProto.Builder function =
        FunctionProto.newBuilder()
            .setName("Own")
            .setDomain("own")
            .addAllInput(caller.getInputList());
    int first = choice.between(0, graph.getNodeCount() - 1);
    int count = choice.between(1, 3);
    for (NodeProto inner : graph.getNodeList().stream().skip(first).limit(count).toList()) {
      function.addNode(inner);
      function.clearOutput().addAllOutput(inner.getOutputList());
    }
    model.addFunctions(function);
    caller.setOpType("Own").setDomain("own");
    if (choice.isTrue()) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1));
    }
  }

  /** The nodes of another model behind this one. */
  private void appendOther() {
    GraphProto other = seed().getGraph();
    if (other.getInputCount() == 0 || graph.getOutputCount() == 0) {
      return;
    }
    String image = other.getInput(0).getName();
    String last = graph.getOutput(0).getName();
    String prefix = "o" + graph.getNodeCount() + "/";
    for (TensorProto tensor : other.getInitializerList()) {
      graph.addInitializer(tensor.toBuilder().setName(prefix + tensor.getName()));
    }
    String output = last;
    for (NodeProto node : other.getNodeList()) {
      NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput();
      for (String input : node.getInputList()) {
        copy.addInput(input.isEmpty() ? "" : input.equals(image) ? last : prefix + input);
      }
      for (String name : node.getOutputList()) {
        output = prefix + name;
        copy.addOutput(output);
      }
      graph.addNode(copy);
    }
    graph.getOutputBuilder(0).setName(output);
  }

  /** A constant, computed in front of all nodes, as an input of one of them. */
  private void computeInput() {
    String name = "c" + graph.getNodeCount();
    NodeProto.Builder maker =
        NodeProto.newBuilder().setOpType(values.constantMaker()).addOutput(name);
    int inputs = choice.between(1, 4);
    for (int i = 0; i < inputs; i++) {
      String input = name + "/" + i;
      graph.addInitializer(values.tensor().toBuilder().setName(input));
      maker.addInput(input);
    }
    NodeProto.Builder reader = node();
    int index = choice.between(0, 4);
    if (index < reader.getInputCount()) {
      reader.setInput(index, name);
    } else {
      reader.addInput(name);
    }
    graph.addNode(0, maker);
  }

  private void declare() {
    if (choice.isTrue()) {
      graph.addOutput(ValueInfoProto.newBuilder().setName(tensorName()));
      return;
    }
    ValueInfoProto.Builder info = graph.addValueInfoBuilder().setName(tensorName());
    int rank = choice.between(0, 6);
    for (int i = 0; i < rank; i++) {
      info.getTypeBuilder()
          .getTensorTypeBuilder()
          .getShapeBuilder()
          .addDimBuilder()
          .setDimValue(values.number());
    }
  }
}
