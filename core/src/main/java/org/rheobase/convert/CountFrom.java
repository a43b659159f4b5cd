package org.rheobase.convert;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.rheobase.error.MisuseException;

/**
 * The first step whose output counts (delayed evaluation), as a function of T.
 *
 * @param number a step, from 1; or how many first steps do not count
 * @param isDelay whether it is the latter, of which at most half of all steps are left out
 */
public record CountFrom(int number, boolean isDelay) {
  /** All steps count. */
  public static final CountFrom FIRST = new CountFrom(1, false);

  /** The second half counts: from {@code T/2 + 1}. */
  public static final CountFrom HALF = new CountFrom(Integer.MAX_VALUE, true);

  private static final String DELAY = "after-";

  public CountFrom {
    if (number < 1) {
      throw new MisuseException("countFrom must be at least 1, found " + number);
    }
  }

  /** The step, from 1, of a run of so many steps. */
  public int step(int steps) {
    if (isDelay) {
      return Math.min(number, steps / 2) + 1;
    }
    if (number > steps) {
      throw new MisuseException(
          "the first counted step, " + number + ", comes after the last of " + steps + " steps");
    }
    return number;
  }

  /** Reads a number, {@code half}, or {@code after-N}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static CountFrom parse(Object value) {
    String text = value.toString();
    if (text.equals("half")) {
      return HALF;
    }
    boolean isDelay = text.startsWith(DELAY);
    try {
      return new CountFrom(
          Integer.parseInt(isDelay ? text.substring(DELAY.length()) : text), isDelay);
    } catch (NumberFormatException e) {
      throw new MisuseException(
          "countFrom: expected a step, half, or after-N such as after-16, found " + text, e);
    }
  }

  /** What {@link #parse} reads. */
  @JsonValue
  public Object value() {
    if (isDelay) {
      return number == Integer.MAX_VALUE ? "half" : DELAY + number;
    }
    return number;
  }

  @Override
  public String toString() {
    return value().toString();
  }
}
