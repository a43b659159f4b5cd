package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;

/**
 * One time step of a population of neurons as a function of standard operators, so that any ONNX
 * runtime executes it; there is one function for each {@link Neuron} model. The state is the
 * potential minus its initial value, which therefore starts at zero:
 *
 * <pre>
 * moved  = potential + (current + biasCurrent)
 * on     = moved + initialPotential >= needed * threshold and threshold > 0
 * output = on ? threshold : 0
 * next   = moved - output, with hard reset: on ? -initialPotential : moved
 * </pre>
 *
 * <p>{@code needed} is 1, or with temporal switch coding {@code was on and left < window ? 1 :
 * left}; whether the neuron was on is then a state too, and {@code left}, the steps that are left
 * of the window, comes from the step counter.
 */
final class IntegrateFireFunction {
  static final String DOMAIN = "org.rheobase";
  static final String SOFT_RESET = "IntegrateFire";
  static final String HARD_RESET = "IntegrateFireHardReset";
  static final String SWITCH_CODING = "IntegrateFireSwitchCoding";
  static final int VERSION = 1;
  static final int OPSET = 17;

  private static final List<String> INPUTS =
      List.of("current", "potential", "threshold", "biasCurrent", "initialPotential");

  private IntegrateFireFunction() {}

  /** The function's name. */
  static String name(Neuron neuron) {
    return switch (neuron) {
      case Neuron.SoftReset _ -> SOFT_RESET;
      case Neuron.HardReset _ -> HARD_RESET;
      case Neuron.SwitchCoding _ -> SWITCH_CODING;
    };
  }

  /** Whether a node of a file is a population of neurons. */
  static boolean isCalledBy(NodeProto node) {
    return node.getDomain().equals(DOMAIN)
        && List.of(SOFT_RESET, HARD_RESET, SWITCH_CODING).contains(node.getOpType());
  }

  /** The functions that a network's sites call. */
  static List<FunctionProto> of(Graph graph) {
    Map<String, FunctionProto> functions = new java.util.TreeMap<>();
    for (Node node : graph.sites()) {
      if (node.op() instanceof Op.IntegrateFire site) {
        functions.computeIfAbsent(name(site.neuron()), _ -> proto(site.neuron()));
      }
    }
    return List.copyOf(functions.values());
  }

  private static FunctionProto proto(Neuron neuron) {
    return switch (neuron) {
      case Neuron.SoftReset _ ->
          begin("soft reset", SOFT_RESET, INPUTS, List.of("spikes", "next"))
              .addNode(node("GreaterOrEqual", "crosses", "reached", "threshold"))
              .addAllNode(output("crosses", "spikes"))
              .addNode(node("Sub", "next", "moved", "spikes"))
              .build();
      case Neuron.HardReset _ ->
          begin("hard reset", HARD_RESET, INPUTS, List.of("spikes", "next"))
              .addNode(node("GreaterOrEqual", "crosses", "reached", "threshold"))
              .addAllNode(output("crosses", "spikes"))
              .addNode(node("And", "reset", "crosses", "positive"))
              .addNode(node("Neg", "empty", "initialPotential"))
              .addNode(node("Where", "next", "reset", "empty", "moved"))
              .build();
      case Neuron.SwitchCoding _ -> {
        List<String> inputs = new ArrayList<>(INPUTS);
        inputs.addAll(List.of("window", "wasOn", "left"));
        yield begin(
                "temporal switch coding, whose spikes are the changes of the output",
                SWITCH_CODING,
                inputs,
                List.of("output", "next", "isOn"))
            .addNode(constant("off", 0))
            .addNode(constant("one", 1))
            .addNode(node("Greater", "switchedOn", "wasOn", "off"))
            .addNode(node("Less", "within", "left", "window"))
            .addNode(node("And", "continues", "switchedOn", "within"))
            .addNode(node("Where", "needed", "continues", "one", "left"))
            .addNode(node("Mul", "charge", "needed", "threshold"))
            .addNode(node("GreaterOrEqual", "crosses", "reached", "charge"))
            .addAllNode(output("crosses", "output"))
            .addNode(node("Sub", "next", "moved", "output"))
            .addNode(node("Mul", "isOn", "fires", "alive"))
            .build();
      }
    };
  }

  /** Inputs, outputs, and the nodes that compute {@code moved} and {@code reached}. */
  private static FunctionProto.Builder begin(
      String what, String name, List<String> inputs, List<String> outputs) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain(DOMAIN)
        .setDocString(
            "One step of integrate-and-fire neurons with "
                + what
                + "; the potential is stored minus its initial value; a channel with threshold <= 0"
                + " never fires")
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addNode(node("Add", "drive", "current", "biasCurrent"))
        .addNode(node("Add", "moved", "potential", "drive"))
        .addNode(node("Add", "reached", "moved", "initialPotential"));
  }

  /** The threshold where the neuron is on, else 0. */
  private static List<NodeProto> output(String crosses, String output) {
    return List.of(
        toFloat("fires", crosses),
        constant("zero", 0),
        node("Greater", "positive", "threshold", "zero"),
        toFloat("alive", "positive"),
        node("Mul", "height", "threshold", "alive"),
        node("Mul", output, "fires", "height"));
  }

  private static NodeProto constant(String output, float value) {
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .addOutput(output)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value_float")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value))
        .build();
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static NodeProto toFloat(String output, String input) {
    return node("Cast", output, input).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(DataType.FLOAT.getNumber()))
        .build();
  }
}
