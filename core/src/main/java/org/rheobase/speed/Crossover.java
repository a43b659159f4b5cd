package org.rheobase.speed;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.graph.Graph;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.CostModel;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;

/**
 * From which density on forms that take the same time at any density are faster than events, on one
 * layer.
 *
 * @param layer at the lowest density
 * @param density spikes per neuron and step of each measurement, ascending
 * @param events microseconds per step at each density
 * @param product microseconds per step of a dense product of bytes; infinite where there is none
 * @param lookup the same of lookups
 * @param fromProduct spikes per neuron and step from which the product is faster than events
 * @param fromLookup the same of lookups
 */
public record Crossover(
    SpikingLayer layer,
    List<Double> density,
    List<Double> events,
    double product,
    double lookup,
    double fromProduct,
    double fromLookup) {
  private static final double[] DENSITIES = {0.02, 0.08, 0.3};
  private static final int[] CHANNELS = {16, 32, 64, 128, 512};

  /** Maps as such layers usually have them, or smaller where that takes long. */
  private static final int[] SIZES = {32, 16, 14, 14, 7};

  private static final int STEPS = 8;
  private static final int REPETITIONS = 3;
  private static final long FIRST_WARM_UP = 200_000_000L;

  /** Every width has inner loops of its own. */
  private static final long WARM_UP = 40_000_000L;

  /** Layers that {@link #measureAll} measures. */
  public static int layers() {
    return 4 * CHANNELS.length;
  }

  /**
   * Measures 1x1 and 3x3 layers of common widths with 8-bit and 16-bit weights, in processor time
   * of this thread; some twenty seconds.
   */
  public static List<Crossover> measureAll(ProgressListener progress) {
    List<Crossover> all = new ArrayList<>();
    for (int kernel : new int[] {3, 1}) {
      for (int largest : new int[] {SpikingLayer.INT16, SpikingLayer.INT8}) {
        for (int i = 0; i < CHANNELS.length; i++) {
          // What all layers share is compiled once; the first must not pay for it.
          all.add(measure(kernel, CHANNELS[i], SIZES[i], largest, i == 0));
          progress.advance(1);
        }
      }
    }
    return all;
  }

  /** What a simulator needs of it. */
  public static CostModel model(List<Crossover> measured) {
    return new CostModel(measured.stream().map(Crossover::entry).toList());
  }

  private CostModel.Entry entry() {
    return new CostModel.Entry(
        layer.channels(), layer.kernel() == 1, limbs(), fromProduct, fromLookup);
  }

  /** Bytes of a weight. */
  public int limbs() {
    return layer.largestWeight() > Byte.MAX_VALUE ? 2 : 1;
  }

  private static Crossover measure(
      int kernel, int channels, int size, int largest, boolean isFirst) {
    long warmUp = isFirst ? FIRST_WARM_UP : WARM_UP;
    List<Double> densities = new ArrayList<>();
    List<Double> events = new ArrayList<>();
    SpikingLayer first = new SpikingLayer(kernel, channels, size, DENSITIES[0], largest);
    Graph graph = first.graph();
    double product =
        Simulators.multipliesBytes()
            ? microseconds(graph, Kernel.DENSE, warmUp)
            : Double.POSITIVE_INFINITY;
    double lookup =
        Simulators.looksUp() && Simulators.looksUp(graph)
            ? microseconds(graph, Kernel.LOOKUP, warmUp)
            : Double.POSITIVE_INFINITY;
    for (double density : DENSITIES) {
      densities.add(density);
      Graph denser =
          density == DENSITIES[0]
              ? graph
              : new SpikingLayer(kernel, channels, size, density, largest).graph();
      events.add(microseconds(denser, Kernel.EVENT, events.isEmpty() ? warmUp : warmUp / 2));
    }
    return new Crossover(
        first,
        densities,
        events,
        product,
        lookup,
        crossing(densities, events, product),
        crossing(densities, events, lookup));
  }

  private static double microseconds(Graph graph, Kernel kernel, long warmUp) {
    LayerTimer timer = new LayerTimer(graph, kernel, STEPS);
    timer.warmUp(warmUp);
    double[] times = new double[REPETITIONS];
    for (int r = 0; r < REPETITIONS; r++) {
      times[r] = timer.milliseconds(2);
    }
    return LayerTimer.median(times) * 1e3 / (2 * STEPS);
  }

  /**
   * Where the line through the measurements on either side meets {@code dense}; outside of them,
   * the line through the nearest two. {@link CostModel#NEVER} for infinite times.
   */
  static double crossing(List<Double> density, List<Double> events, double dense) {
    if (dense == Double.POSITIVE_INFINITY) {
      return CostModel.NEVER;
    }
    int above = 1;
    while (above < density.size() - 1 && events.get(above) < dense) {
      above++;
    }
    double from = density.get(above - 1);
    double rise = events.get(above) - events.get(above - 1);
    if (rise <= 0) {
      return events.get(above) < dense ? CostModel.NEVER : 0;
    }
    double at = from + (dense - events.get(above - 1)) * (density.get(above) - from) / rise;
    return Math.max(0, at);
  }
}
