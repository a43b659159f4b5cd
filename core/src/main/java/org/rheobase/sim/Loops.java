package org.rheobase.sim;

import java.lang.foreign.MemorySegment;
import org.rheobase.parallel.VectorApi;

/**
 * The inner loops of the event-driven simulator. Every implementation returns the same bits: sums
 * of integers do not depend on order, and sums of real numbers keep theirs.
 */
interface Loops {
  /** The Vector API where the JVM offers it ({@code --add-modules jdk.incubator.vector}). */
  static Loops best() {
    return Best.LOOPS;
  }

  /**
   * Adds the weights of every event to the target: for event channel {@code c} and each run, {@code
   * target[run.target + j] += weights[c * block + run.weight + j]}.
   *
   * @param times room for the spikes of a position by channel, zeros before and after
   */
  void scatter(Events events, Scatter scatter, int[] times, int[] target);

  /** Concatenates the events of {@code inputs} run by run, {@code sum.offset} added. */
  void join(Events[] inputs, SpikeSum sum, Events out);

  /**
   * Whether outputs collect spikes ({@link #gather}, {@link #depthwise}) faster than spikes are
   * spread to outputs ({@link #scatter}).
   */
  boolean collects();

  /**
   * Adds the weights of all events that reach a tile of outputs, tile after tile.
   *
   * @param list room for events, {@link Gather#listLength}
   */
  void gather(Events events, Gather gather, int[] list, int[] target);

  /**
   * Adds the sums of a dense product: {@code target += (low + 256 * high) << shift}, in 32 bits.
   *
   * @param sums {@code [h,w,c]}, or {@code [h,w,2,c]}, low ones first
   */
  void addSums(MemorySegment sums, DenseProduct product, int[] target);

  /** The loops of {@link Lookup} and {@link Planar}. */
  LookupLoops lookups();

  /** Makes the list of spikes from their bits, where somebody reads it. */
  void list(Events spikes);

  /** Adds, at every output position, the weights of the spikes that reach it. */
  void depthwise(Events events, Depthwise depthwise, int[] target);

  /** Adds a weight for every spike where it is: {@code target[element] += weights[channel]}. */
  void addInPlace(Events events, int[] weights, int[] target);

  /**
   * One step of a site: {@code v += drive}; where {@code v >= theta} a spike, {@code v -= theta};
   * then {@code v} saturates at ±{@link SiteUnits#POTENTIAL_LIMIT}. The list of spikes may be left
   * out where there are more than {@link Events#listed}.
   *
   * @param potentials {@code [positions, channels]}
   * @param drive {@code [channels]}, or {@code [positions, channels]}
   * @param theta {@code [channels]}
   * @param spikes receives the spikes
   */
  void fire(int[] potentials, int[] drive, int[] theta, Events spikes);

  /**
   * A small matrix product, {@code y[yAt + r * yStep + j] += sum_i x[xAt + r * xStep + i] * w[wAt +
   * i * columns + j]}, each element's sum in the order of {@code i}, unfused.
   *
   * @param rows {@code r}, 1 or more
   * @param inner {@code i}
   * @param columns {@code j}
   */
  void multiply(
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
      int columns);

  /**
   * A product of {@link SingleConvolution#ROWS} rows and a panel of {@link SingleConvolution#PANEL}
   * columns, {@code y[yAt + r * yStep + j] = sum_i x[xAt + r * xStep + i] * w[wAt + i * PANEL +
   * j]}, each element's sum in the order of {@code i}, fused.
   *
   * @param inner {@code i}
   */
  void multiply(
      float[] x, int xAt, int xStep, int inner, float[] w, int wAt, float[] y, int yAt, int yStep);

  /**
   * Adds a row of real values, each rounded to its unit: {@code target[at + j] +=
   * clamp(floor(value[from + j] * scale[j] + 0.5))}, within ±{@link SiteUnits#ENTRY_LIMIT}.
   *
   * @param scale {@code [columns]}: 1 / unit
   */
  void addRounded(double[] value, int from, double[] scale, int[] target, int at);

  /**
   * The same for a row of sums to which the bias is added in single precision: {@code target[at +
   * j] += clamp(floor((sums[from + j] + bias[j]) * scale[j] + 0.5))}, where only the sum of both is
   * rounded.
   *
   * @param bias {@code [columns]}
   * @param scale {@code [columns]}: 1 / unit, a power of two
   */
  void addRounded(float[] sums, int from, float[] bias, float[] scale, int[] target, int at);

  /** Looked up once. */
  final class Best {
    private static final Loops LOOPS = VectorApi.isPresent() ? new VectorLoops() : new PlainLoops();

    private Best() {}
  }
}
