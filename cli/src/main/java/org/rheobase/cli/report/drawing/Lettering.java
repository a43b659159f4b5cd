package org.rheobase.cli.report.drawing;

/**
 * Text in a picture: names come from files, so they are cut to a length and freed of what XML
 * forbids or what would change the direction of reading.
 */
final class Lettering {
  private static final String NARROW = " !'()*,-./:;I[]`fijlrt{|}";
  private static final String WIDE = "%@MW_mw+<=>";

  private Lettering() {}

  /**
   * A text of at most {@code longest} characters that stands on one line in XML; a longer one loses
   * its middle, because names differ most at their ends.
   */
  static String printable(String text, int longest) {
    // Only what can be shown is looked at: a name may have millions of characters.
    int tail = (longest - 1) / 2;
    String shown =
        text.length() <= longest
            ? text
            : text.substring(0, longest - 1 - tail) + "…" + text.substring(text.length() - tail);
    StringBuilder clean = new StringBuilder(shown.length());
    shown.codePoints().forEach(c -> clean.appendCodePoint(isSafe(c) ? c : '\uFFFD'));
    return clean.toString();
  }

  /** Whether a character may stand in XML and does not steer what stands around it. */
  private static boolean isSafe(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /**
   * Pixels that a text takes, estimated for the widest of the usual fonts without serifs, so that
   * boxes fit whatever font a viewer has.
   */
  static double width(String text, double size) {
    double ems = text.codePoints().mapToDouble(Lettering::ems).sum();
    return ems * size;
  }

  private static double ems(int c) {
    if (c > 0x7f) {
      // Chinese, Japanese and Korean characters are as wide as high; ×, … and accents are not.
      return c < 0x3000 ? 0.85 : 1.05;
    }
    if (NARROW.indexOf(c) >= 0) {
      return 0.41;
    }
    if (WIDE.indexOf(c) >= 0) {
      return 0.99;
    }
    return c >= 'A' && c <= 'Z' ? 0.73 : 0.64;
  }
}
