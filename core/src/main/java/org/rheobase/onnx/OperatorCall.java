package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Verdict;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.Value.Constant;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Floats;
import org.rheobase.onnx.Value.Longs;

/** One node of a model under translation: what it reads, and where the result goes. */
final class OperatorCall {
  private final Translation translation;
  private final NodeProto proto;
  private final String name;
  private final List<@Nullable Value> inputs;
  private final Attributes attributes;
  private Verdict verdict = Verdict.EXACT;
  private String reason = "";

  /**
   * Creates the call.
   *
   * @param name of the node in the graph
   * @param inputs null where an optional input is left out
   */
  OperatorCall(
      Translation translation, NodeProto proto, String name, List<@Nullable Value> inputs) {
    this.translation = translation;
    this.proto = proto;
    this.name = name;
    this.inputs = inputs;
    this.attributes = new Attributes(proto);
  }

  String name() {
    return name;
  }

  NodeProto proto() {
    return proto;
  }

  ModelFile model() {
    return translation.model();
  }

  int opset() {
    return translation.model().opset();
  }

  Attributes attributes() {
    return attributes;
  }

  /** Whether the model's batch dimension is the constant 1. */
  boolean isBatchOne() {
    return translation.isBatchOne();
  }

  /** Whether every node must stay what it is, because Rheobase itself wrote the file. */
  boolean isVerbatim() {
    return translation.isSpiking();
  }

  int inputCount() {
    return inputs.size();
  }

  /** An optional input. */
  @Nullable Value value(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** A vector of equal values, where there is room for it. */
  Weights filled(int length, float value) {
    expectRoom(length);
    return Weights.filled(length, value);
  }

  /** Refuses the node where the model may not hold so many numbers more. */
  void expectRoom(long numbers) {
    translation.allowance().expect(Translation.NUMBER_BYTES * numbers);
  }

  /** The same for indices. */
  void expectRoomForIndices(long indices) {
    translation.allowance().expect(Translation.INDEX_BYTES * indices);
  }

  /** Counts numbers that are read or made, and refuses the node where they are too many. */
  void useRoom(long numbers) {
    translation.allowance().use(Translation.NUMBER_BYTES * numbers);
  }

  /** An input that the node computes on, for every image, the batch in front. */
  Feature feature(int index) {
    Feature found = anyFeature(index);
    if (found.batched()) {
      return found;
    }
    List<Integer> dims = found.shape().dims();
    Refusal.unless(
        dims.size() > 1 && dims.get(0) == 1,
        "its input is " + found.onnxShape() + "; expected the batch in front");
    return emitFirst("batch", new Op.Reshape(), found, new Shape(dims.subList(1, dims.size())));
  }

  /** The same, wherever a model for single images has moved its batch dimension. */
  Feature anyFeature(int index) {
    return switch (value(index)) {
      case null -> throw new Refusal("its input " + index + " is missing");
      case Feature f -> f;
      case Value.Several _ -> throw new Refusal("it reads several values at once");
      case Constant c -> throw new Refusal("its input " + index + " is the constant " + c.name());
      case Value.Bookkeeping _ -> throw new Refusal("it reads a state of the spiking network");
      case Value.Unknown _, Value.PostProcessed _ ->
          throw new IllegalStateException("such inputs are handled before translation");
    };
  }

  /** An input feature {@code [c,h,w]}. */
  Feature map(int index) {
    Feature f = feature(index);
    Refusal.unless(
        f.shape().rank() == 3,
        "its input is " + f.onnxShape() + "; expected two spatial dimensions, [n,c,h,w]");
    return f;
  }

  List<Feature> features() {
    List<Feature> list = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      list.add(feature(i));
    }
    return list;
  }

  /** An optional constant; refuses one that is computed from the image. */
  @Nullable Constant constant(int index, String what) {
    Value value = value(index);
    if (value == null) {
      return null;
    }
    Refusal.unless(value instanceof Constant, "its " + what + " is computed; expected a constant");
    return (Constant) value;
  }

  /** An optional list of integers. */
  @Nullable Longs longs(int index, String what) {
    Constant constant = constant(index, what);
    if (constant == null) {
      return null;
    }
    Refusal.unless(
        constant instanceof Longs && constant.rank() <= 1,
        "its " + what + " is not a list of integers");
    return (Longs) constant;
  }

  /** Optional axes: an attribute until an opset, an input since. */
  @Nullable List<Long> axes(int input) {
    List<Long> attribute = attributes.integers("axes");
    if (attribute != null) {
      return attribute;
    }
    Longs longs = longs(input, "axes");
    return longs == null ? null : Arrays.stream(longs.values()).boxed().toList();
  }

  /** An axis counted from the front. */
  int axis(long axis, int rank) {
    Refusal.unless(
        axis >= -rank && axis < rank, "axis " + axis + " of a value with " + rank + " dimensions");
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Finite parameters, at least one. */
  Floats parameters(int index, String what) {
    Constant constant = Refusal.unlessPresent(constant(index, what), "its " + what + " is missing");
    Refusal.unless(constant instanceof Floats, "its " + what + " is not a floating-point tensor");
    Floats floats = (Floats) constant;
    if (floats.size() == 0) {
      throw model().unreadable("tensor " + floats.name() + " has no elements: " + floats.dims());
    }
    useRoom(floats.size());
    for (int i = 0; i < floats.values().length; i++) {
      if (!Float.isFinite(floats.values()[i])) {
        throw model()
            .unreadable(
                "tensor "
                    + floats.name()
                    + " holds "
                    + floats.values()[i]
                    + " at element "
                    + i
                    + "; expected finite numbers");
      }
    }
    return floats;
  }

  Weights weights(int index, String what) {
    Floats floats = parameters(index, what);
    return new Weights(floats.dims(), floats.values());
  }

  /** Adds the node to the graph. */
  Feature emit(Op op, Feature... in) {
    return emit(op, List.of(in), in[0].shape());
  }

  /** Adds the node to the graph; {@code declared} is the shape of a reshape. */
  Feature emit(Op op, List<Feature> in, Shape declared) {
    return translation.emit(name, op, in, declared);
  }

  /** Adds a node that comes before the one that carries this node's name. */
  Feature emitFirst(String part, Op op, Feature in) {
    return emitFirst(part, op, in, in.shape());
  }

  /** The same; {@code declared} is the shape of a reshape. */
  Feature emitFirst(String part, Op op, Feature in, Shape declared) {
    return translation.emit(translation.unique(name + "/" + part), op, List.of(in), declared);
  }

  /** Adds a node with several inputs before the one that carries this node's name. */
  Feature emitFirst(String part, Op op, List<Feature> in) {
    return translation.emit(translation.unique(name + "/" + part), op, in, in.get(0).shape());
  }

  /** Adds a value that does not depend on the image. */
  Feature emitConstant(Weights values) {
    return translation.emit(
        translation.unique(name + "/constant"),
        new Op.Constant(values),
        List.of(),
        new Shape(values.dims()));
  }

  /** Records how the node was read. */
  void note(Verdict newVerdict, String newReason) {
    verdict = newVerdict;
    reason = newReason;
  }

  void note(String newReason) {
    note(Verdict.EXACT, newReason);
  }

  Verdict verdict() {
    return verdict;
  }

  String reason() {
    return reason;
  }
}
