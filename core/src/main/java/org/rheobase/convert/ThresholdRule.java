package org.rheobase.convert;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.rheobase.error.MisuseException;

/** How a site's threshold is chosen from its activations on the calibration images. */
public sealed interface ThresholdRule {

  /** The largest activation (Diehl et al. 2015). */
  record Max() implements ThresholdRule {
    @Override
    public String toString() {
      return "max";
    }
  }

  /**
   * The {@code percent}-th percentile of all activations, zeros included, pooled over the
   * calibration images, linear interpolation between neighbours (robust normalisation, Rueckauer et
   * al. 2017, as S1 computes it).
   *
   * @param percent above 0, at most 100
   */
  record Percentile(double percent) implements ThresholdRule {
    public Percentile {
      if (!(percent > 0 && percent <= 100)) {
        throw new MisuseException(
            "a percentile lies above 0 and at most at 100, found p"
                + percent
                + "; for example p99.9");
      }
    }

    @Override
    public String toString() {
      return "p"
          + (percent == Math.rint(percent)
              ? String.valueOf((long) percent)
              : String.valueOf(percent));
    }
  }

  /** The rule that a recipe names. */
  @JsonCreator
  static ThresholdRule parse(String text) {
    String name = text.strip().toLowerCase(Locale.ROOT);
    if (name.equals("max")) {
      return new Max();
    }
    if (name.matches("p\\d+(\\.\\d+)?")) {
      return new Percentile(Double.parseDouble(name.substring(1)));
    }
    throw new MisuseException(
        "unknown threshold rule '" + text + "'; use max, or a percentile such as p99.9");
  }

  /** The text that {@link #parse} reads. */
  @JsonValue
  default String text() {
    return toString();
  }
}
