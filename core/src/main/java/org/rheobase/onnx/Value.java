package org.rheobase.onnx;

import java.util.List;
import java.util.stream.Collectors;
import org.rheobase.graph.Shape;

/** What an ONNX tensor name stands for while a model is translated. */
sealed interface Value {
  /**
   * Computed from the image: {@code [n, shape…]} in ONNX, images never mixed.
   *
   * @param node the node of the graph that computes it
   * @param batched false where a model for single images has merged or moved the batch dimension:
   *     the ONNX shape is then {@code shape} itself
   */
  record Feature(String node, Shape shape, boolean batched) implements Value {
    Feature(String node, Shape shape) {
      this(node, shape, true);
    }

    int onnxRank() {
      return shape.rank() + (batched ? 1 : 0);
    }

    String onnxShape() {
      return shape.dims().stream()
          .map(String::valueOf)
          .collect(Collectors.joining(",", batched ? "[n," : "[", "]"));
    }
  }

  /** Known when the model is read. */
  sealed interface Constant extends Value {
    /** The tensor's name in messages. */
    String name();

    List<Integer> dims();

    default int size() {
      int size = 1;
      for (int d : dims()) {
        size *= d;
      }
      return size;
    }

    default int rank() {
      return dims().size();
    }
  }

  record Floats(String name, List<Integer> dims, float[] values) implements Constant {}

  /** Integers; {@link #BATCH} stands for the number of images where that is left open. */
  record Longs(String name, List<Integer> dims, long[] values) implements Constant {
    static final long BATCH = Long.MIN_VALUE;

    boolean hasBatch() {
      for (long v : values) {
        if (v == BATCH) {
          return true;
        }
      }
      return false;
    }
  }

  /** A state of a spiking network, or computed from states alone. */
  record Bookkeeping() implements Value {}

  /** The outputs of a node that has several. */
  record Several(List<Value> outputs) implements Value {}

  /**
   * Computed from results of the network, which ends in front of it.
   *
   * @param tensors the results
   */
  record PostProcessed(List<String> tensors) implements Value {}

  /** Comes out of a refused node; what reads it cannot be examined. */
  record Unknown() implements Value {}
}
