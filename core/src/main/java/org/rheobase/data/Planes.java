package org.rheobase.data;

import org.rheobase.graph.Shape;

/**
 * A network's input as somebody else's preprocessing made it: no resizing, no normalisation is
 * applied any more. The array is not copied: whoever holds it treats it as read-only.
 *
 * @param shape {@code [c,h,w]}
 */
public record Planes(Shape shape, float[] values) implements Picture {
  public Planes {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "planes of " + shape + " do not have " + values.length + " values");
    }
  }
}
