package org.rheobase.convert;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.rheobase.error.MisuseException;

/**
 * The first step whose output counts (delayed evaluation), as a function of T.
 *
 * @param number a step, from 1; or how many first steps do not count
 * @param isDelay whether it is the latter
 * @param least how many last steps count in any case behind a delay; 0 for half of all
 */
public record CountFrom(int number, boolean isDelay, int least) {
  /** All steps count. */
  public static final CountFrom FIRST = new CountFrom(1, false);

  /** 16 steps do not count, but the last 5 do in any case, as the published code of S2 does. */
  public static final CountFrom PUBLISHED_CODE = new CountFrom(16, true, 5);

  /** The second half counts: from {@code T/2 + 1}. */
  public static final CountFrom HALF = new CountFrom(Integer.MAX_VALUE, true);

  private static final String DELAY = "after-";
  private static final String LEAST = "-least-";

  /** With at most half of all steps left out behind a delay. */
  public CountFrom(int number, boolean isDelay) {
    this(number, isDelay, 0);
  }

  public CountFrom {
    if (number < 1) {
      throw new MisuseException("countFrom must be at least 1, found " + number);
    }
    if (least < 0) {
      throw new MisuseException("countFrom: at least 1 step must count, found " + least);
    }
  }

  /** The step, from 1, of a run of so many steps. */
  public int step(int steps) {
    if (isDelay) {
      int most = least == 0 ? steps / 2 : Math.max(0, steps - least);
      return Math.min(number, most) + 1;
    }
    if (number > steps) {
      throw new MisuseException(
          "the first counted step, " + number + ", comes after the last of " + steps + " steps");
    }
    return number;
  }

  /** Reads a number, {@code half}, {@code after-N} or {@code after-N-least-M}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static CountFrom parse(Object value) {
    String text = value.toString();
    if (text.equals("half")) {
      return HALF;
    }
    boolean isDelay = text.startsWith(DELAY);
    int end = isDelay && text.contains(LEAST) ? text.indexOf(LEAST) : text.length();
    try {
      return new CountFrom(
          Integer.parseInt(text.substring(isDelay ? DELAY.length() : 0, end)),
          isDelay,
          end == text.length() ? 0 : least(text.substring(end + LEAST.length())));
    } catch (NumberFormatException e) {
      throw new MisuseException(
          "countFrom: expected a step, half, or after-N such as after-16, found " + text, e);
    }
  }

  private static int least(String text) {
    int least = Integer.parseInt(text);
    if (least < 1) {
      throw new MisuseException("countFrom: at least 1 step must count, found " + text);
    }
    return least;
  }

  /** What {@link #parse} reads. */
  @JsonValue
  public Object value() {
    if (isDelay) {
      String delay = number == Integer.MAX_VALUE && least == 0 ? "half" : DELAY + number;
      return least == 0 ? delay : delay + LEAST + least;
    }
    return number;
  }

  @Override
  public String toString() {
    return value().toString();
  }
}
