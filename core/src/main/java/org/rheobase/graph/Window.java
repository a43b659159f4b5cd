package org.rheobase.graph;

/**
 * The sliding window of a convolution or pooling over {@code [h,w]}. Padding may differ on each
 * side; for a pooling in ceil mode the padding at the bottom and right already includes the cells
 * that the last window hangs over.
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight) {

  public Window {
    if (kernelHeight < 1
        || kernelWidth < 1
        || strideHeight < 1
        || strideWidth < 1
        || dilationHeight < 1
        || dilationWidth < 1) {
      throw new IllegalArgumentException("kernel, stride and dilation must be at least 1");
    }
    if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
      throw new IllegalArgumentException("padding must not be negative");
    }
  }

  /** Stride 1, no padding, no dilation. */
  public static Window of(int kernelHeight, int kernelWidth) {
    return new Window(kernelHeight, kernelWidth, 1, 1, 1, 1, 0, 0, 0, 0);
  }

  public Window withStride(int height, int width) {
    return new Window(
        kernelHeight,
        kernelWidth,
        height,
        width,
        dilationHeight,
        dilationWidth,
        padTop,
        padLeft,
        padBottom,
        padRight);
  }

  public Window withDilation(int height, int width) {
    return new Window(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        height,
        width,
        padTop,
        padLeft,
        padBottom,
        padRight);
  }

  public Window withPadding(int top, int left, int bottom, int right) {
    return new Window(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        top,
        left,
        bottom,
        right);
  }

  public int outHeight(int height) {
    return (height + padTop + padBottom - dilationHeight * (kernelHeight - 1) - 1) / strideHeight
        + 1;
  }

  public int outWidth(int width) {
    return (width + padLeft + padRight - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1;
  }

  /** Whether at least one window fits into a padded {@code height x width} map. */
  public boolean fits(int height, int width) {
    return height + padTop + padBottom >= dilationHeight * (kernelHeight - 1) + 1
        && width + padLeft + padRight >= dilationWidth * (kernelWidth - 1) + 1;
  }

  /** Whether every window on a {@code height x width} map reads at least one cell of it. */
  public boolean everyWindowMeets(int height, int width) {
    return everyWindowMeets(
            height, outHeight(height), kernelHeight, strideHeight, dilationHeight, padTop)
        && everyWindowMeets(
            width, outWidth(width), kernelWidth, strideWidth, dilationWidth, padLeft);
  }

  private static boolean everyWindowMeets(
      int size, int out, int kernel, int stride, int dilation, int before) {
    for (int o = 0; o < out; o++) {
      long start = (long) o * stride - before;
      if (start >= 0) {
        // This one and all behind it begin on the map, or the last begins below it.
        return (out - 1L) * stride - before < size;
      }
      // The first tap at or behind the map's first cell.
      long skipped = Math.ceilDiv(-start, (long) dilation);
      if (skipped >= kernel || start + skipped * dilation >= size) {
        return false;
      }
    }
    return true;
  }

  public boolean isPadded() {
    return padTop + padLeft + padBottom + padRight > 0;
  }

  /** Kernel 1x1, stride 1, no padding. */
  public boolean isPointwise() {
    return kernelHeight == 1
        && kernelWidth == 1
        && strideHeight == 1
        && strideWidth == 1
        && !isPadded();
  }
}
