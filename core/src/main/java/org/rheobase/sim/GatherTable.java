package org.rheobase.sim;

import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Which events reach which tile of output positions. A tile is {@code width} neighbours in a row,
 * fewer at the right border; what it reads is, for each kernel row, a run of neighbouring input
 * positions, whose events are neighbours too.
 *
 * @param width positions of a whole tile
 * @param rows input positions that a tile in the middle reads: what a row of weights belongs to,
 *     together with the input channel
 * @param columns of these, in one kernel row
 * @param stride of columns
 * @param target {@code [tiles]}: where its first output lies
 * @param positions {@code [tiles]}: of the tile
 * @param first {@code [tiles + 1]}: its runs
 * @param from {@code [runs]}: first input position
 * @param to {@code [runs]}: behind the last
 * @param base {@code [runs]}: added to an element's index, gives the number of its row of weights
 */
record GatherTable(
    int width,
    int rows,
    int columns,
    int stride,
    int[] target,
    int[] positions,
    int[] first,
    int[] from,
    int[] to,
    int[] base) {

  /** Number of the input position that a kernel cell meets at an output column of the tile. */
  int row(int ky, int kx, int column) {
    return ky * columns + column * stride + kx;
  }

  int tiles() {
    return target.length;
  }

  /**
   * @param width positions of a tile, 1 where the window skips columns
   */
  static GatherTable of(Window w, Shape in, Shape out, View view, int width) {
    boolean isDilated = w.dilationWidth() > 1;
    int stride = isDilated ? 1 : w.strideWidth();
    int columns = isDilated ? w.kernelWidth() : (width - 1) * stride + w.kernelWidth();
    int tiles = out.height() * Math.ceilDiv(out.width(), width);
    int runsPerTile = w.kernelHeight() * (isDilated ? w.kernelWidth() : 1);
    GatherTable table =
        new GatherTable(
            width,
            w.kernelHeight() * columns,
            columns,
            stride,
            new int[tiles],
            new int[tiles],
            new int[tiles + 1],
            new int[tiles * runsPerTile],
            new int[tiles * runsPerTile],
            new int[tiles * runsPerTile]);
    int tile = 0;
    int run = 0;
    for (int oy = 0; oy < out.height(); oy++) {
      for (int ox = 0; ox < out.width(); ox += width) {
        table.target[tile] = view.at(oy, ox);
        table.positions[tile] = Math.min(width, out.width() - ox);
        for (int ky = 0; ky < w.kernelHeight(); ky++) {
          int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
          if (iy < 0 || iy >= in.height()) {
            continue;
          }
          int left = ox * w.strideWidth() - w.padLeft();
          if (isDilated) {
            for (int kx = 0; kx < w.kernelWidth(); kx++) {
              int ix = left + kx * w.dilationWidth();
              run = table.add(run, in, iy, ix, ix, ix + 1, ky * columns + kx);
            }
          } else {
            run = table.add(run, in, iy, left, left, left + columns, ky * columns);
          }
        }
        table.first[++tile] = run;
      }
    }
    return table;
  }

  /** A run of columns {@code begin .. end}, of which {@code zero} has weight row {@code row}. */
  private int add(int run, Shape in, int iy, int zero, int begin, int end, int row) {
    int left = Math.max(0, begin);
    int right = Math.min(in.width(), end);
    if (left >= right) {
      return run;
    }
    from[run] = iy * in.width() + left;
    to[run] = iy * in.width() + right;
    base[run] = (row - iy * in.width() - zero) * in.channels();
    return run + 1;
  }
}
