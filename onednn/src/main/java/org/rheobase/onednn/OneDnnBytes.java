package org.rheobase.onednn;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.rheobase.dense.ByteConvolution;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Products of bytes by the processor's own instructions (AMX, VNNI, or multiplications of pairs).
 * Exact on all of them, as no sum of a pair leaves 16 bits. The packed weights, which runs share,
 * are freed with the object that holds them.
 */
final class OneDnnBytes implements ByteConvolution {
  private final long inputBytes;
  private final long sumBytes;
  private final convolution_forward operation;
  private final memory.desc source;
  private final memory.desc destination;
  private final memory.desc scratch;
  private final memory weights;

  OneDnnBytes(Layer layer) {
    Shape in = layer.in();
    Shape out = layer.out();
    Window w = layer.window();
    inputBytes = (long) in.size() + SLACK;
    sumBytes = 4L * out.size();
    long[] weightDims = {out.channels(), in.channels(), w.kernelHeight(), w.kernelWidth()};
    memory.data_type unsigned = memory.data_type.u8;
    memory.data_type signed = memory.data_type.s8;
    source = new memory.desc(dims(in), unsigned, memory.format_tag.nhwc);
    destination = new memory.desc(dims(out), memory.data_type.s32, memory.format_tag.nhwc);
    try (primitive_attr attributes = OneDnnKernel.attributes();
        memory.desc anyWeights = new memory.desc(weightDims, signed, memory.format_tag.any);
        memory.desc plainWeights = new memory.desc(weightDims, signed, memory.format_tag.oihw);
        convolution_forward.primitive_desc description =
            new convolution_forward.primitive_desc(
                OneDnn.engine(),
                dnnl.prop_kind.forward_inference,
                dnnl.algorithm.convolution_direct,
                source,
                anyWeights,
                destination,
                new long[] {w.strideHeight(), w.strideWidth()},
                new long[] {w.dilationHeight() - 1, w.dilationWidth() - 1},
                new long[] {w.padTop(), w.padLeft()},
                new long[] {w.padBottom(), w.padRight()},
                attributes,
                false);
        memory.desc packed = description.weights_desc()) {
      operation = new convolution_forward(description);
      scratch = description.scratchpad_desc();
      weights = new memory(packed, OneDnn.engine());
      try (memory plain = new memory(plainWeights, OneDnn.engine());
          reorder pack = new reorder(plain, weights);
          stream queue = new stream(OneDnn.engine())) {
        bytes(plain, layer.weights().length).put(layer.weights());
        pack.execute(queue, plain, weights);
        queue._wait();
      }
    }
  }

  private static long[] dims(Shape shape) {
    return new long[] {1, shape.channels(), shape.height(), shape.width()};
  }

  private static BytePointer bytes(memory values, long size) {
    return new BytePointer(values.get_data_handle()).capacity(size);
  }

  @Override
  public Run newRun() {
    return new NativeRun();
  }

  private final class NativeRun implements Run {
    private final stream queue = new stream(OneDnn.engine());
    private final BytePointer room = new BytePointer(inputBytes);
    private final memory sourceMemory = new memory(source, OneDnn.engine(), room);
    private final memory destinationMemory = new memory(destination, OneDnn.engine());
    private final memory scratchMemory = new memory(scratch, OneDnn.engine());
    private final IntMemoryMap arguments = new IntMemoryMap();
    private final MemorySegment inputs = segment(room, inputBytes);
    private final MemorySegment sums = segment(destinationMemory.get_data_handle(), sumBytes);

    NativeRun() {
      inputs.fill((byte) 0);
      arguments.put(dnnl.DNNL_ARG_SRC, sourceMemory);
      arguments.put(dnnl.DNNL_ARG_WEIGHTS, weights);
      arguments.put(dnnl.DNNL_ARG_DST, destinationMemory);
      arguments.put(dnnl.DNNL_ARG_SCRATCHPAD, scratchMemory);
    }

    @SuppressWarnings("restricted") // The launcher and the build grant native access.
    private static MemorySegment segment(Pointer memory, long size) {
      return MemorySegment.ofAddress(memory.address()).reinterpret(size);
    }

    @Override
    public MemorySegment inputs() {
      return inputs;
    }

    @Override
    public MemorySegment sums() {
      return sums;
    }

    @Override
    public void close() {
      arguments.close();
      for (memory used : List.of(sourceMemory, destinationMemory, scratchMemory)) {
        used.close();
      }
      room.close();
      queue.close();
    }

    @Override
    public void compute() {
      OneDnn.computeInThisThreadAlone();
      operation.execute(queue, arguments);
      queue._wait();
    }
  }
}
