package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;

/** Puts the nodes of functions that a model defines itself in the place of their calls. */
final class FunctionInlining {
  /** Functions that call functions can grow without bound; no network has so many nodes. */
  static final int MOST_NODES = 1 << 16;

  private static final int DEEPEST = 32;

  /** Names grow with the depth, and long ones are repeated by every call. */
  private static final long MOST_CHARACTERS = 1 << 25;

  private final Path file;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Set<String> prefixes = new HashSet<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private long characters;

  private FunctionInlining(Path file) {
    this.file = file;
  }

  /** The same model without calls of such functions, except those of a spiking network. */
  static ModelProto apply(Path file, ModelProto model) {
    FunctionInlining inlining = new FunctionInlining(file);
    for (FunctionProto function : model.getFunctionsList()) {
      if (!function.getDomain().equals(IntegrateFireFunction.DOMAIN)
          && fits(function.getOpsetImportList(), model.getOpsetImportList())) {
        inlining.functions.put(key(function.getDomain(), function.getName()), function);
      }
    }
    List<NodeProto> calls = model.getGraph().getNodeList();
    if (calls.stream().noneMatch(n -> inlining.function(n) != null)) {
      return model;
    }
    calls.forEach(n -> inlining.add(n, 0));
    return model.toBuilder()
        .setGraph(model.getGraph().toBuilder().clearNode().addAllNode(inlining.nodes))
        .build();
  }

  /** Whether both mean the same by the names of the operators. */
  static boolean fits(List<OperatorSetIdProto> function, List<OperatorSetIdProto> model) {
    Map<String, Long> versions = new HashMap<>();
    model.forEach(set -> versions.put(domain(set.getDomain()), set.getVersion()));
    return function.stream()
        .allMatch(set -> {
          Long version = versions.get(domain(set.getDomain()));
          return version == null || version == set.getVersion();
        });
  }

  private static String domain(String name) {
    return ModelFile.isStandardDomain(name) ? "" : name;
  }

  private static String key(String domain, String name) {
    return domain(domain) + "\n" + name;
  }

  private @Nullable FunctionProto function(NodeProto node) {
    return functions.get(key(node.getDomain(), node.getOpType()));
  }

  private void add(NodeProto node, int depth) {
    FunctionProto function = function(node);
    if (function == null) {
      if (nodes.size() >= MOST_NODES) {
        throw tooMuch("more than " + MOST_NODES + " nodes");
      }
      nodes.add(node);
      return;
    }
    if (depth >= DEEPEST) {
      throw tooMuch("calls more than " + DEEPEST + " deep");
    }
    String prefix = prefix(node);
    Map<String, String> tensors = tensors(function, node);
    Map<String, AttributeProto> attributes = attributes(function, node);
    for (NodeProto inner : function.getNodeList()) {
      NodeProto renamed = renamed(inner, prefix, tensors, attributes);
      characters += characters(renamed);
      if (characters > MOST_CHARACTERS) {
        throw tooMuch("names of more than " + MOST_CHARACTERS + " characters");
      }
      add(renamed, depth + 1);
    }
  }

  private static long characters(NodeProto node) {
    long sum = node.getName().length();
    for (String name : node.getInputList()) {
      sum += name.length();
    }
    for (String name : node.getOutputList()) {
      sum += name.length();
    }
    return sum;
  }

  private UnreadableDataException tooMuch(String what) {
    return new UnreadableDataException(
        file + ": its functions expand to " + what + "; inline the functions when exporting");
  }

  private String prefix(NodeProto call) {
    String name = call.getName();
    if (name.isEmpty()) {
      name = call.getOutputCount() > 0 ? call.getOutput(0) : call.getOpType();
    }
    String candidate = name;
    for (int i = 2; !prefixes.add(candidate); i++) {
      candidate = name + "_" + i;
    }
    return candidate + "/";
  }

  /** The function's inputs and outputs are those of the call; one that is left out is "". */
  private static Map<String, String> tensors(FunctionProto function, NodeProto call) {
    Map<String, String> tensors = new HashMap<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      tensors.put(function.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
    }
    for (int i = 0; i < Math.min(function.getOutputCount(), call.getOutputCount()); i++) {
      if (!call.getOutput(i).isEmpty()) {
        tensors.put(function.getOutput(i), call.getOutput(i));
      }
    }
    tensors.put("", "");
    return tensors;
  }

  private static Map<String, AttributeProto> attributes(FunctionProto function, NodeProto call) {
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
    call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    return attributes;
  }

  private static NodeProto renamed(
      NodeProto node,
      String prefix,
      Map<String, String> tensors,
      Map<String, AttributeProto> attributes) {
    NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput().clearAttribute();
    if (!node.getName().isEmpty()) {
      copy.setName(prefix + node.getName());
    }
    node.getInputList().forEach(t -> copy.addInput(tensors.getOrDefault(t, prefix + t)));
    node.getOutputList().forEach(t -> copy.addOutput(tensors.getOrDefault(t, prefix + t)));
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getRefAttrName().isEmpty()) {
        copy.addAttribute(attribute);
        continue;
      }
      AttributeProto given = attributes.get(attribute.getRefAttrName());
      if (given != null) {
        copy.addAttribute(given.toBuilder().setName(attribute.getName()));
      }
    }
    return copy.build();
  }
}
