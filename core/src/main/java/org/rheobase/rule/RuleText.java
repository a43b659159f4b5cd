package org.rheobase.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rheobase.error.MisuseException;

/**
 * A method with options, {@code name} or {@code name[key=value,key=value]}. Options that have their
 * default value are left out, so that equal methods have equal texts.
 */
public final class RuleText {
  private final String name;
  private final Map<String, String> options;
  private final String what;

  private RuleText(String name, Map<String, String> options, String what) {
    this.name = name;
    this.options = options;
    this.what = what;
  }

  /** A text to be written. */
  public static RuleText of(String name) {
    return new RuleText(name, new LinkedHashMap<>(), name);
  }

  /**
   * Reads a text.
   *
   * @param what the kind of method, in messages
   */
  public static RuleText parse(String text, String what) {
    String all = text.strip();
    int open = all.indexOf('[');
    if (open < 0) {
      return new RuleText(all.toLowerCase(Locale.ROOT), new LinkedHashMap<>(), what);
    }
    if (!all.endsWith("]")) {
      throw new MisuseException(
          what + " '" + text + "': expected ] at the end, as in name[key=value]");
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : split(all.substring(open + 1, all.length() - 1))) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new MisuseException(
            what + " '" + text + "': expected key=value, found '" + option + "'");
      }
      String key = option.substring(0, equals).strip();
      if (options.put(key, option.substring(equals + 1).strip()) != null) {
        throw new MisuseException(what + " '" + text + "': " + key + " is given twice");
      }
    }
    return new RuleText(all.substring(0, open).strip().toLowerCase(Locale.ROOT), options, what);
  }

  /** The parts between commas; commas within brackets do not count. */
  public static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (i == text.length() || (c == ',' && depth == 0)) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    return parts;
  }

  public String name() {
    return name;
  }

  /** Adds an option unless it has its default value. */
  public RuleText with(String key, Object value, Object otherwise) {
    if (!value.equals(otherwise)) {
      options.put(key, value.toString());
    }
    return this;
  }

  /** Takes a whole number. */
  public int integer(String key, int otherwise) {
    String value = options.remove(key);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw bad(key, "a whole number", value, e);
    }
  }

  /** Takes a number. */
  public double number(String key, double otherwise) {
    String value = options.remove(key);
    try {
      double number = value == null ? otherwise : Double.parseDouble(value);
      if (!Double.isFinite(number)) {
        throw new NumberFormatException(value);
      }
      return number;
    } catch (NumberFormatException e) {
      throw bad(key, "a number", String.valueOf(value), e);
    }
  }

  /** Takes true or false. */
  public boolean flag(String key, boolean otherwise) {
    String value = options.remove(key);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(key, "true or false", value, null);
    };
  }

  /** Takes one of the constants of the default value's type, in lower case. */
  public <E extends Enum<E>> E constant(String key, E otherwise) {
    String value = options.remove(key);
    if (value == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E candidate : otherwise.getDeclaringClass().getEnumConstants()) {
      names.add(candidate.toString());
      if (candidate.toString().equals(value)) {
        return candidate;
      }
    }
    throw bad(key, String.join(" or ", names), value, null);
  }

  /**
   * To be called when all known options are taken.
   *
   * @throws MisuseException naming an option that nobody took
   */
  public void checkAllUsed() {
    if (!options.isEmpty()) {
      throw new MisuseException(
          what + " " + name + " has no option '" + options.keySet().iterator().next() + "'");
    }
  }

  private MisuseException bad(
      String key,
      String expected,
      String found,
      @org.jspecify.annotations.Nullable Throwable cause) {
    String sentence =
        what + " " + name + ", option " + key + ": expected " + expected + ", found " + found;
    return cause == null ? new MisuseException(sentence) : new MisuseException(sentence, cause);
  }

  @Override
  public String toString() {
    if (options.isEmpty()) {
      return name;
    }
    List<String> parts = new ArrayList<>();
    options.forEach((key, value) -> parts.add(key + "=" + value));
    return name + "[" + String.join(",", parts) + "]";
  }
}
