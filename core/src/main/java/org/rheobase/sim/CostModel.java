package org.rheobase.sim;

import java.util.Comparator;
import java.util.List;

/**
 * From which density on a dense product of bytes is faster than walking spikes, as measured on a
 * machine. It never changes a result.
 *
 * @param entries measurements, any order
 */
public record CostModel(List<Entry> entries) {
  /** Never chooses the dense product. */
  public static final CostModel EVENTS = new CostModel(List.of());

  /** Always chooses it. */
  public static final CostModel DENSE =
      new CostModel(
          List.of(
              new Entry(1, true, 1, 0),
              new Entry(1, true, 2, 0),
              new Entry(1, false, 1, 0),
              new Entry(1, false, 2, 0)));

  /**
   * One measured layer.
   *
   * @param channels of its input and output
   * @param isPointwise whether its kernel is 1x1, or 3x3
   * @param limbs bytes of a weight, 1 or 2
   * @param crossover spikes per neuron and step from which the dense product is faster; above 1 if
   *     it never is
   */
  public record Entry(int channels, boolean isPointwise, int limbs, double crossover) {
    /**
     * @throws IllegalArgumentException if a number is not what it stands for
     */
    public Entry {
      if (channels < 1 || limbs < 1 || limbs > 2 || !(crossover >= 0)) {
        throw new IllegalArgumentException(
            "no layer has " + channels + " channels, " + limbs + " limbs, crossover " + crossover);
      }
    }
  }

  /** Copies the list, ordered by channels. */
  public CostModel {
    entries = entries.stream().sorted(Comparator.comparingInt(Entry::channels)).toList();
  }

  /**
   * Spikes per neuron and step from which the dense product is faster; infinite where nothing like
   * the layer was measured. Between measured widths, it changes with their logarithm.
   *
   * @param channels of the layer, the geometric mean of input and output
   */
  public double crossover(double channels, boolean isPointwise, int limbs) {
    List<Entry> alike =
        entries.stream().filter(e -> e.isPointwise == isPointwise && e.limbs == limbs).toList();
    if (alike.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    Entry below = alike.getFirst();
    for (Entry above : alike) {
      if (above.channels >= channels) {
        if (above.channels == below.channels) {
          return above.crossover;
        }
        double share =
            Math.log(channels / below.channels)
                / Math.log((double) above.channels / below.channels);
        return below.crossover + Math.max(0, share) * (above.crossover - below.crossover);
      }
      below = above;
    }
    return below.crossover;
  }
}
