package org.rheobase.speed;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.rheobase.graph.Graph;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;

/** One kernel on one layer, in processor time of the thread that calls. */
public final class LayerTimer {
  /** A portion of the warm-up whose runs take less than this share of the best was worth it. */
  private static final double FASTER = 0.8;

  private static final int MOST_PORTIONS = 40;

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
   * Runs until the JVM has compiled what is hot: until two portions in a row saw nothing compiled
   * and were not much faster than those before, or for {@link #MOST_PORTIONS}.
   *
   * @param nanoseconds of a portion
   */
  public void warmUp(long nanoseconds) {
    double best = Double.MAX_VALUE;
    int quiet = 0;
    for (int portion = 0; portion < MOST_PORTIONS && quiet < 2; portion++) {
      long compiled = compileMilliseconds();
      double time = Double.MAX_VALUE;
      for (long end = ProcessorTime.ofThisThread() + nanoseconds;
          ProcessorTime.ofThisThread() < end; ) {
        time = Math.min(time, milliseconds(1));
      }
      boolean isQuiet = compileMilliseconds() == compiled && time > FASTER * best;
      quiet = isQuiet ? quiet + 1 : 0;
      best = Math.min(best, time);
    }
  }

  private static long compileMilliseconds() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
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
