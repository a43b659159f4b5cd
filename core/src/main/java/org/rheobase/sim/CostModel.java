package org.rheobase.sim;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * From which density on lookups and dense products of bytes are faster than walking spikes, as
 * measured on a machine. It never changes a result.
 *
 * @param entries measurements, any order
 */
public record CostModel(List<Entry> entries) {
  /** Spikes per neuron and step that no layer has: the form is never chosen. */
  public static final double NEVER = Double.MAX_VALUE;

  /** Always takes events. */
  public static final CostModel EVENTS = new CostModel(List.of());

  private static final CostModel TYPICAL =
      new CostModel(
          List.of(
              new Entry(16, false, 1, NEVER, 0.01),
              new Entry(32, false, 1, NEVER, 0.02),
              new Entry(64, false, 1, NEVER, 0.15),
              new Entry(16, false, 2, NEVER, 0.01),
              new Entry(32, false, 2, NEVER, 0.1),
              new Entry(64, false, 2, NEVER, 0.2)));

  /** Always takes dense products. */
  public static final CostModel DENSE = everywhere(0, NEVER);

  /** Always takes lookups. */
  public static final CostModel LOOKUP = everywhere(NEVER, 0);

  /**
   * About what a processor with vectors of 512 bits measured, for those who do not measure; events
   * where there are no such vectors.
   */
  public static CostModel typical() {
    return Simulators.looksUp() ? TYPICAL : EVENTS;
  }

  /**
   * One measured layer.
   *
   * @param channels of its input and output
   * @param isPointwise whether its kernel is 1x1, or 3x3
   * @param limbs bytes of a weight, 1 or 2
   * @param product spikes per neuron and step from which a dense product is faster than events;
   *     above 1 if it never is
   * @param lookup the same for lookups
   */
  public record Entry(int channels, boolean isPointwise, int limbs, double product, double lookup) {
    /**
     * @throws IllegalArgumentException if a number is not what it stands for
     */
    public Entry {
      if (channels < 1 || limbs < 1 || limbs > 2 || !(product >= 0) || !(lookup >= 0)) {
        throw new IllegalArgumentException(
            "no layer has "
                + channels
                + " channels, "
                + limbs
                + " limbs, crossovers "
                + product
                + " and "
                + lookup);
      }
    }
  }

  /** Copies the list, ordered by channels. */
  public CostModel {
    entries = entries.stream().sorted(Comparator.comparingInt(Entry::channels)).toList();
  }

  /** The same for all layers. */
  static CostModel everywhere(double product, double lookup) {
    return new CostModel(
        List.of(
            new Entry(1, true, 1, product, lookup),
            new Entry(1, true, 2, product, lookup),
            new Entry(1, false, 1, product, lookup),
            new Entry(1, false, 2, product, lookup)));
  }

  /** Whether some layer may take dense products. */
  boolean hasProducts() {
    return entries.stream().anyMatch(entry -> entry.product < 1);
  }

  /**
   * Spikes per neuron and step from which a form is faster; {@link #NEVER} where nothing like the
   * layer was measured. Between measured widths, it changes with their logarithm, unless one of
   * them never gains.
   *
   * @param form {@link Entry#product} or {@link Entry#lookup}
   * @param channels of the layer, the geometric mean of input and output
   */
  public double crossover(
      ToDoubleFunction<Entry> form, double channels, boolean isPointwise, int limbs) {
    List<Entry> alike =
        entries.stream().filter(e -> e.isPointwise == isPointwise && e.limbs == limbs).toList();
    if (alike.isEmpty()) {
      return NEVER;
    }
    Entry below = alike.getFirst();
    for (Entry above : alike) {
      if (above.channels >= channels) {
        double from = form.applyAsDouble(below);
        double to = form.applyAsDouble(above);
        if (above.channels == channels || above.channels == below.channels || to > 1) {
          return to;
        }
        double share =
            Math.log(channels / below.channels)
                / Math.log((double) above.channels / below.channels);
        return from > 1 ? from : from + share * (to - from);
      }
      below = above;
    }
    return form.applyAsDouble(below);
  }
}
