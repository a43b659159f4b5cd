package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;

/**
 * One time step of a population of neurons as a function of standard operators, so that any ONNX
 * runtime executes it. The state is the potential minus its initial value, which therefore starts
 * at zero:
 *
 * <pre>
 * moved  = potential + (current + biasCurrent)
 * spikes = moved + initialPotential >= threshold and threshold > 0 ? threshold : 0
 * next   = moved - spikes
 * </pre>
 */
final class IntegrateFireFunction {
  static final String DOMAIN = "org.rheobase";
  static final String NAME = "IntegrateFire";
  static final int VERSION = 1;
  static final int OPSET = 17;

  private IntegrateFireFunction() {}

  static FunctionProto proto() {
    return FunctionProto.newBuilder()
        .setName(NAME)
        .setDomain(DOMAIN)
        .setDocString(
            "One step of integrate-and-fire neurons with soft reset; the potential is stored minus"
                + " its initial value; a channel with threshold <= 0 never fires")
        .addAllInput(
            List.of("current", "potential", "threshold", "biasCurrent", "initialPotential"))
        .addAllOutput(List.of("spikes", "next"))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addNode(node("Add", "drive", "current", "biasCurrent"))
        .addNode(node("Add", "moved", "potential", "drive"))
        .addNode(node("Add", "reached", "moved", "initialPotential"))
        .addNode(node("GreaterOrEqual", "crosses", "reached", "threshold"))
        .addNode(toFloat("fires", "crosses"))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput("zero")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("value_float")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(0)))
        .addNode(node("Greater", "positive", "threshold", "zero"))
        .addNode(toFloat("alive", "positive"))
        .addNode(node("Mul", "height", "threshold", "alive"))
        .addNode(node("Mul", "spikes", "fires", "height"))
        .addNode(node("Sub", "next", "moved", "spikes"))
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
