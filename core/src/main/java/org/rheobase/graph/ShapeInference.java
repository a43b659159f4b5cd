package org.rheobase.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The output shape of an operation from the shapes of its inputs. */
public final class ShapeInference {
  private ShapeInference() {}

  /**
   * Infers the shape of {@code op} over {@code inputs}.
   *
   * @param declared returned for {@link Op.Input}, and for {@link Op.Reshape} when the number of
   *     elements agrees
   * @throws IllegalArgumentException saying what was expected and what was found
   */
  public static Shape infer(Op op, List<Shape> inputs, Shape declared) {
    return switch (op) {
      case Op.Input _ -> {
        arity(inputs, 0);
        yield declared;
      }
      case Op.Conv conv -> {
        Shape in = map(inputs);
        expect(
            conv.groups() >= 1 && conv.outChannels() % conv.groups() == 0,
            "groups that divide " + conv.outChannels() + " output channels",
            conv.groups());
        expect(
            conv.weight().dims().size() == 4
                && conv.weight().dim(2) == conv.window().kernelHeight()
                && conv.weight().dim(3) == conv.window().kernelWidth(),
            "a weight [out,in/groups,kernel height,kernel width]",
            conv.weight().dims());
        expect(
            conv.bias().size() == conv.outChannels(),
            "a bias for each of " + conv.outChannels() + " channels",
            conv.bias().dims());
        expect(in.channels() == conv.inChannels(), conv.inChannels() + " input channels", in);
        yield slide(conv.window(), in, conv.outChannels());
      }
      case Op.Linear linear -> {
        Shape in = one(inputs);
        expect(
            in.rank() == 1 && in.channels() == linear.inFeatures(),
            "[" + linear.inFeatures() + "] features",
            in);
        expect(
            linear.bias().size() == linear.outFeatures(),
            "a bias for each of " + linear.outFeatures() + " features",
            linear.bias().dims());
        yield Shape.of(linear.outFeatures());
      }
      case Op.BatchNorm norm -> {
        Shape in = one(inputs);
        for (Weights w : List.of(norm.scale(), norm.shift(), norm.mean(), norm.variance())) {
          expect(w.size() == in.channels(), in.channels() + " values, one per channel", w.dims());
        }
        yield in;
      }
      case Op.Relu relu -> {
        expect(relu.cap() > 0, "a cap above 0", relu.cap());
        yield one(inputs);
      }
      case Op.MaxPool pool -> {
        Shape in = map(inputs);
        yield slide(pool.window(), in, in.channels());
      }
      case Op.AveragePool pool -> {
        Shape in = map(inputs);
        expect(
            pool.window().dilationHeight() == 1 && pool.window().dilationWidth() == 1,
            "no dilation",
            pool.window());
        yield slide(pool.window(), in, in.channels());
      }
      case Op.Pad pad -> {
        Shape in = map(inputs);
        yield Shape.of(
            in.channels() + pad.channelsBefore() + pad.channelsAfter(),
            in.height() + pad.top() + pad.bottom(),
            in.width() + pad.left() + pad.right());
      }
      case Op.Add _ -> {
        expect(inputs.size() >= 2, "two or more inputs", inputs.size());
        for (Shape shape : inputs) {
          expect(shape.equals(inputs.get(0)), "inputs of one shape " + inputs.get(0), shape);
        }
        yield inputs.get(0);
      }
      case Op.Concat _ -> {
        expect(!inputs.isEmpty(), "one or more inputs", 0);
        long channels = 0;
        for (Shape shape : inputs) {
          expect(
              rest(shape).equals(rest(inputs.get(0))),
              "inputs that differ only in channels from " + inputs.get(0),
              shape);
          channels += shape.channels();
        }
        expect(channels <= Integer.MAX_VALUE, "at most 2^31 - 1 channels", channels);
        List<Integer> dims = new ArrayList<>(inputs.get(0).dims());
        dims.set(0, (int) channels);
        yield new Shape(dims);
      }
      case Op.Reshape _ -> {
        Shape in = one(inputs);
        expect(in.size() == declared.size(), "as many elements as " + declared, in);
        yield declared;
      }
      case Op.Identity _ -> one(inputs);
      case Op.Transpose transpose -> {
        Shape in = one(inputs);
        expect(
            transpose.permutation().stream().sorted().toList().equals(upTo(in.rank())),
            "an order of " + in.rank() + " dimensions",
            transpose.permutation());
        yield new Shape(transpose.permutation().stream().map(in.dims()::get).toList());
      }
      case Op.Select select -> {
        Shape in = one(inputs);
        expect(
            select.axis() >= 0 && select.axis() < in.rank(), "a dimension of " + in, select.axis());
        int size = in.dims().get(select.axis());
        expect(!select.indices().isEmpty(), "one or more indices", 0);
        for (int index : select.indices()) {
          // There may be millions: a message for each would cost more than all else.
          if (index < 0 || index >= size) {
            expect(false, "indices from 0 to " + (size - 1), index);
          }
        }
        yield with(in, select.axis(), select.indices().size());
      }
      case Op.Resize resize -> {
        Shape in = map(inputs);
        expect(
            resize.scaleHeight() > 0 && resize.scaleWidth() > 0,
            "scales above 0",
            resize.scaleHeight() + ", " + resize.scaleWidth());
        yield Shape.of(in.channels(), resize.height(), resize.width());
      }
      case Op.Constant constant -> {
        arity(inputs, 0);
        yield new Shape(constant.values().dims());
      }
      case Op.Pointwise pointwise -> {
        Shape in = one(inputs);
        if (pointwise.function() instanceof Function.LeakyRelu leaky) {
          expect(
              leaky.slope().size() == 1 || leaky.slope().size() == in.channels(),
              "a slope, or one for each channel of " + in,
              leaky.slope().dims());
        }
        yield in;
      }
      case Op.Multiply _, Op.Divide _ -> {
        arity(inputs, 2);
        expect(
            inputs.get(0).equals(inputs.get(1)),
            "inputs of one shape " + inputs.get(0),
            inputs.get(1));
        yield inputs.get(0);
      }
      case Op.Reduce reduce -> {
        Shape in = one(inputs);
        expect(
            reduce.axis() >= 0 && reduce.axis() < in.rank(), "a dimension of " + in, reduce.axis());
        yield with(in, reduce.axis(), 1);
      }
      case Op.InstanceNorm norm -> {
        Shape in = one(inputs);
        for (Weights w : List.of(norm.scale(), norm.shift())) {
          expect(w.size() == in.channels(), in.channels() + " values, one per channel", w.dims());
        }
        yield in;
      }
      case Op.LocalResponseNorm norm -> {
        expect(norm.size() % 2 == 1, "an odd size", norm.size());
        yield one(inputs);
      }
      case Op.Softmax softmax -> {
        Shape in = one(inputs);
        expect(
            softmax.axis() >= 0 && softmax.axis() < in.rank(),
            "a dimension of " + in,
            softmax.axis());
        yield in;
      }
      case Op.IntegrateFire site -> {
        Shape in = one(inputs);
        expect(
            site.threshold().size() == in.channels(),
            in.channels() + " thresholds, one per channel",
            site.threshold().dims());
        expect(
            site.biasCurrent().size() == in.channels(),
            in.channels() + " bias currents, one per channel",
            site.biasCurrent().dims());
        expect(
            site.initialPotential().size() == in.channels()
                || site.initialPotential().size() == in.size(),
            "an initial potential per channel or per neuron of " + in,
            site.initialPotential().dims());
        yield in;
      }
    };
  }

  static void check(Node node, List<Shape> inputs) {
    try {
      Shape inferred = infer(node.op(), inputs, node.shape());
      expect(inferred.equals(node.shape()), "shape " + inferred, node.shape());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("node " + node.name() + ": " + e.getMessage(), e);
    }
  }

  private static Shape slide(Window window, Shape in, int channels) {
    expect(
        window.fits(in.height(), in.width()),
        "a map that holds at least one window of "
            + window.kernelHeight()
            + "x"
            + window.kernelWidth(),
        in);
    return Shape.of(channels, window.outHeight(in.height()), window.outWidth(in.width()));
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static Shape with(Shape shape, int axis, int size) {
    List<Integer> dims = new ArrayList<>(shape.dims());
    dims.set(axis, size);
    return new Shape(dims);
  }

  private static List<Integer> rest(Shape shape) {
    return shape.dims().subList(Math.min(1, shape.rank()), shape.rank());
  }

  private static Shape map(List<Shape> inputs) {
    Shape in = one(inputs);
    expect(in.rank() == 3, "a map [c,h,w]", in);
    return in;
  }

  private static Shape one(List<Shape> inputs) {
    arity(inputs, 1);
    return inputs.get(0);
  }

  private static void arity(List<Shape> inputs, int count) {
    expect(inputs.size() == count, count + " inputs", inputs.size());
  }

  private static void expect(boolean condition, String expected, Object found) {
    if (!condition) {
      throw new IllegalArgumentException("expected " + expected + ", found " + found);
    }
  }
}
