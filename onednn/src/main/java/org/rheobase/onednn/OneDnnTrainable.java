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
  private final int images;
  private final Operand input;
  private final Operand output;
  private final Operand weights;
  private final Operand outputGradient;
  private final Operand gradient;
  private final Call forward;
  private final Call backward;

  /** From the images as they are written to what the gradient wants; null where it has that. */
  private final @Nullable Change inputChange;

  private int count;

  /** Values in plain order, and in the layout that a primitive wants. */
  private record Operand(
      memory plain, memory inner, @Nullable Change change, FloatBuffer values, int size) {
    void put(int count, float[][] rows, int most) {
      int row = size / most;
      for (int i = 0; i < most; i++) {
        // Images that are not there are zeros: what else lies there might not be finite.
        values.put(i * row, i < count ? rows[i] : new float[row], 0, row);
      }
    }

    void get(int count, float[][] rows, int most) {
      int row = size / most;
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
      try (memory.desc source = back.src_desc();
          memory.desc change = back.diff_weights_desc();
          memory.desc destination = back.diff_dst_desc()) {
        inputChange = fromImages(source);
        gradient = operand(plainWeights, change, false);
        outputGradient = operand(plainDestination, destination, true);
      }
      backward = call(new convolution_backward_weights(back), back);
      backward
          .arguments()
          .put(dnnl.DNNL_ARG_SRC, inputChange == null ? input.inner() : inputChange.to());
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
    Change change = inward ? change(plain, inner) : change(inner, plain);
    return new Operand(plain, inner, change, values, size);
  }

  private @Nullable Change fromImages(memory.desc layout) {
    try (memory.desc has = input.inner().get_desc()) {
      return has.equals(layout)
          ? null
          : change(input.plain(), own(new memory(layout, OneDnn.engine())));
    }
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
    this.count = count;
    weights.values().put(0, w);
    run(weights.change());
    input.put(count, x, images);
    run(input.change());
    forward.operation().execute(queue, forward.arguments());
    run(output.change());
    queue._wait();
    output.get(count, y, images);
  }

  @Override
  public void weightGradient(float[][] dy, float[] dw) {
    if (count == 0) {
      throw new IllegalStateException("a gradient needs images");
    }
    OneDnn.computeInThisThreadAlone();
    outputGradient.put(count, dy, images);
    run(outputGradient.change());
    run(inputChange);
    backward.operation().execute(queue, backward.arguments());
    run(gradient.change());
    queue._wait();
    gradient.values().get(0, dw);
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
