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

  /** Whether any step may be answered with yes; if not, the steps ahead are never in vain. */
  default boolean mayStop() {
    return true;
  }

  /** Runs all steps. */
  StopRule NEVER = watching((_, _) -> {});

  /** Runs all steps, and shows them. */
  static StopRule watching(Watcher watcher) {
    return new StopRule() {
      @Override
      public boolean stopsAfter(int step, float[] prediction) {
        watcher.see(step, prediction);
        return false;
      }

      @Override
      public boolean mayStop() {
        return false;
      }
    };
  }

  /** Is told what a step predicts. */
  @FunctionalInterface
  interface Watcher {
    /** The arguments of {@link StopRule#stopsAfter}. */
    void see(int step, float[] prediction);
  }
}
