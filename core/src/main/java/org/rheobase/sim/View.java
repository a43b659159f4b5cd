package org.rheobase.sim;

import org.rheobase.graph.Shape;

/**
 * Where a map lies inside a larger {@code [h,w,c]} buffer: element {@code (y,x,c)} is at {@code
 * base + y * rowStride + x * columnStride + c}.
 *
 * @param channelOffset the buffer's channel that is this map's channel 0; part of {@code base}
 */
record View(int base, int rowStride, int columnStride, int channelOffset) {
  /** All of a buffer. */
  static View whole(Shape shape) {
    return new View(0, shape.width() * shape.channels(), shape.channels(), 0);
  }

  View shifted(int rows, int columns, int channels) {
    return new View(
        base + rows * rowStride + columns * columnStride + channels,
        rowStride,
        columnStride,
        channelOffset + channels);
  }

  int at(int y, int x) {
    return base + y * rowStride + x * columnStride;
  }
}
