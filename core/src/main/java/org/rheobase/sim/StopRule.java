package org.rheobase.sim;

/** Is asked after every step of an image, in order, whether the image is done. */
@FunctionalInterface
public interface StopRule {
  /**
   * Whether this step was the last one.
   *
   * @param step from 1
   * @param prediction {@code [elements of the network's first output]}, as {@link
   *     Simulation#outputs} has it
   */
  boolean stopsAfter(int step, float[] prediction);

  /** Runs all steps. */
  StopRule NEVER = (_, _) -> false;
}
