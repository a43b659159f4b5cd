package org.rheobase.sim;

/**
 * The inner loops of the event-driven simulator. Every implementation returns the same bits: sums
 * of integers do not depend on order, and sums of doubles keep theirs.
 */
interface Loops {
  /** The Vector API where the JVM offers it ({@code --add-modules jdk.incubator.vector}). */
  static Loops best() {
    return Best.LOOPS;
  }

  /**
   * Adds the weights of every event to the target: for event channel {@code c} and each run, {@code
   * target[run.target + j] += count * weights[c * block + run.weight + j]}.
   */
  void scatter(Events events, ScatterTable table, int[] weights, int block, int[] target);

  /**
   * One step of a site: {@code v += drive}; where {@code v >= theta} a spike, {@code v -= theta};
   * then {@code v} saturates at ±{@link SiteUnits#POTENTIAL_LIMIT}.
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
   * Adds a row of real values, each rounded to its unit: {@code target[at + j] +=
   * clamp(floor(value[from + j] * scale[j] + 0.5))}, within ±{@link SiteUnits#ENTRY_LIMIT}.
   *
   * @param scale {@code [columns]}: 1 / unit
   */
  void addRounded(double[] value, int from, double[] scale, int[] target, int at);

  /** Looked up once. */
  final class Best {
    private static final Loops LOOPS =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            ? new VectorLoops()
            : new PlainLoops();

    private Best() {}
  }
}
