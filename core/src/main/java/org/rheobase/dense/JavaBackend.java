package org.rheobase.dense;

import java.util.Arrays;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * The reference backend, in plain Java. Every output is the float sum of its products in the order
 * of the weights {@code [in,kernel row,kernel column]}, on top of the bias, so its bits depend on
 * nothing but its own inputs.
 */
public final class JavaBackend implements DenseBackend {
  @Override
  public String name() {
    return "java";
  }

  @Override
  public Kernel convolution(Op.Conv conv, Shape input) {
    return new Convolution(conv, input);
  }

  @Override
  public Kernel linear(Op.Linear linear) {
    return (x, xOffset, y, yOffset) -> multiply(linear, x, xOffset, y, yOffset);
  }

  /** Convolution as a matrix product over tiles of output positions and blocks of weights. */
  private static final class Convolution implements Kernel {
    /** A block of columns, 256 KiB of floats, stays in the second-level cache. */
    private static final int TILE = 256;

    private static final int BLOCK = 256;

    private final Op.Conv conv;
    private final int height;
    private final int width;
    private final int outWidth;
    private final int positions;

    /** Weights of one output channel. */
    private final int depth;

    /** {@code [weight in the block][position in the tile]}: what each weight meets. */
    private final float[][] columns;

    /** {@code [output channel of the group][position in the tile]}. */
    private final float[][] sums;

    Convolution(Op.Conv conv, Shape input) {
      this.conv = conv;
      this.height = input.height();
      this.width = input.width();
      this.outWidth = conv.window().outWidth(width);
      this.positions = conv.window().outHeight(height) * outWidth;
      this.depth = conv.weight().size() / conv.outChannels();
      int tile = Math.min(TILE, positions);
      this.columns = new float[Math.min(BLOCK, depth)][tile];
      this.sums = new float[conv.outChannels() / conv.groups()][tile];
    }

    @Override
    public void run(float[] input, int inputOffset, float[] output, int outputOffset) {
      int groupIn = conv.weight().dim(1);
      for (int group = 0; group < conv.groups(); group++) {
        int from = inputOffset + group * groupIn * height * width;
        int first = group * sums.length;
        for (int start = 0; start < positions; start += TILE) {
          int length = Math.min(TILE, positions - start);
          for (int o = 0; o < sums.length; o++) {
            Arrays.fill(sums[o], conv.bias().get(first + o));
          }
          for (int block = 0; block < depth; block += BLOCK) {
            int rows = Math.min(BLOCK, depth - block);
            gather(input, from, start, length, block, rows);
            for (int o = 0; o < sums.length; o += 2) {
              add(first, o, length, block, rows);
            }
          }
          for (int o = 0; o < sums.length; o++) {
            int to = outputOffset + (first + o) * positions + start;
            System.arraycopy(sums[o], 0, output, to, length);
          }
        }
      }
    }

    /** Fills the columns of weights from {@code block} on, for positions from {@code start} on. */
    private void gather(float[] x, int from, int start, int length, int block, int rows) {
      Window w = conv.window();
      int taps = w.kernelHeight() * w.kernelWidth();
      for (int row = 0; row < rows; row++) {
        int c = (block + row) / taps;
        int i = (block + row) % taps / w.kernelWidth();
        int j = (block + row) % w.kernelWidth();
        float[] column = columns[row];
        int p = 0;
        while (p < length) {
          int oy = (start + p) / outWidth;
          int ox = (start + p) % outWidth;
          int run = Math.min(outWidth - ox, length - p);
          int iy = oy * w.strideHeight() - w.padTop() + i * w.dilationHeight();
          if (iy < 0 || iy >= height) {
            Arrays.fill(column, p, p + run, 0);
          } else {
            int line = from + (c * height + iy) * width;
            int ix = ox * w.strideWidth() - w.padLeft() + j * w.dilationWidth();
            copyLine(x, line, ix, w.strideWidth(), column, p, run);
          }
          p += run;
        }
      }
    }

    private void copyLine(float[] x, int line, int ix, int stride, float[] column, int p, int run) {
      int before = ix >= 0 ? 0 : Math.min(run, (-ix + stride - 1) / stride);
      int inside = ix >= width ? 0 : Math.min(run, (width - 1 - ix) / stride + 1);
      Arrays.fill(column, p, p + before, 0);
      if (stride == 1 && inside > before) {
        System.arraycopy(x, line + ix + before, column, p + before, inside - before);
      } else {
        for (int k = before; k < inside; k++) {
          column[p + k] = x[line + ix + k * stride];
        }
      }
      Arrays.fill(column, p + Math.max(before, inside), p + run, 0);
    }

    /** Adds a block to output channel {@code o} of the group, and to the next if there is one. */
    private void add(int first, int o, int length, int block, int rows) {
      float[] w = conv.weight().values();
      boolean pair = o + 1 < sums.length;
      float[] sum0 = sums[o];
      float[] sum1 = pair ? sums[o + 1] : sum0;
      int w0 = (first + o) * depth + block;
      int w1 = w0 + depth;
      int k = 0;
      for (; k + 4 <= rows; k += 4) {
        if (pair) {
          add2x4(length, w, w0 + k, w1 + k, columns, k, sum0, sum1);
        } else {
          add1x4(length, w, w0 + k, columns, k, sum0);
        }
      }
      for (; k < rows; k++) {
        add1x1(length, w[w0 + k], columns[k], sum0);
        if (pair) {
          add1x1(length, w[w1 + k], columns[k], sum1);
        }
      }
    }
  }

  // Every array in these loops has the same index, the only form that C2 turns into vector code
  // without an aliasing check. Two sums by four columns measured best: 16 GMAC/s on AVX-512,
  // against 2 for one by one with offsets; four by four has more arrays than its range checks take.

  private static void add2x4(
      int length, float[] w, int w0, int w1, float[][] columns, int k, float[] sum0, float[] sum1) {
    float[] x0 = columns[k];
    float[] x1 = columns[k + 1];
    float[] x2 = columns[k + 2];
    float[] x3 = columns[k + 3];
    float w00 = w[w0];
    float w01 = w[w0 + 1];
    float w02 = w[w0 + 2];
    float w03 = w[w0 + 3];
    float w10 = w[w1];
    float w11 = w[w1 + 1];
    float w12 = w[w1 + 2];
    float w13 = w[w1 + 3];
    for (int p = 0; p < length; p++) {
      float v0 = x0[p];
      float v1 = x1[p];
      float v2 = x2[p];
      float v3 = x3[p];
      sum0[p] = sum0[p] + w00 * v0 + w01 * v1 + w02 * v2 + w03 * v3;
      sum1[p] = sum1[p] + w10 * v0 + w11 * v1 + w12 * v2 + w13 * v3;
    }
  }

  private static void add1x4(
      int length, float[] w, int w0, float[][] columns, int k, float[] sum0) {
    float[] x0 = columns[k];
    float[] x1 = columns[k + 1];
    float[] x2 = columns[k + 2];
    float[] x3 = columns[k + 3];
    float w00 = w[w0];
    float w01 = w[w0 + 1];
    float w02 = w[w0 + 2];
    float w03 = w[w0 + 3];
    for (int p = 0; p < length; p++) {
      sum0[p] = sum0[p] + w00 * x0[p] + w01 * x1[p] + w02 * x2[p] + w03 * x3[p];
    }
  }

  private static void add1x1(int length, float w0, float[] x0, float[] sum0) {
    for (int p = 0; p < length; p++) {
      sum0[p] += w0 * x0[p];
    }
  }

  /** Eight interleaved sums hide the latency of an addition; they meet in a fixed order. */
  private static void multiply(Op.Linear linear, float[] x, int xOffset, float[] y, int yOffset) {
    Weights weight = linear.weight();
    float[] w = weight.values();
    int in = linear.inFeatures();
    for (int o = 0; o < linear.outFeatures(); o++) {
      int row = o * in;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      float s4 = 0;
      float s5 = 0;
      float s6 = 0;
      float s7 = 0;
      int i = 0;
      for (; i + 8 <= in; i += 8) {
        int a = row + i;
        int b = xOffset + i;
        s0 += w[a] * x[b];
        s1 += w[a + 1] * x[b + 1];
        s2 += w[a + 2] * x[b + 2];
        s3 += w[a + 3] * x[b + 3];
        s4 += w[a + 4] * x[b + 4];
        s5 += w[a + 5] * x[b + 5];
        s6 += w[a + 6] * x[b + 6];
        s7 += w[a + 7] * x[b + 7];
      }
      for (; i < in; i++) {
        s0 += w[row + i] * x[xOffset + i];
      }
      y[yOffset + o] = (((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))) + linear.bias().get(o);
    }
  }
}
