package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;

/**
 * Reads back what {@link OnnxWriter} wrote: tells the network from the bookkeeping of its states.
 * {@link #verify} then writes the graph anew and compares, so that a file that was edited is found
 * out, however it was.
 */
final class SpikingFile {
  private SpikingFile() {}

  /** How the network was converted; null for an artificial network. */
  static @Nullable SnnMetadata metadata(ModelFile model) {
    var properties = model.metadata();
    if (properties.containsKey(SnnMetadata.FORMAT_KEY)) {
      return SnnMetadata.parse(model.file().toString(), properties);
    }
    boolean hasSites =
        model.proto().getGraph().getNodeList().stream().anyMatch(SpikingFile::isIntegrateFire);
    if (hasSites) {
      throw model.unreadable(
          "it holds a spiking network, but its metadata lacks "
              + SnnMetadata.FORMAT_KEY
              + "; convert the model again");
    }
    return null;
  }

  /** The image, the first of the inputs. */
  static ValueInfoProto image(ModelFile model) {
    if (model.proto().getGraph().getInputCount() == 0) {
      throw model.unreadable("expected an input for the image, found none");
    }
    return model.proto().getGraph().getInput(0);
  }

  /** Names of the inputs that hold states. */
  static List<String> states(ModelFile model) {
    List<ValueInfoProto> inputs = model.proto().getGraph().getInputList();
    return inputs.stream().skip(1).map(ValueInfoProto::getName).toList();
  }

  /** The network's own outputs. */
  static List<ValueInfoProto> outputs(ModelFile model) {
    Set<String> own = new HashSet<>();
    for (NodeProto node : model.proto().getGraph().getNodeList()) {
      if (node.getName().startsWith(StepModel.OUTPUT)) {
        own.addAll(node.getOutputList());
      }
    }
    return model.proto().getGraph().getOutputList().stream()
        .filter(o -> own.contains(o.getName()))
        .toList();
  }

  static boolean isIntegrateFire(NodeProto node) {
    return IntegrateFireFunction.isCalledBy(node);
  }

  static boolean isBookkeeping(NodeProto node) {
    return node.getName().startsWith(StepModel.BOOKKEEPING);
  }

  /** What a bookkeeping node stands for in the network: averages stand for what they average. */
  static Value bookkeeping(ModelFile model, NodeProto node, Function<String, Value> lookup) {
    int source =
        node.getName().startsWith(StepModel.SUM)
            ? 1
            : node.getName().startsWith(StepModel.MEAN)
                    || node.getName().startsWith(StepModel.OUTPUT)
                ? 0
                : -1;
    if (source < 0) {
      return new Value.Bookkeeping();
    }
    if (node.getInputCount() <= source) {
      throw model.unreadable(
          "node "
              + node.getName()
              + " has "
              + node.getInputCount()
              + " inputs; expected "
              + (source + 1)
              + " or more");
    }
    return lookup.apply(node.getInput(source));
  }

  /** Reads one population of neurons. */
  static Value integrateFire(OperatorCall call) {
    Feature in = call.feature(0);
    Floats initial = call.parameters(4, "initial potential");
    boolean perNeuron =
        initial.rank() > in.shape().rank() || initial.size() != in.shape().channels();
    Weights initialPotential =
        perNeuron
            ? new Weights(in.shape().dims(), resized(call, initial, in.shape().size()))
            : Weights.vector(initial.values());
    return call.emit(
        new Op.IntegrateFire(
            Weights.vector(call.parameters(2, "threshold").values()),
            Weights.vector(call.parameters(3, "bias current").values()),
            initialPotential,
            neuron(call)),
        in);
  }

  private static Neuron neuron(OperatorCall call) {
    return switch (call.proto().getOpType()) {
      case IntegrateFireFunction.HARD_RESET -> new Neuron.HardReset();
      case IntegrateFireFunction.SWITCH_CODING -> {
        Floats window = call.parameters(5, "window");
        float length = window.values()[0];
        if (length != (int) length || length < 1 || length > Neuron.SwitchCoding.LONGEST_WINDOW) {
          throw call.model()
              .unreadable(
                  "node "
                      + call.name()
                      + " has a window of "
                      + length
                      + "; expected a whole number of steps from 1 to "
                      + Neuron.SwitchCoding.LONGEST_WINDOW);
        }
        yield new Neuron.SwitchCoding((int) length);
      }
      default -> new Neuron.SoftReset();
    };
  }

  private static float[] resized(OperatorCall call, Floats floats, int size) {
    if (floats.size() != size) {
      throw call.model()
          .unreadable(
              "node "
                  + call.name()
                  + " has "
                  + floats.size()
                  + " initial potentials; expected one for each channel or each of "
                  + size
                  + " neurons");
    }
    return floats.values();
  }

  /**
   * Checks that the file is what the writer makes of the graph that was read from it.
   *
   * @throws UnreadableDataException naming the first difference
   */
  static void verify(ModelFile model, Graph graph, SnnMetadata metadata) {
    ModelProto found = model.proto();
    ModelProto expected;
    try {
      expected = StepModel.of(graph, metadata);
    } catch (IllegalArgumentException e) {
      throw model.unreadable("it does not hold a spiking network: " + e.getMessage());
    }
    for (int i = 0; i < expected.getGraph().getNodeCount(); i++) {
      NodeProto node = expected.getGraph().getNode(i);
      if (i >= found.getGraph().getNodeCount() || !node.equals(found.getGraph().getNode(i))) {
        throw edited(model, "node " + node.getName());
      }
    }
    if (found.getGraph().getNodeCount() != expected.getGraph().getNodeCount()) {
      throw edited(model, "the number of nodes");
    }
    if (!found.getGraph().getInputList().equals(expected.getGraph().getInputList())) {
      throw edited(model, "the list of inputs");
    }
    if (!found.getGraph().getOutputList().equals(expected.getGraph().getOutputList())) {
      throw edited(model, "the list of outputs");
    }
    if (!found.getFunctionsList().equals(expected.getFunctionsList())) {
      throw edited(model, "a function of " + IntegrateFireFunction.DOMAIN);
    }
    if (!found.getOpsetImportList().equals(expected.getOpsetImportList())) {
      throw edited(model, "the list of opsets");
    }
    List<TensorProto> own = bookkeepingConstants(expected);
    List<TensorProto> other = bookkeepingConstants(found);
    for (int i = 0; i < Math.max(own.size(), other.size()); i++) {
      if (i >= own.size() || i >= other.size() || !Objects.equals(own.get(i), other.get(i))) {
        throw edited(model, "a constant of the step counter");
      }
    }
  }

  private static List<TensorProto> bookkeepingConstants(ModelProto model) {
    List<TensorProto> constants = new ArrayList<>();
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      if (tensor.getName().startsWith(StepModel.BOOKKEEPING)) {
        constants.add(tensor);
      }
    }
    return constants;
  }

  static UnreadableDataException edited(ModelFile model, String what) {
    return model.unreadable(
        "it was changed after Rheobase wrote it: "
            + what
            + " is not what its network and metadata say; convert the model again");
  }
}
