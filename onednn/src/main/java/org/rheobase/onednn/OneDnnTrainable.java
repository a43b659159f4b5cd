package org.rheobase.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.jspecify.annotations.Nullable;
import org.rheobase.dense.TrainableConvolution;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/** Convolution and gradient of its weights by oneDNN, in the caller's thread. */
final class OneDnnTrainable implements TrainableConvolution {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final stream queue;
  private final int images;
  private final Operand input;
  private final Operand output;
  private final Operand weights;
  private final Operand outputGradient;
  private final Operand gradient;
  private final Call forward;
  private final Call backward;

  /** From plain images to what the gradient wants; null where they already lie like that. */
  private final @Nullable Change inputChange;

  private final float[] inputZeros;
  private final float[] outputZeros;
  private int count;

  /** Values in plain order, and in the layout that a primitive wants. */
  private record Operand(
      memory plain, memory inner, @Nullable Change change, FloatBuffer values, int size) {
    void putRows(int count, float[][] rows, float[] zeros) {
      int row = zeros.length;
      for (int i = 0; i < size / row; i++) {
        // Images that are not there are zeros: what else lies there might not be finite.
        values.put(i * row, i < count ? rows[i] : zeros, 0, row);
      }
    }

    void getRows(int count, float[][] rows, int row) {
      for (int i = 0; i < count; i++) {
        values.get(i * row, rows[i], 0, row);
      }
    }
  }

  private record Change(reorder how, memory from, memory to) {}

  private record Call(primitive operation, IntMemoryMap arguments) {}

  OneDnnTrainable(Op.Conv conv, Shape in, int images) {
    OneDnnKernel.Dims dims = OneDnnKernel.Dims.of(conv, in, images);
    queue = own(new stream(OneDnn.engine()));
    this.images = images;
    try (primitive_attr attributes = OneDnnKernel.attributes();
        memory.desc anySource = any(dims.in());
        memory.desc anyWeights = any(dims.weights());
        memory.desc anyDestination = any(dims.out());
        memory.desc plainSource = plain(dims.in(), memory.format_tag.nchw);
        memory.desc plainWeights = plain(dims.weights(), dims.weightTag());
        memory.desc plainDestination = plain(dims.out(), memory.format_tag.nchw);
        convolution_forward.primitive_desc ahead =
            new convolution_forward.primitive_desc(
                OneDnn.engine(),
                dnnl.prop_kind.forward_training,
                dnnl.algorithm.convolution_direct,
                anySource,
                anyWeights,
                anyDestination,
                dims.strides(),
                dims.dilations(),
                dims.padsBefore(),
                dims.padsAfter(),
                attributes,
                false);
        convolution_backward_weights.primitive_desc back =
            new convolution_backward_weights.primitive_desc(
                OneDnn.engine(),
                dnnl.algorithm.convolution_direct,
                anySource,
                anyWeights,
                anyDestination,
                dims.strides(),
                dims.dilations(),
                dims.padsBefore(),
                dims.padsAfter(),
                ahead,
                attributes,
                false)) {
      try (memory.desc source = ahead.src_desc();
          memory.desc kernel = ahead.weights_desc();
          memory.desc destination = ahead.dst_desc()) {
        input = operand(plainSource, source, true);
        weights = operand(plainWeights, kernel, true);
        output = operand(plainDestination, destination, false);
      }
      forward = call(new convolution_forward(ahead), ahead);
      forward.arguments().put(dnnl.DNNL_ARG_SRC, input.inner());
      forward.arguments().put(dnnl.DNNL_ARG_WEIGHTS, weights.inner());
      forward.arguments().put(dnnl.DNNL_ARG_DST, output.inner());
      memory gradientInput;
      try (memory.desc source = back.src_desc();
          memory.desc change = back.diff_weights_desc();
          memory.desc destination = back.diff_dst_desc()) {
        memory there = inLayout(source);
        memory place = there == null ? own(new memory(source, OneDnn.engine())) : there;
        inputChange = there == null ? change(input.plain(), place) : null;
        gradientInput = place;
        gradient = operand(plainWeights, change, false);
        outputGradient = operand(plainDestination, destination, true);
      }
      backward = call(new convolution_backward_weights(back), back);
      backward.arguments().put(dnnl.DNNL_ARG_SRC, gradientInput);
      backward.arguments().put(dnnl.DNNL_ARG_DIFF_WEIGHTS, gradient.inner());
      backward.arguments().put(dnnl.DNNL_ARG_DIFF_DST, outputGradient.inner());
    }
    inputZeros = new float[input.size() / images];
    outputZeros = new float[output.size() / images];
  }

  private static memory.desc any(long[] dims) {
    return plain(dims, memory.format_tag.any);
  }

  private static memory.desc plain(long[] dims, memory.format_tag tag) {
    return new memory.desc(dims, memory.data_type.f32, tag);
  }

  private Call call(primitive operation, primitive_desc description) {
    Call call = new Call(own(operation), own(new IntMemoryMap()));
    try (memory.desc layout = description.scratchpad_desc()) {
      call.arguments().put(dnnl.DNNL_ARG_SCRATCHPAD, own(new memory(layout, OneDnn.engine())));
    }
    return call;
  }

  private Operand operand(memory.desc plainLayout, memory.desc layout, boolean inward) {
    memory plain = own(new memory(plainLayout, OneDnn.engine()));
    int size = Math.toIntExact(plainLayout.get_size() / Float.BYTES);
    FloatBuffer values = OneDnnKernel.floats(plain, size);
    if (plainLayout.equals(layout)) {
      return new Operand(plain, plain, null, values, size);
    }
    memory inner = own(new memory(layout, OneDnn.engine()));
    Change change = inward ? change(plain, inner) : change(inner, plain);
    return new Operand(plain, inner, change, values, size);
  }

  /** Where the images lie in a layout, if they do without being moved once more. */
  private @Nullable memory inLayout(memory.desc layout) {
    for (memory place : List.of(input.inner(), input.plain())) {
      try (memory.desc has = place.get_desc()) {
        if (has.equals(layout)) {
          return place;
        }
      }
    }
    return null;
  }

  private Change change(memory from, memory to) {
    return new Change(own(new reorder(from, to)), from, to);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  @Override
  public void forward(int count, float[] w, float[][] x, float[][] y) {
    OneDnn.computeInThisThreadAlone();
    if (count > images) {
      throw new IllegalArgumentException(count + " images are more than " + images);
    }
    this.count = count;
    weights.values().put(0, w, 0, weights.size());
    run(weights.change());
    input.putRows(count, x, inputZeros);
    run(input.change());
    forward.operation().execute(queue, forward.arguments());
    run(output.change());
    queue._wait();
    output.getRows(count, y, outputZeros.length);
  }

  @Override
  public void weightGradient(float[][] dy, float[] dw) {
    if (count == 0) {
      throw new IllegalStateException("a gradient needs images");
    }
    OneDnn.computeInThisThreadAlone();
    outputGradient.putRows(count, dy, outputZeros);
    run(outputGradient.change());
    run(inputChange);
    backward.operation().execute(queue, backward.arguments());
    run(gradient.change());
    queue._wait();
    gradient.values().get(0, dw, 0, gradient.size());
  }

  private void run(@Nullable Change change) {
    if (change != null) {
      change.how().execute(queue, change.from(), change.to());
    }
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("oneDNN memory could not be freed", e);
      }
    }
  }
}
