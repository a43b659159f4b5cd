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
   */
  record Feature(String node, Shape shape) implements Value {
    int onnxRank() {
      return shape.rank() + 1;
    }

    String onnxShape() {
      return shape.dims().stream().map(d -> "," + d).collect(Collectors.joining("", "[n", "]"));
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

  /** Comes out of a refused node; what reads it cannot be examined. */
  record Unknown() implements Value {}
}
