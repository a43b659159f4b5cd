package org.rheobase.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.rheobase.graph.Shape;

/** The inner loops in plain Java: the specification of {@link VectorLoops}, and its fallback. */
final class PlainLoops implements Loops {
  private static final LookupLoops LOOKUPS = new PlainLookup();

  private final boolean collects;

  PlainLoops() {
    this(false);
  }

  /**
   * @param collects whether outputs collect spikes, as with vectors, or spikes are spread
   */
  PlainLoops(boolean collects) {
    this.collects = collects;
  }

  @Override
  public void scatter(Events events, Scatter scatter, int[] times, int[] target) {
    ScatterTable table = scatter.table();
    int[] weights = scatter.weights();
    int[] start = events.start;
    int[] element = events.element;
    for (int p = 0; p < events.positions; p++) {
      for (int i = start[p]; i < start[p + 1]; i++) {
        int base = (element[i] - p * events.channels) * scatter.block();
        for (int r = table.first()[p]; r < table.first()[p + 1]; r++) {
          int w = base + table.weight()[r];
          int t = table.target()[r];
          int length = table.length()[r];
          for (int j = 0; j < length; j++) {
            target[t + j] += weights[w + j];
          }
        }
      }
    }
  }

  @Override
  public void join(Events[] inputs, SpikeSum sum, Events out) {
    int used = 0;
    for (int p = 0; p < out.positions; p++) {
      for (int r = sum.first()[p]; r < sum.first()[p + 1]; r++) {
        Events in = inputs[sum.input()[r]];
        int from = in.start[sum.position()[r]];
        int to = in.start[sum.position()[r] + 1];
        out.ensureRoom(used, to - from);
        for (int i = from; i < to; i++) {
          out.element[used++] = in.element[i] + sum.offset()[r];
        }
      }
      out.start[p + 1] = used;
    }
    out.markAll();
  }

  @Override
  public boolean collects() {
    return collects;
  }

  @Override
  public void gather(Events events, Gather gather, int[] list, int[] target) {
    GatherTable table = gather.table();
    for (Gather.Chunk chunk : gather.chunks()) {
      for (int tile = 0; tile < table.tiles(); tile++) {
        int lanes = Math.min(chunk.used(), lanes(gather, tile) - chunk.offset());
        for (int r = table.first()[tile]; r < table.first()[tile + 1]; r++) {
          for (int i = events.start[table.from()[r]]; i < events.start[table.to()[r]]; i++) {
            int row = (events.element[i] + table.base()[r]) * chunk.lanes();
            for (int lane = 0; lane < lanes; lane++) {
              target[table.target()[tile] + chunk.offset() + lane] +=
                  chunk.weights().at(row + lane) << chunk.shift()[lane];
            }
          }
        }
      }
    }
  }

  @Override
  public void addSums(MemorySegment sums, DenseProduct product, int[] target) {
    addSums(sums, product, target, 0);
  }

  /** The same from a channel on. */
  static void addSums(MemorySegment sums, DenseProduct product, int[] target, int firstChannel) {
    Shape out = product.out();
    int channels = out.channels();
    int row = product.limbs() * channels;
    for (int p = 0; p < out.area(); p++) {
      int at = product.view().at(p / out.width(), p % out.width());
      for (int c = firstChannel; c < channels; c++) {
        int sum = sums.getAtIndex(ValueLayout.JAVA_INT, p * row + c);
        if (product.limbs() > 1) {
          sum += sums.getAtIndex(ValueLayout.JAVA_INT, p * row + channels + c) << 8;
        }
        target[at + c] += sum << product.shift()[c];
      }
    }
  }

  @Override
  public LookupLoops lookups() {
    return LOOKUPS;
  }

  @Override
  public void list(Events spikes) {
    spikes.listBits();
  }

  @Override
  public void depthwise(Events events, Depthwise depthwise, int[] target) {
    int channels = events.channels;
    for (int out = 0; out < depthwise.target().length; out++) {
      for (int r = depthwise.first()[out]; r < depthwise.first()[out + 1]; r++) {
        int p = depthwise.position()[r];
        for (int i = events.start[p]; i < events.start[p + 1]; i++) {
          int c = events.element[i] - p * channels;
          target[depthwise.target()[out] + c] += depthwise.weights()[depthwise.weight()[r] + c];
        }
      }
    }
  }

  @Override
  public void addInPlace(Events events, int[] weights, int[] target) {
    for (int i = 0; i < events.size(); i++) {
      int e = events.element[i];
      target[e] += weights[e % weights.length];
    }
  }

  /** Elements of a tile: fewer at the right border. */
  static int lanes(Gather gather, int tile) {
    GatherTable table = gather.table();
    return gather.channels() * table.positions()[tile];
  }

  @Override
  public void fire(int[] potentials, int[] drive, int[] theta, Events spikes) {
    int channels = spikes.channels;
    int driveStep = drive.length == channels ? 0 : channels;
    int used = 0;
    spikes.clearBits();
    for (int p = 0; p < spikes.positions; p++) {
      spikes.ensureRoom(used);
      int[] element = spikes.element;
      int at = p * channels;
      for (int c = 0; c < channels; c++) {
        int v = potentials[at + c] + drive[p * driveStep + c];
        if (v >= theta[c]) {
          v -= theta[c];
          element[used++] = at + c;
          spikes.mark(p, c);
        }
        potentials[at + c] =
            Math.max(-SiteUnits.POTENTIAL_LIMIT, Math.min(SiteUnits.POTENTIAL_LIMIT, v));
      }
      spikes.start[p + 1] = used;
    }
  }

  @Override
  public void multiply(
      double[] x,
      int xAt,
      int xStep,
      double[] w,
      int wAt,
      double[] y,
      int yAt,
      int yStep,
      int rows,
      int inner,
      int columns) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < inner; i++) {
        double value = x[xAt + r * xStep + i];
        for (int j = 0; j < columns; j++) {
          y[yAt + r * yStep + j] += value * w[wAt + i * columns + j];
        }
      }
    }
  }

  @Override
  public void multiply(
      float[] x, int xAt, int xStep, int inner, float[] w, int wAt, float[] y, int yAt, int yStep) {
    for (int r = 0; r < SingleConvolution.ROWS; r++) {
      Arrays.fill(y, yAt + r * yStep, yAt + r * yStep + SingleConvolution.PANEL, 0);
      for (int i = 0; i < inner; i++) {
        float value = x[xAt + r * xStep + i];
        int from = wAt + i * SingleConvolution.PANEL;
        int to = yAt + r * yStep;
        for (int j = 0; j < SingleConvolution.PANEL; j++) {
          y[to + j] = Math.fma(value, w[from + j], y[to + j]);
        }
      }
    }
  }

  @Override
  public void addRounded(
      float[] sums, int from, float[] bias, float[] scale, int[] target, int at) {
    addRounded(sums, from, bias, scale, target, at, 0);
  }

  /** The same from a column on. */
  static void addRounded(
      float[] sums, int from, float[] bias, float[] scale, int[] target, int at, int first) {
    for (int j = first; j < scale.length; j++) {
      double units = (double) (sums[from + j] + bias[j]) * scale[j];
      target[at + j] += SiteUnits.round(units, 0, SiteUnits.ENTRY_LIMIT);
    }
  }

  @Override
  public void addRounded(double[] value, int from, double[] scale, int[] target, int at) {
    addRounded(value, from, scale, target, at, 0);
  }

  static void addRounded(
      double[] value, int from, double[] scale, int[] target, int at, int firstColumn) {
    for (int j = firstColumn; j < scale.length; j++) {
      double units = Math.floor(value[from + j] * scale[j] + 0.5);
      target[at + j] +=
          (int) Math.max(-SiteUnits.ENTRY_LIMIT, Math.min(SiteUnits.ENTRY_LIMIT, units));
    }
  }
}
