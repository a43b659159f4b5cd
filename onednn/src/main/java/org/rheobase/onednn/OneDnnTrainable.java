package org.rheobase.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
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
  private final Operand input;
  private final Operand output;
  private final Operand weights;
  private final Operand gradientInput;
  private final Operand outputGradient;
  private final Operand gradient;
  private final Call forward;
  private final Call backward;

  /** Values in plain order, and in the layout that a primitive wants. */
  private record Operand(
      memory plain, memory inner, @Nullable reorder change, FloatBuffer values, int size) {}

  private record Call(primitive operation, IntMemoryMap arguments) {}

  OneDnnTrainable(Op.Conv conv, Shape in, int images) {
    OneDnnKernel.Dims dims = OneDnnKernel.Dims.of(conv, in, images);
    queue = own(new stream(OneDnn.engine()));
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
      try (memory.desc source = back.src_desc();
          memory.desc change = back.diff_weights_desc();
          memory.desc destination = back.diff_dst_desc()) {
        gradientInput = operand(plainSource, source, true);
        gradient = operand(plainWeights, change, false);
        outputGradient = operand(plainDestination, destination, true);
      }
      backward = call(new convolution_backward_weights(back), back);
      backward.arguments().put(dnnl.DNNL_ARG_SRC, gradientInput.inner());
      backward.arguments().put(dnnl.DNNL_ARG_DIFF_WEIGHTS, gradient.inner());
      backward.arguments().put(dnnl.DNNL_ARG_DIFF_DST, outputGradient.inner());
    }
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
    return new Operand(
        plain,
        inner,
        own(inward ? new reorder(plain, inner) : new reorder(inner, plain)),
        values,
        size);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  @Override
  public void forward(float[] w, float[] x, float[] y) {
    OneDnn.computeInThisThreadAlone();
    write(weights, w);
    write(input, x);
    run(forward);
    read(output, y);
  }

  @Override
  public void weightGradient(float[] x, float[] dy, float[] dw) {
    OneDnn.computeInThisThreadAlone();
    write(gradientInput, x);
    write(outputGradient, dy);
    run(backward);
    read(gradient, dw);
  }

  private void write(Operand operand, float[] values) {
    operand.values().put(0, values, 0, operand.size());
    if (operand.change() != null) {
      operand.change().execute(queue, operand.plain(), operand.inner());
    }
  }

  private void run(Call call) {
    call.operation().execute(queue, call.arguments());
    queue._wait();
  }

  private void read(Operand operand, float[] values) {
    if (operand.change() != null) {
      operand.change().execute(queue, operand.inner(), operand.plain());
      queue._wait();
    }
    operand.values().get(0, values, 0, operand.size());
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
