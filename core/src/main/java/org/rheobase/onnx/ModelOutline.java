package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which node of a file reads which, whether or not Rheobase supports them: all that can be said of
 * a model that is refused.
 *
 * @param input the name of the image
 * @param nodes that depend on the image, in the file's order
 * @param outputs the file's, with the nodes that compute them
 */
public record ModelOutline(String input, List<FileNode> nodes, List<FileOutput> outputs) {
  public ModelOutline {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /**
   * One node.
   *
   * @param name as in its verdict
   * @param op the operator
   * @param inputs names of earlier nodes, or of the image
   */
  public record FileNode(String name, String op, List<String> inputs) {
    public FileNode {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * One output.
   *
   * @param name of the tensor
   * @param node that computes it
   */
  public record FileOutput(String name, String node) {}

  static ModelOutline of(GraphProto graph, NodeNames names, String image) {
    Map<String, String> producers = new HashMap<>();
    producers.put(image, image);
    List<FileNode> nodes = new ArrayList<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      List<String> inputs =
          node.getInputList().stream().map(producers::get).filter(Objects::nonNull).toList();
      if (inputs.isEmpty()) {
        continue;
      }
      nodes.add(new FileNode(names.get(i), node.getOpType(), inputs));
      for (String output : node.getOutputList()) {
        if (!output.isEmpty()) {
          producers.put(output, names.get(i));
        }
      }
    }
    List<FileOutput> outputs = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      String producer = producers.get(output.getName());
      if (producer != null && seen.add(output.getName())) {
        outputs.add(new FileOutput(output.getName(), producer));
      }
    }
    return new ModelOutline(image, nodes, outputs);
  }
}
