package org.rheobase.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Shape;

/**
 * What the reader of a model leaves to the caller.
 *
 * @param imageShape {@code [c,h,w]} for models that leave the size open; must agree with what the
 *     file fixes; null to take the file's
 * @param outputs tensors or nodes that the network shall return, by their names in the file; the
 *     nodes that they do not need are left out. Empty for the file's own outputs.
 */
public record ReadOptions(@Nullable Shape imageShape, List<String> outputs) {
  /** The file's own image size and outputs. */
  public static final ReadOptions DEFAULT = new ReadOptions(null, List.of());

  public ReadOptions {
    outputs = List.copyOf(outputs);
  }

  /** For a model that leaves its image size open. */
  public static ReadOptions of(Shape imageShape) {
    return new ReadOptions(imageShape, List.of());
  }
}
