package org.rheobase.cli;

import org.jspecify.annotations.Nullable;
import org.rheobase.error.MisuseException;
import org.rheobase.onnx.SnnMetadata;

/**
 * How long a spiking network is simulated.
 *
 * @param steps T
 * @param countFrom the first step whose output counts, from 1 to T
 */
record RunLength(int steps, int countFrom) {

  /** What was asked for; null for what the file says. */
  static RunLength of(@Nullable Integer steps, @Nullable Integer countFrom, SnnMetadata metadata) {
    int last = steps == null ? metadata.steps() : steps;
    int first = countFrom == null ? metadata.countFrom() : countFrom;
    if (first > last) {
      throw new MisuseException(
          "counting from step "
              + first
              + " needs at least as many steps, found "
              + last
              + "; raise -T or lower --count-from");
    }
    return new RunLength(last, first);
  }

  /** Refuses options that contradict each other before any work. */
  static void check(@Nullable Integer steps, @Nullable Integer countFrom) {
    RecipeOptions.atLeastOne("--steps", steps);
    RecipeOptions.atLeastOne("--count-from", countFrom);
    if (steps != null && countFrom != null && countFrom > steps) {
      throw new MisuseException(
          "--count-from "
              + countFrom
              + " is after the last of "
              + steps
              + " steps; expected 1 to "
              + steps);
    }
  }
}
