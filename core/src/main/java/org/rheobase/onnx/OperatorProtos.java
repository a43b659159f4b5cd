package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.rheobase.graph.Function;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Operations of a graph as ONNX nodes with their constants: the inverse of the reader. */
final class OperatorProtos {
  /** Where constants go; returns the tensor's name. */
  interface Constants {
    String add(String name, TensorProto.Builder tensor);
  }

  private OperatorProtos() {}

  /**
   * The node that computes {@code node}.
   *
   * @param inputs tensor names of its inputs
   * @param inputShape of its first input
   * @param output tensor name of its output
   */
  static NodeProto of(
      Node node, List<String> inputs, Shape inputShape, String output, Constants constants) {
    NodeProto.Builder proto =
        NodeProto.newBuilder().setName(node.name()).addAllInput(inputs).addOutput(output);
    switch (node.op()) {
      case Op.Conv conv -> {
        proto.setOpType("Conv");
        proto.addInput(constants.add(node.name() + ".weight", floats(conv.weight())));
        proto.addInput(constants.add(node.name() + ".bias", floats(conv.bias())));
        window(proto, conv.window(), 0, 0);
        dilations(proto, conv.window());
        proto.addAttribute(integer("group", conv.groups()));
      }
      case Op.Linear linear -> {
        proto.setOpType("Gemm");
        proto.addInput(constants.add(node.name() + ".weight", floats(linear.weight())));
        proto.addInput(constants.add(node.name() + ".bias", floats(linear.bias())));
        proto.addAttribute(integer("transB", 1));
      }
      case Op.BatchNorm norm -> {
        proto.setOpType("BatchNormalization");
        proto.addInput(constants.add(node.name() + ".scale", floats(norm.scale())));
        proto.addInput(constants.add(node.name() + ".shift", floats(norm.shift())));
        proto.addInput(constants.add(node.name() + ".mean", floats(norm.mean())));
        proto.addInput(constants.add(node.name() + ".variance", floats(norm.variance())));
        proto.addAttribute(
            AttributeProto.newBuilder()
                .setName("epsilon")
                .setType(AttributeType.FLOAT)
                .setF(norm.epsilon()));
      }
      case Op.Relu relu -> {
        proto.setOpType(relu.isCapped() ? "Clip" : "Relu");
        if (relu.isCapped()) {
          proto.addInput(constants.add(node.name() + ".min", scalar(0)));
          proto.addInput(constants.add(node.name() + ".max", scalar(relu.cap())));
        }
      }
      case Op.MaxPool pool -> {
        proto.setOpType("MaxPool");
        window(proto, pool.window(), 0, 0);
        dilations(proto, pool.window());
      }
      case Op.AveragePool pool -> {
        proto.setOpType("AveragePool");
        boolean ceil = pool.overhangHeight() > 0 || pool.overhangWidth() > 0;
        if (ceil && !SlidingWindow.isCeilMode(pool, inputShape)) {
          throw new IllegalArgumentException(
              "node " + node.name() + " has an overhang that ceil mode does not make");
        }
        window(proto, pool.window(), pool.overhangHeight(), pool.overhangWidth());
        proto.addAttribute(integer("ceil_mode", ceil ? 1 : 0));
        proto.addAttribute(integer("count_include_pad", pool.countIncludePad() ? 1 : 0));
      }
      case Op.Pad pad -> {
        proto.setOpType("Pad");
        proto.addInput(
            constants.add(
                node.name() + ".pads",
                longs(
                    0,
                    pad.channelsBefore(),
                    pad.top(),
                    pad.left(),
                    0,
                    pad.channelsAfter(),
                    pad.bottom(),
                    pad.right())));
      }
      case Op.Add _ -> proto.setOpType(inputs.size() == 2 ? "Add" : "Sum");
      case Op.Concat _ -> {
        proto.setOpType("Concat");
        proto.addAttribute(integer("axis", 1));
      }
      case Op.Reshape _ -> {
        proto.setOpType("Reshape");
        long[] shape = new long[node.shape().rank() + 1];
        for (int i = 1; i < shape.length; i++) {
          shape[i] = node.shape().dims().get(i - 1);
        }
        proto.addInput(constants.add(node.name() + ".shape", longs(shape)));
      }
      case Op.Identity _ -> proto.setOpType("Identity");
      case Op.Transpose transpose -> {
        proto.setOpType("Transpose");
        long[] permutation = new long[transpose.permutation().size() + 1];
        for (int i = 1; i < permutation.length; i++) {
          permutation[i] = transpose.permutation().get(i - 1) + 1L;
        }
        proto.addAttribute(integers("perm", permutation));
      }
      case Op.Select select -> {
        proto.setOpType("Gather");
        long[] indices = select.indices().stream().mapToLong(Integer::longValue).toArray();
        proto.addInput(constants.add(node.name() + ".indices", longs(indices)));
        proto.addAttribute(integer("axis", select.axis() + 1));
      }
      case Op.Resize resize -> {
        proto.setOpType("Resize").addInput("");
        proto.addInput(
            constants.add(
                node.name() + ".scales",
                floats(Weights.vector(1, 1, resize.scaleHeight(), resize.scaleWidth()))));
        proto.addAttribute(text("mode", "linear"));
        proto.addAttribute(
            text(
                "coordinate_transformation_mode",
                resize.coordinates().name().toLowerCase(Locale.ROOT)));
      }
      case Op.Constant constant -> {
        proto.setOpType("Constant");
        List<Integer> dims = new ArrayList<>(constant.values().dims());
        dims.add(0, 1);
        proto.addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeType.TENSOR)
                .setT(floats(new Weights(dims, constant.values().values()))));
      }
      case Op.Pointwise pointwise -> function(proto, node, pointwise.function(), constants);
      case Op.Multiply _, Op.Divide _ -> proto.setOpType(node.op().label());
      case Op.Reduce reduce -> {
        proto.setOpType(reduce.label());
        if (reduce.kind() == Op.Reduce.Kind.SUM) {
          proto.addInput(constants.add(node.name() + ".axes", longs(reduce.axis() + 1)));
        } else {
          proto.addAttribute(integers("axes", reduce.axis() + 1));
        }
      }
      case Op.InstanceNorm norm -> {
        proto.setOpType("InstanceNormalization");
        proto.addInput(constants.add(node.name() + ".scale", floats(norm.scale())));
        proto.addInput(constants.add(node.name() + ".shift", floats(norm.shift())));
        proto.addAttribute(number("epsilon", norm.epsilon()));
      }
      case Op.LocalResponseNorm norm -> {
        proto.setOpType("LRN");
        proto.addAttribute(integer("size", norm.size()));
        proto.addAttribute(number("alpha", norm.alpha()));
        proto.addAttribute(number("beta", norm.beta()));
        proto.addAttribute(number("bias", norm.bias()));
      }
      case Op.Softmax softmax -> {
        proto.setOpType("Softmax");
        proto.addAttribute(integer("axis", softmax.axis() + 1));
      }
      case Op.IntegrateFire site -> {
        proto
            .setOpType(IntegrateFireFunction.name(site.neuron()))
            .setDomain(IntegrateFireFunction.DOMAIN);
        proto.addInput(
            constants.add(node.name() + ".threshold", perChannel(node, site.threshold())));
        proto.addInput(
            constants.add(node.name() + ".biasCurrent", perChannel(node, site.biasCurrent())));
        proto.addInput(
            constants.add(
                node.name() + ".initialPotential",
                initialPotential(node, site.initialPotential())));
        if (site.neuron() instanceof Neuron.SwitchCoding coding) {
          proto.addInput(constants.add(node.name() + ".window", scalar(coding.window())));
        }
      }
      case Op.Input _ -> throw new IllegalArgumentException("the input is not a node in ONNX");
    }
    return proto.build();
  }

  private static void function(
      NodeProto.Builder proto, Node node, Function function, Constants constants) {
    proto.setOpType(function.label());
    switch (function) {
      case Function.Sigmoid _,
          Function.Tanh _,
          Function.Exp _,
          Function.Sqrt _,
          Function.Log _,
          Function.Abs _,
          Function.ErrorFunction _,
          Function.Softplus _,
          Function.HardSwish _ -> {
        // They have no parameters.
      }
      case Function.Clip clip -> {
        proto.addInput(constants.add(node.name() + ".min", scalar(clip.lower())));
        proto.addInput(constants.add(node.name() + ".max", scalar(clip.upper())));
      }
      case Function.Elu elu -> proto.addAttribute(number("alpha", elu.alpha()));
      case Function.HardSigmoid hard -> {
        proto.addAttribute(number("alpha", hard.alpha()));
        proto.addAttribute(number("beta", hard.beta()));
      }
      case Function.Power power ->
          proto.addInput(constants.add(node.name() + ".exponent", scalar(power.exponent())));
      case Function.LeakyRelu leaky -> {
        if (leaky.slope().size() == 1) {
          proto.addAttribute(number("alpha", leaky.slope().get(0)));
        } else {
          proto.addInput(constants.add(node.name() + ".slope", perChannel(node, leaky.slope())));
        }
      }
    }
  }

  private static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** {@code [c,1,1]}, or {@code [c]} for features. */
  private static TensorProto.Builder perChannel(Node node, Weights weights) {
    if (!weights.dims().equals(List.of(node.shape().channels()))) {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + ": expected the dimensions ["
              + node.shape().channels()
              + "], found "
              + weights.dims());
    }
    List<Integer> dims = new ArrayList<>(weights.dims());
    dims.addAll(Collections.nCopies(node.shape().rank() - 1, 1));
    return floats(new Weights(dims, weights.values()));
  }

  /**
   * {@code [c,1,1]} or {@code [c,h,w]}; {@code [1,c,1,1]} tells one value per neuron from one per
   * channel on a map of one cell.
   */
  private static TensorProto.Builder initialPotential(Node node, Weights weights) {
    if (!weights.dims().equals(node.shape().dims()) || node.shape().rank() == 1) {
      return perChannel(node, weights);
    }
    List<Integer> dims = new ArrayList<>(weights.dims());
    if (node.shape().area() == 1) {
      dims.add(0, 1);
    }
    return floats(new Weights(dims, weights.values()));
  }

  static TensorProto.Builder floats(Weights weights) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, weights.size())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(weights.values());
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(DataType.FLOAT.getNumber())
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
    weights.dims().forEach(tensor::addDims);
    return tensor;
  }

  static TensorProto.Builder scalar(float value) {
    return floats(Weights.of(new float[] {value}));
  }

  static TensorProto.Builder longs(long... values) {
    return TensorProto.newBuilder()
        .setDataType(DataType.INT64.getNumber())
        .addDims(values.length)
        .addAllInt64Data(Arrays.stream(values).boxed().toList());
  }

  private static void window(
      NodeProto.Builder proto, Window window, int overhangHeight, int overhangWidth) {
    proto.addAttribute(integers("kernel_shape", window.kernelHeight(), window.kernelWidth()));
    proto.addAttribute(integers("strides", window.strideHeight(), window.strideWidth()));
    proto.addAttribute(
        integers(
            "pads",
            window.padTop(),
            window.padLeft(),
            window.padBottom() - overhangHeight,
            window.padRight() - overhangWidth));
  }

  private static void dilations(NodeProto.Builder proto, Window window) {
    proto.addAttribute(integers("dilations", window.dilationHeight(), window.dilationWidth()));
  }

  private static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value);
  }

  private static AttributeProto.Builder integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList());
  }
}
