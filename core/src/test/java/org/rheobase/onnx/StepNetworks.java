package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rheobase.graph.Coordinates;
import org.rheobase.graph.Function;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Small spiking networks with random numbers of few bits, on which every order of sums agrees. */
final class StepNetworks {
  private final Random random;

  StepNetworks(Random random) {
    this.random = random;
  }

  /** Nodes with inferred shapes. */
  static final class Nodes {
    private final List<Node> list = new ArrayList<>();

    Nodes(Shape image) {
      list.add(new Node("image", new Op.Input(), List.of(), image));
    }

    Nodes add(String name, Op op, String... inputs) {
      return add(name, op, Shape.of(1), inputs);
    }

    Nodes add(String name, Op op, Shape declared, String... inputs) {
      List<Shape> shapes = new ArrayList<>();
      for (String input : inputs) {
        list.stream().filter(n -> n.name().equals(input)).forEach(n -> shapes.add(n.shape()));
      }
      Shape shape = ShapeInference.infer(op, shapes, declared);
      list.add(new Node(name, op, List.of(inputs), shape));
      return this;
    }

    Shape shape(String name) {
      return list.stream()
          .filter(n -> n.name().equals(name))
          .map(Node::shape)
          .findFirst()
          .orElseThrow();
    }

    Graph graph(String... outputs) {
      List<Graph.Output> named = new ArrayList<>();
      for (int i = 0; i < outputs.length; i += 2) {
        named.add(new Graph.Output(outputs[i], outputs[i + 1]));
      }
      return new Graph("net", list, named);
    }
  }

  /** Multiples of 1/64 between -1 and 1: sums of them are exact in 32 bits. */
  Weights dyadic(int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(129) - 64) / 64f;
    }
    return Weights.of(values, dims);
  }

  Op.Conv conv(int out, int in, int kernel, int stride) {
    Window window =
        Window.of(kernel, kernel)
            .withStride(stride, stride)
            .withPadding(kernel / 2, kernel / 2, kernel / 2, kernel / 2);
    return new Op.Conv(dyadic(out, in, kernel, kernel), dyadic(out), window, 1);
  }

  /** conv, site, conv + shortcut, site, pool, flatten, fully connected, softmax. */
  Graph residual() {
    Shape map = Shape.of(4, 5, 6);
    return new Nodes(Shape.of(2, 5, 6))
        .add("conv1", conv(4, 2, 3, 1), "image")
        .add(
            "site1",
            new Op.IntegrateFire(
                Weights.vector(1, 0.75f, 0, 1.5f),
                dyadic(4),
                Weights.vector(0.5f, 0.25f, 0, 0.75f)),
            "conv1")
        .add("conv2", conv(4, 4, 3, 1), "site1")
        .add("sum", new Op.Add(), "conv2", "site1")
        .add(
            "site2",
            new Op.IntegrateFire(
                Weights.vector(1, 2, 1, -1), Weights.filled(4, 0.0625f), dyadic(4, 5, 6)),
            "sum")
        .add("pool", new Op.AveragePool(Window.of(5, 6), false, 0, 0), "site2")
        .add("flat", new Op.Reshape(), Shape.of(map.channels()), "pool")
        .add("fc", new Op.Linear(dyadic(3, 4), dyadic(3)), "flat")
        .add("soft", new Op.Softmax(), "fc")
        .graph("probabilities", "soft");
  }

  static SnnMetadata metadata(int countFrom) {
    return new SnnMetadata(
        "{\"threshold\":\"mmse\"}",
        8,
        countFrom,
        "ab12",
        "fingerprint",
        "size: [5, 6]\n",
        -5,
        "0.1.0");
  }

  /** Every operation in every form that a conversion can leave in a spiking network. */
  Graph everything() {
    Window pooling = Window.of(3, 3).withStride(2, 2);
    return new Nodes(Shape.of(2, 8, 7))
        .add(
            "depthwise",
            new Op.Conv(
                dyadic(4, 1, 2, 3),
                Weights.vector(0, -0f, Float.MIN_VALUE, 1e-30f),
                new Window(2, 3, 1, 2, 2, 1, 0, 1, 2, 0),
                2),
            "image")
        .add(
            "norm",
            new Op.BatchNorm(dyadic(4), dyadic(4), dyadic(4), Weights.vector(1, 2, 0.5f, 0), 1e-5f),
            "depthwise")
        .add("relu", new Op.Relu(Float.POSITIVE_INFINITY), "norm")
        .add("relu6", new Op.Relu(6), "norm")
        .add("sum2", new Op.Add(), "relu", "relu6")
        .add("sum3", new Op.Add(), "relu", "relu6", "sum2")
        .add("pad", new Op.Pad(1, 0, 2, 3, 1, 2), "sum3")
        .add("noPad", new Op.Pad(0, 0, 0, 0, 0, 0), "pad")
        .add("identity", new Op.Identity(), "noPad")
        .add("max", new Op.MaxPool(pooling.withPadding(1, 1, 2, 0)), "identity")
        .add("site", site(7, 7), "max")
        .add("one", new Op.Concat(), "site")
        .add("two", new Op.Concat(), "one", "site")
        .add("mean", new Op.AveragePool(pooling.withPadding(0, 0, 1, 0), false, 1, 0), "two")
        .add("counted", new Op.AveragePool(pooling.withPadding(1, 1, 1, 1), true, 0, 0), "mean")
        .add("global", new Op.AveragePool(Window.of(2, 1), true, 0, 0), "counted")
        .add(
            "cell",
            new Op.IntegrateFire(Weights.filled(14, 1), dyadic(14), dyadic(14, 1, 1)),
            "global")
        .add("cells", new Op.IntegrateFire(Weights.filled(14, 1), dyadic(14), dyadic(14)), "global")
        .add("both", new Op.Add(), "cell", "cells")
        .add("flat", new Op.Reshape(), Shape.of(14), "both")
        .add("rows", new Op.Reshape(), Shape.of(2, 7), "flat")
        .add("scalar", new Op.Reshape(), Shape.of(14), "rows")
        .add("fc1", new Op.Linear(dyadic(5, 14), dyadic(5)), "scalar")
        .add("site3", site(5, 5), "fc1")
        .add("fc2", new Op.Linear(dyadic(3, 5), dyadic(3)), "site3")
        .add("soft", new Op.Softmax(), "fc2")
        .add("out", new Op.Reshape(), Shape.of(3, 1, 1), "soft")
        .graph("logits", "fc2", "probabilities", "out", "again", "out");
  }

  Op.IntegrateFire site(int channels, int initial) {
    return new Op.IntegrateFire(dyadic(channels), dyadic(channels), dyadic(initial));
  }

  /** Movements and resizing of spikes, and a tail of everything that is not linear. */
  Graph analog() {
    Nodes nodes =
        new Nodes(Shape.of(2, 8, 7))
            .add("conv", conv(4, 2, 3, 1), "image")
            .add("site", new Op.IntegrateFire(Weights.filled(4, 1), dyadic(4), dyadic(4)), "conv")
            .add("selected", new Op.Select(0, List.of(3, 0, 0)), "site")
            .add("turned", new Op.Transpose(List.of(0, 2, 1)), "selected");
    Shape turned = nodes.shape("turned");
    int height = 2 * turned.height();
    int width = 2 * turned.width();
    nodes
        .add("resized", new Op.Resize(Coordinates.HALF_PIXEL, height, width, 2, 2), "turned")
        .add("second", new Op.IntegrateFire(Weights.filled(3, 1), dyadic(3), dyadic(3)), "resized")
        .add("rows", new Op.Select(1, List.of(height - 1, 2, 5)), "second")
        .add("normed", new Op.InstanceNorm(Weights.vector(1, 2, 0.5f), dyadic(3), 1e-2f), "rows")
        .add("local", new Op.LocalResponseNorm(3, 0.5f, 0.25f, 1), "normed")
        .add("factors", new Op.Constant(dyadic(3, 3, width)))
        .add("product", new Op.Multiply(), "local", "factors")
        .add("exp", new Op.Pointwise(new Function.Exp()), "product")
        .add("quotient", new Op.Divide(), "product", "exp");
    String last = "quotient";
    List<Function> functions =
        List.of(
            new Function.LeakyRelu(Weights.vector(0.25f)),
            new Function.LeakyRelu(Weights.vector(0.25f, 0.5f, -1)),
            new Function.HardSwish(),
            new Function.HardSigmoid(0.25f, 0.5f),
            new Function.Tanh(),
            new Function.Clip(-0.5f, 0.25f),
            new Function.Clip(Float.NEGATIVE_INFINITY, 0.125f),
            new Function.Sigmoid(),
            new Function.Sqrt(),
            new Function.Softplus(),
            new Function.Log(),
            new Function.Abs(),
            new Function.ErrorFunction(),
            new Function.Elu(0.5f),
            new Function.Power(1.5f));
    for (Function function : functions) {
      String name = "f" + functions.indexOf(function);
      nodes.add(name, new Op.Pointwise(function), last);
      last = name;
    }
    return nodes
        .add("max", new Op.Reduce(Op.Reduce.Kind.MAX, 2), last)
        .add("mean", new Op.Reduce(Op.Reduce.Kind.MEAN, 1), "max")
        .add("sum", new Op.Reduce(Op.Reduce.Kind.SUM, 0), "mean")
        .add("soft", new Op.Softmax(2), "quotient")
        .graph("reduced", "sum", "probabilities", "soft");
  }
}
