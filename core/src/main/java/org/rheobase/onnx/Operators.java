package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;
import org.rheobase.graph.Function;
import org.rheobase.graph.Op;

/** The operators that Rheobase reads, each with its translation. */
final class Operators {
  /** Translates one node whose inputs are known, at least one of them computed from the image. */
  interface Operator {
    /**
     * Emits nodes and returns the value of the first output.
     *
     * @throws Refusal when this form of the operator is not supported
     */
    Value translate(OperatorCall call);
  }

  private static final Map<String, Operator> BY_NAME =
      Map.ofEntries(
          Map.entry("Add", PointwiseOperators::add),
          Map.entry("AveragePool", PoolOperators::averagePool),
          Map.entry("BatchNormalization", LinearOperators::batchNormalization),
          Map.entry("Cast", PointwiseOperators::cast),
          Map.entry("Clip", PointwiseOperators::clip),
          Map.entry("Concat", ShapeOperators::concat),
          Map.entry("Conv", LinearOperators::conv),
          Map.entry("ConvTranspose", TransposedConvolution::translate),
          Map.entry("Div", PointwiseOperators::div),
          Map.entry("Dropout", PointwiseOperators::dropout),
          Map.entry("Flatten", ShapeOperators::flatten),
          Map.entry("Gemm", LinearOperators::gemm),
          Map.entry("GlobalAveragePool", PoolOperators::globalAveragePool),
          Map.entry("GlobalMaxPool", PoolOperators::globalMaxPool),
          Map.entry("Identity", PointwiseOperators::identity),
          Map.entry("MatMul", LinearOperators::matMul),
          Map.entry("MaxPool", PoolOperators::maxPool),
          Map.entry("Mul", PointwiseOperators::mul),
          Map.entry("Pad", ShapeOperators::pad),
          Map.entry("ReduceMax", FunctionOperators.reduce(Op.Reduce.Kind.MAX)),
          Map.entry("ReduceMean", PoolOperators::reduceMean),
          Map.entry("ReduceSum", FunctionOperators.reduce(Op.Reduce.Kind.SUM)),
          Map.entry("Relu", PointwiseOperators::relu),
          Map.entry("Reshape", ShapeOperators::reshape),
          Map.entry("Resize", ResizeOperators::resize),
          Map.entry("Shape", ShapeOperators::shape),
          Map.entry("Softmax", FunctionOperators::softmax),
          Map.entry("Split", MovementOperators::split),
          Map.entry("Squeeze", ShapeOperators::squeeze),
          Map.entry("Sub", PointwiseOperators::sub),
          Map.entry("Sum", PointwiseOperators::sum),
          Map.entry("Transpose", MovementOperators::transpose),
          Map.entry("Unsqueeze", ShapeOperators::unsqueeze),
          Map.entry("Upsample", ResizeOperators::upsample),
          Map.entry("GroupNormalization", NormalisationOperators::group),
          Map.entry("InstanceNormalization", NormalisationOperators::instance),
          Map.entry("LayerNormalization", NormalisationOperators::layer),
          Map.entry("LRN", NormalisationOperators::localResponse),
          Map.entry("Abs", FunctionOperators.of(new Function.Abs())),
          Map.entry("Elu", FunctionOperators::elu),
          Map.entry("Erf", FunctionOperators.of(new Function.ErrorFunction())),
          Map.entry("Gelu", FunctionOperators::gelu),
          Map.entry("Log", FunctionOperators.of(new Function.Log())),
          Map.entry("LogSoftmax", FunctionOperators::logSoftmax),
          Map.entry("Mish", FunctionOperators::mish),
          Map.entry("Neg", FunctionOperators::negative),
          Map.entry("Selu", FunctionOperators::selu),
          Map.entry("Softplus", FunctionOperators.of(new Function.Softplus())),
          Map.entry("Exp", FunctionOperators.of(new Function.Exp())),
          Map.entry("HardSigmoid", FunctionOperators::hardSigmoid),
          Map.entry("HardSwish", FunctionOperators.of(new Function.HardSwish())),
          Map.entry("LeakyRelu", FunctionOperators::leakyRelu),
          Map.entry("Pow", FunctionOperators::pow),
          Map.entry("PRelu", FunctionOperators::pRelu),
          Map.entry("Sigmoid", FunctionOperators.of(new Function.Sigmoid())),
          Map.entry("Sqrt", FunctionOperators.of(new Function.Sqrt())),
          Map.entry("Tanh", FunctionOperators.of(new Function.Tanh())),
          Map.entry("Expand", MovementOperators::expand),
          Map.entry("Gather", MovementOperators::gather),
          Map.entry("Slice", MovementOperators::slice),
          Map.entry("Tile", MovementOperators::tile),
          // These compute on constants only: shapes, as exporters spell them.
          Map.entry("And", Operators::imageDependent),
          Map.entry("Ceil", Operators::imageDependent),
          Map.entry("Constant", Operators::imageDependent),
          Map.entry("ConstantOfShape", Operators::imageDependent),
          Map.entry("Equal", Operators::imageDependent),
          Map.entry("Floor", Operators::imageDependent),
          Map.entry("Greater", Operators::imageDependent),
          Map.entry("GreaterOrEqual", Operators::imageDependent),
          Map.entry("Less", Operators::imageDependent),
          Map.entry("LessOrEqual", Operators::imageDependent),
          Map.entry("Max", Operators::imageDependent),
          Map.entry("Min", Operators::imageDependent),
          Map.entry("Mod", Operators::imageDependent),
          Map.entry("Not", Operators::imageDependent),
          Map.entry("Or", Operators::imageDependent),
          Map.entry("Range", Operators::imageDependent),
          Map.entry("Reciprocal", Operators::imageDependent),
          Map.entry("ReduceMin", Operators::imageDependent),
          Map.entry("ReduceProd", Operators::imageDependent),
          Map.entry("Round", Operators::imageDependent),
          Map.entry("Where", Operators::imageDependent),
          Map.entry("Xor", Operators::imageDependent));

  private Operators() {}

  /**
   * The operator of a node.
   *
   * @throws Refusal when there is none
   */
  static Operator find(NodeProto node, ModelFile model, boolean spiking) {
    if (spiking && SpikingFile.isIntegrateFire(node)) {
      return SpikingFile::integrateFire;
    }
    if (!ModelFile.isStandardDomain(node.getDomain())) {
      throw new Refusal(
          isLocalFunction(node, model)
              ? "it is a function of the file that uses other opsets than the model; inline the"
                  + " functions when exporting"
              : "only operators of the domain ai.onnx are");
    }
    return Refusal.unlessPresent(
        BY_NAME.get(node.getOpType()), "Rheobase does not know this operator");
  }

  private static boolean isLocalFunction(NodeProto node, ModelFile model) {
    return model.proto().getFunctionsList().stream()
        .anyMatch(
            f -> f.getName().equals(node.getOpType()) && f.getDomain().equals(node.getDomain()));
  }

  private static Value imageDependent(OperatorCall call) {
    throw new Refusal("it is supported for constants and shapes, not for values of the image");
  }
}
