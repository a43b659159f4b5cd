package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.rheobase.error.MisuseException;

/**
 * The tensors that a network is asked for, and the nodes of the file that they need.
 *
 * @param tensors by name
 * @param needed for every node of the file, whether it is needed
 */
record ChosenOutputs(List<String> tensors, List<Boolean> needed) {
  private static final int MOST_NAMES = 8;

  /** All nodes, also those that no output needs: they get their verdicts too. */
  static ChosenOutputs all(GraphProto graph, List<ValueInfoProto> outputs) {
    return new ChosenOutputs(
        outputs.stream().map(ValueInfoProto::getName).toList(),
        graph.getNodeList().stream().map(_ -> true).toList());
  }

  /**
   * What the named tensors need. The name of a node stands for its first output.
   *
   * @throws MisuseException when the file has neither a tensor nor a node of a name
   */
  static ChosenOutputs of(ModelFile model, NodeNames names, List<String> chosen) {
    GraphProto graph = model.proto().getGraph();
    Map<String, Integer> producers = new HashMap<>();
    Map<String, String> firstOutputs = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      for (String output : node.getOutputList()) {
        producers.putIfAbsent(output, i);
      }
      if (node.getOutputCount() > 0) {
        firstOutputs.put(names.get(i), node.getOutput(0));
      }
    }
    List<String> tensors = new ArrayList<>();
    for (String name : chosen) {
      String tensor = producers.containsKey(name) ? name : firstOutputs.get(name);
      if (tensor == null || tensor.isEmpty()) {
        throw new MisuseException(unknown(model, name));
      }
      if (!tensors.contains(tensor)) {
        tensors.add(tensor);
      }
    }
    return new ChosenOutputs(tensors, needed(graph, producers, tensors));
  }

  private static List<Boolean> needed(
      GraphProto graph, Map<String, Integer> producers, List<String> tensors) {
    Set<Integer> found = new HashSet<>();
    List<String> open = new ArrayList<>(tensors);
    while (!open.isEmpty()) {
      Integer producer = producers.get(open.removeLast());
      if (producer != null && found.add(producer)) {
        open.addAll(graph.getNode(producer).getInputList());
      }
    }
    List<Boolean> needed = new ArrayList<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      needed.add(found.contains(i));
    }
    return needed;
  }

  private static String unknown(ModelFile model, String name) {
    List<ValueInfoProto> own = model.proto().getGraph().getOutputList();
    return model.file()
        + ": no node or tensor is called "
        + name
        + "; expected one that 'rheobase inspect' lists, or an output of the file ("
        + own.stream()
            .limit(MOST_NAMES)
            .map(ValueInfoProto::getName)
            .collect(Collectors.joining(", "))
        + (own.size() > MOST_NAMES ? ", …)" : ")");
  }
}
