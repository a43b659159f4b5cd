package org.rheobase.speed;

import java.util.ArrayList;
import java.util.Arrays;
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

  /** Channels, and maps as such layers usually have them, or smaller where that takes long. */
  private static final int[][] WIDE = {{16, 32}, {32, 16}, {64, 14}, {128, 14}, {512, 7}};

  /** The same for 1x1 layers, which differ less. */
  private static final int[][] POINTWISE = {{16, 32}, {64, 14}, {512, 7}};

  private static final int STEPS = 8;
  private static final int REPETITIONS = 6;
  private static final long FIRST_WARM_UP = 200_000_000L;

  /** Every width has inner loops of its own. */
  private static final long WARM_UP = 30_000_000L;

  /** Layers that {@link #measureAll} measures. */
  public static int layers() {
    return 2 * (WIDE.length + POINTWISE.length);
  }

  /**
   * Measures 1x1 and 3x3 layers of common widths with 8-bit and 16-bit weights, in processor time
   * of this thread; some twenty seconds.
   */
  public static List<Crossover> measureAll(ProgressListener progress) {
    List<Crossover> all = new ArrayList<>();
    for (int kernel : new int[] {3, 1}) {
      for (int largest : new int[] {SpikingLayer.INT16, SpikingLayer.INT8}) {
        for (int[] layer : kernel == 1 ? POINTWISE : WIDE) {
          // What all layers share is compiled once; the first must not pay for it.
          all.add(measure(kernel, layer[0], layer[1], largest, all.isEmpty()));
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
    SpikingLayer first = new SpikingLayer(kernel, channels, size, DENSITIES[0], largest);
    Graph graph = first.graph();
    List<LayerTimer> timers = new ArrayList<>();
    boolean hasLookups = Simulators.looksUp() && Simulators.looksUp(graph);
    if (hasLookups) {
      timers.add(new LayerTimer(graph, Kernel.LOOKUP, STEPS));
    }
    if (Simulators.multipliesBytes()) {
      timers.add(new LayerTimer(graph, Kernel.DENSE, STEPS));
    }
    List<Double> densities = new ArrayList<>();
    for (double density : DENSITIES) {
      densities.add(density);
      Graph denser =
          density == DENSITIES[0]
              ? graph
              : new SpikingLayer(kernel, channels, size, density, largest).graph();
      timers.add(new LayerTimer(denser, Kernel.EVENT, STEPS));
    }
    timers.forEach(timer -> timer.warmUp(warmUp));
    List<Double> times = new ArrayList<>(microseconds(timers));
    double lookup = hasLookups ? times.removeFirst() : Double.POSITIVE_INFINITY;
    double product = Simulators.multipliesBytes() ? times.removeFirst() : Double.POSITIVE_INFINITY;
    return new Crossover(
        first,
        densities,
        times,
        product,
        lookup,
        crossing(densities, times, product),
        crossing(densities, times, lookup));
  }

  /**
   * The least that a step of each takes, by turns: the JVM may still be compiling the loops of one
   * when its warm-up ends.
   */
  private static List<Double> microseconds(List<LayerTimer> timers) {
    double[] least = new double[timers.size()];
    Arrays.fill(least, Double.MAX_VALUE);
    for (int r = 0; r < REPETITIONS; r++) {
      for (int i = 0; i < least.length; i++) {
        least[i] = Math.min(least[i], timers.get(i).milliseconds(2) * 1e3 / (2 * STEPS));
      }
    }
    return Arrays.stream(least).boxed().toList();
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
