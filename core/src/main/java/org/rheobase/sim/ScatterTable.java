package org.rheobase.sim;

import java.util.Arrays;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Where a spike at each input position goes: runs {@code first[p] .. first[p+1]}, each adding
 * {@code length} weights from {@code weight} on (relative to the channel's block) to the target
 * from {@code target} on. Kernel columns are stored from right to left, so that with stride 1 the
 * weights of neighbouring outputs are neighbours and one run covers a kernel row.
 */
record ScatterTable(int[] first, int[] weight, int[] target, int[] length) {

  /** Index of a kernel cell in weights stored as {@code [ky][reversed kx]}. */
  static int cell(Window w, int ky, int kx) {
    return ky * w.kernelWidth() + w.kernelWidth() - 1 - kx;
  }

  /**
   * @param in shape of the spikes
   * @param out shape of the result
   * @param view where the result lies
   * @param row weights per kernel cell
   * @param isMerged whether neighbouring cells may form one run
   */
  static ScatterTable of(Window w, Shape in, Shape out, View view, int row, boolean isMerged) {
    Runs runs = new Runs(in.area());
    for (int iy = 0; iy < in.height(); iy++) {
      for (int ix = 0; ix < in.width(); ix++) {
        runs.startPosition();
        for (int ky = 0; ky < w.kernelHeight(); ky++) {
          int oy = output(iy + w.padTop() - ky * w.dilationHeight(), w.strideHeight());
          if (oy < 0 || oy >= out.height()) {
            continue;
          }
          for (int kx = w.kernelWidth() - 1; kx >= 0; kx--) {
            int ox = output(ix + w.padLeft() - kx * w.dilationWidth(), w.strideWidth());
            if (ox >= 0 && ox < out.width()) {
              runs.add(cell(w, ky, kx) * row, view.at(oy, ox), row, isMerged);
            }
          }
        }
      }
    }
    return runs.finish();
  }

  private static int output(int offset, int stride) {
    return offset < 0 || offset % stride != 0 ? -1 : offset / stride;
  }

  private static final class Runs {
    private final int[] first;
    private int position;
    private int size;
    private int[] weight = new int[64];
    private int[] target = new int[64];
    private int[] length = new int[64];

    Runs(int positions) {
      first = new int[positions + 1];
    }

    void startPosition() {
      first[position++] = size;
    }

    void add(int w, int t, int n, boolean isMerged) {
      int last = size - 1;
      if (isMerged
          && last >= first[position - 1]
          && weight[last] + length[last] == w
          && target[last] + length[last] == t) {
        length[last] += n;
        return;
      }
      if (size == weight.length) {
        weight = Arrays.copyOf(weight, 2 * size);
        target = Arrays.copyOf(target, 2 * size);
        length = Arrays.copyOf(length, 2 * size);
      }
      weight[size] = w;
      target[size] = t;
      length[size++] = n;
    }

    ScatterTable finish() {
      first[position] = size;
      return new ScatterTable(
          first,
          Arrays.copyOf(weight, size),
          Arrays.copyOf(target, size),
          Arrays.copyOf(length, size));
    }
  }
}
