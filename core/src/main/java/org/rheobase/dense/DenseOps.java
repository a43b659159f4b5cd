package org.rheobase.dense;

import java.util.Arrays;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * The operations that every backend shares, on one image's values {@code [c,h,w]} or {@code [c]},
 * from the start of their arrays. Arrays may be longer than the shape; output and input are
 * different arrays unless a method says otherwise.
 */
public final class DenseOps {
  private DenseOps() {}

  /** {@code y = factor x + offset} per channel, in double precision; {@code y} may be {@code x}. */
  public static void batchNorm(Op.BatchNorm norm, Shape shape, float[] x, float[] y) {
    int area = shape.area();
    for (int c = 0; c < shape.channels(); c++) {
      double factor = norm.factor(c);
      double offset = norm.offset(c);
      for (int i = c * area; i < (c + 1) * area; i++) {
        y[i] = (float) (factor * x[i] + offset);
      }
    }
  }

  /** {@code min(max(x, 0), cap)}; {@code y} may be {@code x}. */
  public static void relu(Op.Relu relu, int size, float[] x, float[] y) {
    if (relu.isCapped()) {
      float cap = relu.cap();
      for (int i = 0; i < size; i++) {
        y[i] = Math.min(Math.max(x[i], 0), cap);
      }
    } else {
      for (int i = 0; i < size; i++) {
        y[i] = Math.max(x[i], 0);
      }
    }
  }

  /**
   * Maximum over windows. A window that meets no cell of the map, only padding, yields the lowest
   * float, as in ONNX Runtime.
   */
  public static void maxPool(Op.MaxPool pool, Shape in, float[] x, float[] y) {
    Window w = pool.window();
    int height = in.height();
    int width = in.width();
    int outHeight = w.outHeight(height);
    int outWidth = w.outWidth(width);
    // Rows first: height + width comparisons for a window instead of height x width.
    float[] line = new float[width];
    int out = 0;
    for (int c = 0; c < in.channels(); c++) {
      for (int oy = 0; oy < outHeight; oy++) {
        Arrays.fill(line, -Float.MAX_VALUE);
        for (int i = 0; i < w.kernelHeight(); i++) {
          int iy = oy * w.strideHeight() - w.padTop() + i * w.dilationHeight();
          if (iy >= 0 && iy < height) {
            int from = (c * height + iy) * width;
            for (int ix = 0; ix < width; ix++) {
              line[ix] = Math.max(line[ix], x[from + ix]);
            }
          }
        }
        for (int ox = 0; ox < outWidth; ox++) {
          float max = -Float.MAX_VALUE;
          int ix = ox * w.strideWidth() - w.padLeft();
          for (int j = 0; j < w.kernelWidth(); j++, ix += w.dilationWidth()) {
            if (ix >= 0 && ix < width) {
              max = Math.max(max, line[ix]);
            }
          }
          y[out++] = max;
        }
      }
    }
  }

  /**
   * Average over windows, summed in double precision, columns before rows. The divisor counts the
   * cells of the map, and those of the padding but not of the overhang where {@code
   * countIncludePad}; a window that counts no cell yields 0.
   */
  public static void averagePool(Op.AveragePool pool, Shape in, float[] x, float[] y) {
    Window w = pool.window();
    int height = in.height();
    int width = in.width();
    int outHeight = w.outHeight(height);
    int outWidth = w.outWidth(width);
    int firstRow = pool.countIncludePad() ? -w.padTop() : 0;
    int firstColumn = pool.countIncludePad() ? -w.padLeft() : 0;
    int endRow = pool.countIncludePad() ? height + w.padBottom() - pool.overhangHeight() : height;
    int endColumn = pool.countIncludePad() ? width + w.padRight() - pool.overhangWidth() : width;
    double[] line = new double[width];
    int out = 0;
    for (int c = 0; c < in.channels(); c++) {
      for (int oy = 0; oy < outHeight; oy++) {
        int top = oy * w.strideHeight() - w.padTop();
        int bottom = top + w.kernelHeight();
        int rows = Math.max(0, Math.min(bottom, endRow) - Math.max(top, firstRow));
        Arrays.fill(line, 0);
        for (int iy = Math.max(top, 0); iy < Math.min(bottom, height); iy++) {
          int from = (c * height + iy) * width;
          for (int ix = 0; ix < width; ix++) {
            line[ix] += x[from + ix];
          }
        }
        for (int ox = 0; ox < outWidth; ox++) {
          int left = ox * w.strideWidth() - w.padLeft();
          int right = left + w.kernelWidth();
          int columns = Math.max(0, Math.min(right, endColumn) - Math.max(left, firstColumn));
          double sum = 0;
          for (int ix = Math.max(left, 0); ix < Math.min(right, width); ix++) {
            sum += line[ix];
          }
          y[out++] = rows * columns == 0 ? 0 : (float) (sum / (rows * columns));
        }
      }
    }
  }

  /** Zeros around rows, columns and channels. */
  public static void pad(Op.Pad pad, Shape in, float[] x, float[] y) {
    int outWidth = in.width() + pad.left() + pad.right();
    int outHeight = in.height() + pad.top() + pad.bottom();
    int outChannels = in.channels() + pad.channelsBefore() + pad.channelsAfter();
    Arrays.fill(y, 0, outChannels * outHeight * outWidth, 0);
    for (int c = 0; c < in.channels(); c++) {
      for (int iy = 0; iy < in.height(); iy++) {
        int row = (c + pad.channelsBefore()) * outHeight + iy + pad.top();
        System.arraycopy(
            x, (c * in.height() + iy) * in.width(), y, row * outWidth + pad.left(), in.width());
      }
    }
  }

  /**
   * Sum of two or more values, from left to right; {@code y} may be the first of them, and of two
   * either.
   */
  public static void add(float[][] inputs, int size, float[] y) {
    float[] first = inputs[0];
    float[] second = inputs[1];
    for (int i = 0; i < size; i++) {
      y[i] = first[i] + second[i];
    }
    for (int k = 2; k < inputs.length; k++) {
      float[] x = inputs[k];
      for (int i = 0; i < size; i++) {
        y[i] += x[i];
      }
    }
  }

  /**
   * One value after the other, which in {@code [c,h,w]} concatenates channels.
   *
   * @param sizes elements of each input
   */
  public static void concat(float[][] inputs, int[] sizes, float[] y) {
    int at = 0;
    for (int k = 0; k < inputs.length; k++) {
      System.arraycopy(inputs[k], 0, y, at, sizes[k]);
      at += sizes[k];
    }
  }
}
