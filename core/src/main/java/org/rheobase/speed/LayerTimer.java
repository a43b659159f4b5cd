package org.rheobase.speed;

import java.util.Arrays;
import org.rheobase.graph.Graph;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;

/** One kernel on one layer, in processor time of the thread that calls. */
public final class LayerTimer {
  /** A portion of the warm-up that takes less than this share of the one before was worth it. */
  private static final double FASTER = 0.8;

  private final SpikingNetwork.Simulator simulator;
  private final float[] image;
  private final int steps;
  private final long sops;

  /**
   * @param steps of a run
   */
  public LayerTimer(SpikingLayer layer, Kernel kernel, int steps) {
    this(layer.graph(), kernel, steps);
  }

  LayerTimer(Graph graph, Kernel kernel, int steps) {
    this.simulator = Simulators.compile(graph, kernel).newSimulator();
    this.image = new float[graph.input().shape().size()];
    this.steps = steps;
    Simulation run = simulator.run(image, steps, 1);
    this.sops = Arrays.stream(run.activity().sops()).sum();
  }

  /** Synaptic operations of a run. */
  public long sops() {
    return sops;
  }

  /**
   * Runs until the JVM has compiled what is hot: so long at least, and then for as long as runs get
   * much faster, but not longer than ten times that.
   */
  public void warmUp(long nanoseconds) {
    double best = Double.MAX_VALUE;
    for (int portion = 0; portion < 10; portion++) {
      double time = Double.MAX_VALUE;
      for (long end = ProcessorTime.ofThisThread() + nanoseconds;
          ProcessorTime.ofThisThread() < end; ) {
        time = Math.min(time, milliseconds(1));
      }
      if (time > FASTER * best) {
        return;
      }
      best = time;
    }
  }

  /** Milliseconds of so many runs together. */
  public double milliseconds(int runs) {
    long start = ProcessorTime.ofThisThread();
    for (int i = 0; i < runs; i++) {
      simulator.run(image, steps, 1);
    }
    return (ProcessorTime.ofThisThread() - start) / 1e6;
  }

  /** The middle one of measurements; the higher of two. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
