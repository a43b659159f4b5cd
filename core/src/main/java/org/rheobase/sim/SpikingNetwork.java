package org.rheobase.sim;

/** A spiking graph compiled for simulation: immutable and shared between threads. */
public interface SpikingNetwork {
  /** A simulator with its own state; used by one thread at a time. */
  Simulator newSimulator();

  /**
   * The same, with so many threads for one image where that can be: for a result soon. Images on
   * threads of their own take less in total.
   */
  default Simulator newSimulator(int threads) {
    return newSimulator();
  }

  /** Runs one image from reset. */
  interface Simulator extends AutoCloseable {
    /**
     * Simulates one image. Steps are numbered from 1; every site updates in every step, in
     * topological order, without axonal delay.
     *
     * @param image {@code [c,h,w]}, fed as a constant current at every step (direct coding)
     * @param steps T, at least 1
     * @param countFrom the first step whose output counts; before it, the prediction averages all
     *     steps so far
     */
    default Simulation run(float[] image, int steps, int countFrom) {
      return run(image, steps, countFrom, StopRule.NEVER);
    }

    /**
     * Simulates one image until {@code stop} is content, T steps at most. A simulator may compute
     * further than that, but nothing behind the last step counts.
     */
    Simulation run(float[] image, int steps, int countFrom, StopRule stop);

    /** Ends the threads and frees the native memory that it has; it runs no image then. */
    @Override
    default void close() {}
  }
}
