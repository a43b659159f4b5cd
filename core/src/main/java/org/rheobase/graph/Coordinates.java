package org.rheobase.graph;

/** Which point of the input a row or column of a resized map lies on, as ONNX names it. */
public enum Coordinates {
  HALF_PIXEL,
  PYTORCH_HALF_PIXEL,
  ALIGN_CORNERS,
  ASYMMETRIC;

  /**
   * The place in the input of one row or column of the output; may lie outside.
   *
   * @param in input rows or columns
   * @param out output rows or columns
   * @param scale output per input
   */
  public float source(int position, int in, int out, float scale) {
    // In single precision, as ONNX Runtime computes it: ties between neighbours depend on it.
    return switch (this) {
      case HALF_PIXEL -> (position + 0.5f) / scale - 0.5f;
      case PYTORCH_HALF_PIXEL -> out > 1 ? (position + 0.5f) / scale - 0.5f : 0;
      case ALIGN_CORNERS -> out > 1 ? position * (float) (in - 1) / (out - 1) : 0;
      case ASYMMETRIC -> position / scale;
    };
  }
}
