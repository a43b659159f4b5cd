package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of a graph's nodes: the one in the file where it is unique, otherwise that of the first
 * output, with a number behind it where that is taken too.
 */
final class NodeNames {
  private final Set<String> taken = new HashSet<>();
  private final List<String> names = new ArrayList<>();

  NodeNames(GraphProto graph, String input) {
    taken.add(input);
    Map<String, Integer> uses = new HashMap<>();
    graph.getNodeList().forEach(n -> uses.merge(n.getName(), 1, Integer::sum));
    List<Boolean> own = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      String name = node.getName();
      own.add(!name.isEmpty() && uses.getOrDefault(name, 0) == 1 && taken.add(name));
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      if (own.get(i)) {
        names.add(node.getName());
      } else {
        String output = node.getOutputCount() > 0 ? node.getOutput(0) : "";
        names.add(unique(output.isEmpty() ? node.getOpType() : output));
      }
    }
  }

  String get(int index) {
    return names.get(index);
  }

  /** The name itself, or with the first free number from 2 behind it. */
  String unique(String name) {
    String candidate = name;
    for (int i = 2; !taken.add(candidate); i++) {
      candidate = name + "_" + i;
    }
    return candidate;
  }
}
