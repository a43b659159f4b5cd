package org.rheobase.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;
import org.rheobase.dense.DenseBackend;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * One prepared primitive on one image: copies the input into native memory in plain order, reorders
 * it into the layout that the primitive prefers, computes, and goes the same way back.
 */
final class OneDnnKernel implements DenseBackend.Kernel {
  private static final memory.data_type F32 = memory.data_type.f32;

  /** What to free, the last made first. */
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  private final stream queue;
  private final primitive operation;
  private final IntMemoryMap arguments;
  private final Border source;
  private final Border destination;

  /**
   * Where plain values enter or leave: the primitive's memory, or one of its own with a reorder.
   */
  private record Border(
      memory plain, memory inner, @Nullable reorder change, FloatBuffer values, int size) {}

  /** Layouts of a primitive's operands, as the caller has them and as the primitive wants them. */
  private record Layouts(
      memory.desc plainSource,
      memory.desc source,
      memory.desc plainWeights,
      memory.desc weights,
      memory.desc bias,
      memory.desc plainDestination,
      memory.desc destination) {}

  /**
   * A convolution of so many images as oneDNN describes it.
   *
   * @param dilations cells skipped between two taps
   */
  record Dims(
      long[] in,
      long[] out,
      long[] weights,
      memory.format_tag weightTag,
      long[] strides,
      long[] dilations,
      long[] padsBefore,
      long[] padsAfter) {
    static Dims of(Op.Conv conv, Shape in, int images) {
      Window w = conv.window();
      int kh = w.kernelHeight();
      int kw = w.kernelWidth();
      int groups = conv.groups();
      return new Dims(
          new long[] {images, in.channels(), in.height(), in.width()},
          new long[] {images, conv.outChannels(), w.outHeight(in.height()), w.outWidth(in.width())},
          groups > 1
              ? new long[] {groups, conv.outChannels() / groups, conv.weight().dim(1), kh, kw}
              : new long[] {conv.outChannels(), conv.inChannels(), kh, kw},
          groups > 1 ? memory.format_tag.goihw : memory.format_tag.oihw,
          new long[] {w.strideHeight(), w.strideWidth()},
          new long[] {w.dilationHeight() - 1, w.dilationWidth() - 1},
          new long[] {w.padTop(), w.padLeft()},
          new long[] {w.padBottom(), w.padRight()});
    }
  }

  static OneDnnKernel convolution(Op.Conv conv, Shape in) {
    Dims dims = Dims.of(conv, in, 1);
    try (primitive_attr attributes = attributes();
        memory.desc anySource = new memory.desc(dims.in(), F32, memory.format_tag.any);
        memory.desc anyWeights = new memory.desc(dims.weights(), F32, memory.format_tag.any);
        memory.desc anyDestination = new memory.desc(dims.out(), F32, memory.format_tag.any);
        memory.desc bias =
            new memory.desc(new long[] {conv.outChannels()}, F32, memory.format_tag.x);
        memory.desc plainSource = new memory.desc(dims.in(), F32, memory.format_tag.nchw);
        memory.desc plainWeights = new memory.desc(dims.weights(), F32, dims.weightTag());
        memory.desc plainDestination = new memory.desc(dims.out(), F32, memory.format_tag.nchw);
        convolution_forward.primitive_desc description =
            new convolution_forward.primitive_desc(
                OneDnn.engine(),
                dnnl.prop_kind.forward_inference,
                dnnl.algorithm.convolution_direct,
                anySource,
                anyWeights,
                bias,
                anyDestination,
                dims.strides(),
                dims.dilations(),
                dims.padsBefore(),
                dims.padsAfter(),
                attributes,
                false);
        memory.desc source = description.src_desc();
        memory.desc weights = description.weights_desc();
        memory.desc destination = description.dst_desc()) {
      return new OneDnnKernel(
          new convolution_forward(description),
          description,
          new Layouts(
              plainSource, source, plainWeights, weights, bias, plainDestination, destination),
          conv.weight().values(),
          conv.bias().values(),
          in.size(),
          (int) (dims.out()[1] * dims.out()[2] * dims.out()[3]));
    }
  }

  static OneDnnKernel linear(Op.Linear linear) {
    int in = linear.inFeatures();
    int out = linear.outFeatures();
    long[] weightDims = {out, in};
    try (primitive_attr attributes = attributes();
        memory.desc plainSource = new memory.desc(new long[] {1, in}, F32, memory.format_tag.ab);
        memory.desc plainWeights = new memory.desc(weightDims, F32, memory.format_tag.ab);
        memory.desc anyWeights = new memory.desc(weightDims, F32, memory.format_tag.any);
        memory.desc bias = new memory.desc(new long[] {out}, F32, memory.format_tag.x);
        memory.desc plainDestination =
            new memory.desc(new long[] {1, out}, F32, memory.format_tag.ab);
        inner_product_forward.primitive_desc description =
            new inner_product_forward.primitive_desc(
                OneDnn.engine(),
                dnnl.prop_kind.forward_inference,
                plainSource,
                anyWeights,
                bias,
                plainDestination,
                attributes,
                false);
        memory.desc weights = description.weights_desc()) {
      return new OneDnnKernel(
          new inner_product_forward(description),
          description,
          new Layouts(
              plainSource,
              plainSource,
              plainWeights,
              weights,
              bias,
              plainDestination,
              plainDestination),
          linear.weight().values(),
          linear.bias().values(),
          in,
          out);
    }
  }

  /**
   * Strict 32-bit arithmetic, whatever the environment says. Scratch memory is ours because the
   * library's own belongs to the thread that prepares, and another thread may run the kernel.
   */
  static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_fpmath_mode(dnnl.fpmath_mode.strict);
    attributes.set_deterministic(true);
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  private OneDnnKernel(
      primitive operation,
      primitive_desc description,
      Layouts layouts,
      float[] weights,
      float[] bias,
      int inputSize,
      int outputSize) {
    this.operation = own(operation);
    this.queue = own(new stream(OneDnn.engine()));
    this.source = border(layouts.plainSource(), layouts.source(), inputSize, true);
    this.destination = border(layouts.plainDestination(), layouts.destination(), outputSize, false);
    PackedWeights packed =
        own(PackedWeights.of(weights, layouts.plainWeights(), layouts.weights(), queue));
    memory biasMemory = own(new memory(layouts.bias(), OneDnn.engine()));
    floats(biasMemory, bias.length).put(0, bias);
    memory scratch;
    try (memory.desc scratchLayout = description.scratchpad_desc()) {
      scratch = own(new memory(scratchLayout, OneDnn.engine()));
    }
    this.arguments = own(new IntMemoryMap());
    arguments.put(dnnl.DNNL_ARG_SRC, source.inner());
    arguments.put(dnnl.DNNL_ARG_WEIGHTS, packed.memory());
    arguments.put(dnnl.DNNL_ARG_BIAS, biasMemory);
    arguments.put(dnnl.DNNL_ARG_DST, destination.inner());
    arguments.put(dnnl.DNNL_ARG_SCRATCHPAD, scratch);
  }

  private Border border(memory.desc plainLayout, memory.desc layout, int size, boolean inward) {
    memory plain = own(new memory(plainLayout, OneDnn.engine()));
    FloatBuffer values = floats(plain, size);
    if (plainLayout.equals(layout)) {
      return new Border(plain, plain, null, values, size);
    }
    memory inner = own(new memory(layout, OneDnn.engine()));
    reorder change = own(inward ? new reorder(plain, inner) : new reorder(inner, plain));
    return new Border(plain, inner, change, values, size);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /** A view of native memory in plain order. */
  static FloatBuffer floats(memory values, int size) {
    return new FloatPointer(values.get_data_handle()).capacity(size).asBuffer();
  }

  @Override
  public void run(float[] input, int inputOffset, float[] output, int outputOffset) {
    OneDnn.computeInThisThreadAlone();
    source.values().put(0, input, inputOffset, source.size());
    if (source.change() != null) {
      source.change().execute(queue, source.plain(), source.inner());
    }
    operation.execute(queue, arguments);
    if (destination.change() != null) {
      destination.change().execute(queue, destination.inner(), destination.plain());
    }
    queue._wait();
    destination.values().get(0, output, outputOffset, destination.size());
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
