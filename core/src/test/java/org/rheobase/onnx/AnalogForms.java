package org.rheobase.onnx;

import static org.rheobase.onnx.TinyModel.ints;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Supported forms of operators that move values, resize, or are not linear. */
final class AnalogForms {
  private AnalogForms() {}

  static Stream<Arguments> forms() {
    return Stream.of(movements(), shapeCode(), arithmetic(), functions(), resizes(), layers())
        .flatMap(List::stream);
  }

  private static List<Arguments> movements() {
    return List.of(
        form("Transpose", map(13).node("Transpose", "x", "y", "perm", ints(0, 2, 3, 1))),
        form("Transpose", map(7).node("Transpose", "x", "y", "perm", ints(0, 3, 1, 2))),
        form(
            "Reshape Transpose Reshape",
            map(13)
                .longs("split", 0, 2, 2, 3, 5)
                .longs("join", 0, 4, 3, 5)
                .node("Reshape", "x split", "a")
                .node("Transpose", "a", "b", "perm", ints(0, 2, 1, 3, 4))
                .node("Reshape", "b join", "y")),
        form("Gather", map(13).longs("i", 2, 0, -1, 2).node("Gather", "x i", "y", "axis", 1)),
        form("Gather", map(13).longs("i", 4, 1).node("Gather", "x i", "y", "axis", -1)),
        form(
            "Gather Reshape",
            map(13)
                .node("Constant", "", "i", "value_int", 2)
                .node("Gather", "x i", "y", "axis", 2)),
        form("Gather", slice(1, 3, 1, 1)),
        form("Gather", slice(-2, Long.MAX_VALUE, 2, 1)),
        form("Gather", slice(-1, Long.MIN_VALUE, 3, -1)),
        form("Gather", slice(3, 0, 3, -2)),
        form(
            "Gather Gather",
            map(9)
                .node(
                    "Slice",
                    "x",
                    "y",
                    "starts",
                    ints(1, 0),
                    "ends",
                    ints(3, -1),
                    "axes",
                    ints(1, 3))),
        form(
            "Gather Gather Concat",
            map(12)
                .node("Split", "x", "a b", "axis", 1, "split", ints(1, 3))
                .node("Concat", "b a", "y", "axis", 1)),
        form(
            "Gather Gather Concat",
            map(13).node("Split", "x", "a b", "axis", 3 - 2).node("Concat", "b a", "y", "axis", 1)),
        form("Transpose Transpose Concat Transpose", map(13).node("Concat", "x x", "y", "axis", 2)),
        form(
            "Transpose Transpose Concat Transpose",
            map(13).node("Concat", "x x", "y", "axis", -1)));
  }

  /** Shapes as exporters compute them, down to the number of images, which stays open. */
  private static List<Arguments> shapeCode() {
    return List.of(
        form("Identity", map(13).longs("s", 1, 4, 1, 1).node("Expand", "x s", "y")),
        form(
            "AveragePool Gather Gather Identity",
            map(13)
                .node("GlobalAveragePool", "x", "p")
                .longs("s", 3, 5)
                .node("Expand", "p s", "y")),
        form("Gather Gather Identity", map(13).longs("r", 1, 1, 2, 3).node("Tile", "x r", "y")),
        // What PyTorch writes for x.mean((2, 3), keepdim=True).expand(-1, -1, 3, 5).
        form(
            "AveragePool Gather Gather Identity",
            map(13)
                .node("GlobalAveragePool", "x", "p")
                .node("Shape", "x", "size")
                .longs("zero", 0)
                .node("Gather", "size zero", "n")
                .longs("rest", -1, 3, 5)
                .node("Concat", "n rest", "wanted", "axis", 0)
                .node("Shape", "wanted", "rank")
                .node("ConstantOfShape", "rank", "ones", "value", TinyModel.longTensor(1))
                .longs("minus", -1)
                .node("Mul", "ones minus", "free")
                .node("Equal", "wanted free", "isFree")
                .node("Where", "isFree ones wanted", "shape")
                .node("Expand", "p shape", "y")),
        form(
            "Reshape",
            map(13)
                .node("Shape", "x", "size")
                .longs("one", 1)
                .longs("four", 4)
                .longs("zero", 0)
                .node("Slice", "size one four", "rest")
                .node("ReduceProd", "rest", "features")
                .node("Gather", "size zero", "n")
                .node("Max", "n zero", "images")
                .node("Concat", "images features", "shape", "axis", 0)
                .node("Reshape", "x shape", "y")),
        form(
            "Resize",
            map(13)
                .node("Shape", "x", "size")
                .longs("two", 2)
                .longs("four", 4)
                .node("Slice", "size two four", "hw")
                .node("Cast", "hw", "real", "to", 1)
                .scalar("factor", 1.7f)
                .node("Mul", "real factor", "wanted")
                .node("Floor", "wanted", "whole")
                .node("Div", "whole real", "ratio")
                .vector("kept", 1, 1)
                .node("Concat", "kept ratio", "scales", "axis", 0)
                .node("Resize", "x _ scales", "y", "mode", "linear")),
        form(
            "Gather",
            map(13)
                .longs("three", 3)
                .longs("one", 1)
                .longs("from", 0)
                .longs("to", 4)
                .node("Mod", "three to", "three3")
                .node("Greater", "three3 one", "more")
                .node("Not", "more", "less")
                .node("Where", "less from one", "start")
                .node("Slice", "x start to one", "y")));
  }

  private static TinyModel slice(long start, long end, long axis, long step) {
    return map(13)
        .longs("start", start)
        .longs("end", end)
        .longs("axis", axis)
        .longs("step", step)
        .node("Slice", "x start end axis step", "y");
  }

  private static List<Arguments> arithmetic() {
    return List.of(
        form("Mul", map(13).node("Mul", "x x", "y")),
        form("Relu Div", map(13).node("Relu", "x", "r").scalar("c", 3).node("Div", "x x", "y")),
        form("BatchNormalization Add", map(13).node("Sub", "x x", "y")),
        form(
            "AveragePool Gather Gather Add",
            map(13).node("GlobalAveragePool", "x", "p").node("Add", "x p", "y")),
        form(
            "AveragePool Gather Gather Mul",
            map(13).node("GlobalAveragePool", "x", "p").node("Mul", "p x", "y")),
        form("Constant Add", map(13).weights("c", 3, 5).node("Add", "c x", "y")),
        form("Constant Mul", map(13).weights("c", 4, 1, 5).node("Mul", "x c", "y")),
        form(
            "Constant BatchNormalization Add",
            map(13).weights("c", 1, 3, 1).node("Sub", "x c", "y")),
        form(
            "Constant BatchNormalization Add",
            map(13).weights("c", 1, 3, 1).node("Sub", "c x", "y")),
        form("Constant Div", map(13).weights("c", 3, 5).node("Div", "x c", "y")),
        form("Constant Div", map(13).scalar("c", 2).node("Div", "c x", "y")));
  }

  private static List<Arguments> functions() {
    List<Arguments> forms = new ArrayList<>();
    for (String name : List.of("Sigmoid", "Tanh", "Exp")) {
      forms.add(form(name, map(13).node(name, "x", "y")));
    }
    forms.add(form("HardSwish", map(14).node("HardSwish", "x", "y")));
    forms.add(form("Relu Sqrt", map(13).node("Relu", "x", "r").node("Sqrt", "r", "y")));
    forms.add(form("HardSigmoid", map(13).node("HardSigmoid", "x", "y")));
    forms.add(form("HardSigmoid", map(13).node("HardSigmoid", "x", "y", "alpha", 1f, "beta", 0f)));
    forms.add(form("LeakyRelu", map(13).node("LeakyRelu", "x", "y")));
    forms.add(form("LeakyRelu", map(7).node("LeakyRelu", "x", "y", "alpha", 0.25f)));
    forms.add(form("PRelu", map(13).weights("s", 4, 1, 1).node("PRelu", "x s", "y")));
    forms.add(form("Pow", map(13).scalar("e", 2).node("Pow", "x e", "y")));
    forms.add(
        form("Clip", map(13).scalar("a", -0.5f).scalar("b", 0.25f).node("Clip", "x a b", "y")));
    forms.add(form("Clip", map(13).scalar("b", 0.25f).node("Clip", "x _ b", "y")));
    forms.add(form("Clip", map(8).node("Clip", "x", "y", "min", -0.5f)));
    for (String name : List.of("Abs", "Erf", "Softplus", "Elu")) {
      forms.add(form(name, map(13).node(name, "x", "y")));
    }
    forms.add(form("Elu", map(13).node("Elu", "x", "y", "alpha", 0.3f)));
    forms.add(
        form(
            "Relu Softplus Log",
            map(13).node("Relu", "x", "r").node("Softplus", "r", "s").node("Log", "s", "y")));
    forms.add(form("BatchNormalization", map(13).node("Neg", "x", "y")));
    forms.add(form("Elu BatchNormalization", map(13).node("Selu", "x", "y")));
    forms.add(form("Softplus Tanh Mul", map(18).node("Mish", "x", "y")));
    forms.add(
        form("BatchNormalization Erf BatchNormalization Mul", map(20).node("Gelu", "x", "y")));
    forms.add(
        form(
            "Mul BatchNormalization Mul Tanh BatchNormalization Mul",
            map(20).node("Gelu", "x", "y", "approximate", "tanh")));
    for (int size : new int[] {1, 3, 9}) {
      forms.add(form("LRN", map(13).node("LRN", "x", "y", "size", size)));
    }
    forms.add(
        form(
            "LRN",
            map(13).node("LRN", "x", "y", "size", 3, "alpha", 0.5f, "beta", 0.3f, "bias", 2f)));
    for (int axis = 1; axis < 4; axis++) {
      String repeat = "Gather BatchNormalization ";
      forms.add(
          form(
              "ReduceMax " + repeat + "Add Exp ReduceSum Log " + repeat + "Add",
              map(13).node("LogSoftmax", "x", "y", "axis", axis)));
      forms.add(form("Softmax", map(13).node("Softmax", "x", "y", "axis", axis)));
    }
    forms.add(form("Softmax", map(13).node("Softmax", "x", "y")));
    forms.add(form("Reshape Softmax Reshape", map(12).node("Softmax", "x", "y")));
    forms.add(form("Reshape Softmax Reshape", map(11).node("Softmax", "x", "y", "axis", 2)));
    forms.add(form("ReduceMax", map(13).node("ReduceMax", "x", "y", "axes", ints(1))));
    forms.add(form("ReduceMax ReduceMax", map(13).node("ReduceMax", "x", "y", "axes", ints(2, 3))));
    forms.add(
        form(
            "ReduceMean Reshape",
            map(13).node("ReduceMean", "x", "y", "axes", ints(1), "keepdims", 0)));
    forms.add(form("ReduceSum", map(13).longs("a", -1).node("ReduceSum", "x a", "y")));
    forms.add(form("ReduceSum", map(11).node("ReduceSum", "x", "y", "axes", ints(3))));
    return forms;
  }

  private static List<Arguments> resizes() {
    List<Arguments> forms = new ArrayList<>();
    for (String mode : List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")) {
      for (float[] scales : new float[][] {{1, 1, 2, 3}, {1, 1, 1.6f, 0.7f}, {1, 1, 0.34f, 0.2f}}) {
        forms.add(
            form(
                "Resize",
                map(13)
                    .vector("s", scales)
                    .node(
                        "Resize",
                        "x _ s",
                        "y",
                        "mode",
                        "linear",
                        "coordinate_transformation_mode",
                        mode)));
        for (String rounding :
            List.of("floor", "ceil", "round_prefer_floor", "round_prefer_ceil")) {
          forms.add(
              form(
                  "Gather Gather",
                  map(13)
                      .vector("s", scales)
                      .node(
                          "Resize",
                          "x _ s",
                          "y",
                          "nearest_mode",
                          rounding,
                          "coordinate_transformation_mode",
                          mode)));
        }
      }
      forms.add(
          form(
              "Resize",
              map(11)
                  .vector("roi")
                  .vector("s")
                  .node("Shape", "x", "shape")
                  .longs("first", 0)
                  .node("Gather", "shape first", "n")
                  .longs("rest", 4, 7, 4)
                  .node("Concat", "n rest", "sizes", "axis", 0)
                  .node(
                      "Resize",
                      "x roi s sizes",
                      "y",
                      "mode",
                      "linear",
                      "coordinate_transformation_mode",
                      mode)));
    }
    forms.add(
        form("Gather Gather", map(10).vector("s", 1, 1, 0.7f, 0.6f).node("Resize", "x s", "y")));
    forms.add(form("Identity", map(13).node("ReduceSum", "x", "y", "noop_with_empty_axes", 1)));
    forms.add(form("Gather Gather", map(10).vector("s", 1, 1, 2, 2).node("Resize", "x s", "y")));
    forms.add(form("Gather Gather", map(9).vector("s", 1, 1, 2, 3).node("Upsample", "x s", "y")));
    forms.add(
        form(
            "Resize",
            map(9).vector("s", 1, 1, 2, 3).node("Upsample", "x s", "y", "mode", "linear")));
    return forms;
  }

  private static List<Arguments> layers() {
    List<Arguments> forms = new ArrayList<>();
    forms.add(
        form(
            "InstanceNormalization",
            map(13)
                .vector("s", 1, 2, 3, 4)
                .vector("b", 4, 3, 2, 1)
                .node("InstanceNormalization", "x s b", "y", "epsilon", 0.01f)));
    forms.add(
        form(
            "Reshape InstanceNormalization Reshape BatchNormalization",
            map(21)
                .vector("s", 1, 2, 3, 4)
                .vector("b", 4, 3, 2, 1)
                .node("GroupNormalization", "x s b", "y", "num_groups", 2)));
    forms.add(
        form(
            "Reshape InstanceNormalization Reshape Constant Mul Constant Add",
            map(17)
                .weights("s", 3, 5)
                .weights("b", 3, 5)
                .node("LayerNormalization", "x s b", "y", "axis", -2)));
    forms.add(form("Conv", transposed("1 1", 4, 3, 3, 2, "pads", ints(1, 0, 0, 1))));
    forms.add(form("Gather Gather Conv", transposed("1 1", 4, 3, 2, 1, "pads", ints(2, 1, 0, 0))));
    String spread = "Reshape Pad Reshape Transpose Reshape Gather Gather ";
    forms.add(form(spread + "Conv", transposed("2 3", 4, 3, 2, 2)));
    forms.add(
        form(
            spread + "Conv",
            transposed("2 2", 4, 2, 3, 3, "pads", ints(1, 1, 1, 1), "output_padding", ints(1, 1))));
    forms.add(
        form(spread + "Conv", transposed("2 2", 4, 3, 3, 2, "group", 2, "dilations", ints(2, 1))));
    for (String mode : List.of("reflect", "edge")) {
      forms.add(
          form(
              "Gather Gather",
              map(13).longs("p", 0, 0, 1, 2, 0, 0, 2, 1).node("Pad", "x p", "y", "mode", mode)));
      forms.add(
          form(
              "Gather",
              map(9).node("Pad", "x", "y", "mode", mode, "pads", ints(0, 0, 0, 3, 0, 0, 0, 0))));
    }
    return forms;
  }

  private static TinyModel transposed(
      String strides, int in, int out, int height, int width, Object... attributes) {
    String[] both = strides.split(" ", -1);
    Object[] all = java.util.Arrays.copyOf(attributes, attributes.length + 2);
    all[attributes.length] = "strides";
    all[attributes.length + 1] = ints(Integer.parseInt(both[0]), Integer.parseInt(both[1]));
    return map(13).weights("w", in, out, height, width).node("ConvTranspose", "x w", "y", all);
  }

  private static Arguments form(String operations, TinyModel model) {
    return Arguments.of(operations, model);
  }

  private static TinyModel map(int opset) {
    return TinyModel.image(opset, 0, 4, 3, 5);
  }
}
