package org.rheobase.onnx;

import static org.rheobase.onnx.TinyModel.ints;
import static org.rheobase.onnx.TinyModel.longScalar;
import static org.rheobase.onnx.TinyModel.longTensor;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Shape arithmetic as exporters write it. */
final class ExporterForms {
  private ExporterForms() {}

  /** {@code x.view(x.size(0), -1)} as PyTorch exports it. */
  static TinyModel torchView() {
    return OperatorForms.image(9, 3, 2, 2)
        .node("Shape", "x", "s")
        .node("Constant", "", "zero", "value", longScalar(0))
        .node("Gather", "s zero", "n", "axis", 0)
        .node("Unsqueeze", "n", "n1", "axes", ints(0))
        .node("Constant", "", "rest", "value", longTensor(-1))
        .node("Concat", "n1 rest", "target", "axis", 0)
        .node("Reshape", "x target", "y");
  }

  /** {@code x.view(-1, x.size(1) * x.size(2) * x.size(3))}, sizes taken by slice and gather. */
  static TinyModel torchFlattenByProduct() {
    return OperatorForms.image(13, 3, 2, 2)
        .node("Shape", "x", "s")
        .longs("one", 1)
        .longs("three", 3)
        .longs("minus", -1)
        .node("Constant", "", "last", "value_int", 3)
        .node("Slice", "s one three", "two")
        .longs("first", 0)
        .node("Gather", "two first", "c")
        .node("Gather", "two one", "h")
        .node("Gather", "s last", "w")
        .node("Mul", "c h", "ch")
        .node("Mul", "ch w", "chw")
        .node("Concat", "minus chw", "target", "axis", 0)
        .node("Reshape", "x target", "y");
  }

  /** {@code nn.ZeroPad2d} as PyTorch exports it: reverses pairs with slice and transpose. */
  static TinyModel torchZeroPad() {
    return OperatorForms.image(13, 3, 2, 2)
        .longs("pads", 1, 2, 0, 1)
        .longs("four", 4)
        .node("ConstantOfShape", "four", "zeros", "value", longTensor(0))
        .node("Concat", "pads zeros", "eight", "axis", 0)
        .longs("pairs", -1, 2)
        .node("Reshape", "eight pairs", "table")
        .longs("a", 0)
        .longs("begin", -1)
        .longs("end", -Long.MAX_VALUE)
        .longs("step", -1)
        .node("Slice", "table begin end a step", "reversed")
        .node("Transpose", "reversed", "turned", "perm", ints(1, 0))
        .longs("flat", -1)
        .node("Reshape", "turned flat", "p")
        .node("Cast", "p", "p64", "to", DataType.INT64.getNumber())
        .node("Pad", "x p64", "y");
  }
}
