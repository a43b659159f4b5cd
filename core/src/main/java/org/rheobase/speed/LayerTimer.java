package org.rheobase.speed;

import java.util.Arrays;
import org.rheobase.graph.Graph;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;

/** One kernel on one layer, in processor time of the thread that calls. */
public final class LayerTimer {
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

  /** Runs until the JVM has had the time to compile what is hot. */
  public void warmUp(long nanoseconds) {
    for (long end = ProcessorTime.ofThisThread() + nanoseconds;
        ProcessorTime.ofThisThread() < end; ) {
      simulator.run(image, steps, 1);
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
