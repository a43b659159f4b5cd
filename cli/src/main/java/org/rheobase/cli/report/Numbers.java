package org.rheobase.cli.report;

import java.util.Locale;

/** Numbers with their units, the same in every locale. A value that is not finite reads "-". */
public final class Numbers {
  private static final String[] PREFIXES = {"", " k", " M", " G", " T", " P"};

  private Numbers() {}

  /** A fraction of one in percent: 0.915 is "91.5 %". */
  public static String percent(double fraction) {
    return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.1f %%", 100 * fraction) : "-";
  }

  /** A difference of two fractions in percentage points, with its sign: -0.008 is "-0.8". */
  public static String points(double difference) {
    if (!Double.isFinite(difference)) {
      return "-";
    }
    String text = String.format(Locale.ROOT, "%+.1f", 100 * difference);
    return text.equals("-0.0") ? "+0.0" : text;
  }

  /**
   * A large number in three digits: 40 560 000 is "40.6 M"; whole numbers below 1000 as they are.
   */
  public static String count(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    int prefix = 0;
    double scaled = value;
    // 999.5 would round to four digits.
    while (Math.abs(scaled) >= 999.5 && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    boolean whole = prefix == 0 && scaled == Math.rint(scaled);
    return (whole ? String.format(Locale.ROOT, "%.0f", scaled) : threeDigits(scaled))
        + PREFIXES[prefix];
  }

  /** A large whole number in three digits. */
  public static String count(long value) {
    return count((double) value);
  }

  /** Memory, in decimal units: 555 300 is "555 kB", 12 is "12 B". */
  public static String bytes(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    String count = count(value);
    return count + (count.contains(" ") ? "B" : " B");
  }

  /** Spikes per neuron and step: four decimals, because rates of a hundredth are common. */
  public static String firingRate(double spikesPerNeuronAndStep) {
    return Double.isFinite(spikesPerNeuronAndStep)
        ? String.format(Locale.ROOT, "%.4f", spikesPerNeuronAndStep)
        : "-";
  }

  /** A duration: "12.3 ms", "4.56 s", "3 min 05 s", "2 h 07 min". */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "-";
    }
    if (seconds < 0.9995) {
      return threeDigits(1000 * seconds) + " ms";
    }
    if (seconds < 59.95) {
      return threeDigits(seconds) + " s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** So many things per second: "41.2 images/s". */
  public static String rate(double perSecond, String things) {
    return count(perSecond) + " " + things + "/s";
  }

  private static String threeDigits(double value) {
    double size = Math.abs(value);
    if (size >= 99.95) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return size >= 9.995
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
