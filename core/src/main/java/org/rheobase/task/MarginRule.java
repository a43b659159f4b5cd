package org.rheobase.task;

import org.rheobase.error.MisuseException;
import org.rheobase.sim.StopRule;

/**
 * Stops an image when its prediction is settled: at the first counted step at which the largest
 * output leads the second by enough. The outputs are averages over {@code n} counted steps, whose
 * error shrinks as steps are added, so the lead that is needed does too: {@code (largest - second)
 * * sqrt(n)} must reach the margin.
 *
 * @param margin in units of the network's outputs; 0 stops at the first counted step, infinity
 *     never
 */
public record MarginRule(double margin) {
  public MarginRule {
    if (!(margin >= 0)) {
      throw new MisuseException("expected a margin of 0 or more, found " + margin);
    }
  }

  /** The rule for runs whose outputs count from step {@code countFrom}. */
  public StopRule from(int countFrom) {
    return (step, prediction) ->
        step >= countFrom && lead(prediction, step - countFrom + 1) >= margin;
  }

  /**
   * What is compared with the margin: by how much the largest output leads the second, times the
   * square root of the number of counted steps. Infinite for a single output; no number, so that no
   * margin is reached, where an output is none.
   *
   * @param outputs {@code [classes]}
   * @param counted steps that the outputs average
   */
  public static double lead(float[] outputs, int counted) {
    double first = Double.NEGATIVE_INFINITY;
    double second = Double.NEGATIVE_INFINITY;
    for (float y : outputs) {
      if (Float.isNaN(y)) {
        return Double.NaN;
      }
      if (y > first) {
        second = first;
        first = y;
      } else if (y > second) {
        second = y;
      }
    }
    return (first - second) * Math.sqrt(counted);
  }
}
