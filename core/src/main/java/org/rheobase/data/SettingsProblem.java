package org.rheobase.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** What is wrong with a file of settings, in the words of the file and not of the program. */
public final class SettingsProblem {
  private SettingsProblem() {}

  /**
   * The failure to read settings as a sentence that names the key.
   *
   * @param source the file, for the message
   * @param what the file should be: "a recipe"
   */
  public static UnreadableDataException of(String source, String what, JacksonException e) {
    String sentence =
        switch (e) {
          case UnrecognizedPropertyException unknown ->
              "unknown key '"
                  + unknown.getPropertyName()
                  + "'; known are "
                  + unknown.getKnownPropertyIds().stream()
                      .map(Object::toString)
                      .sorted()
                      .collect(Collectors.joining(", "));
          case MismatchedInputException mismatch ->
              "key '"
                  + key(e)
                  + "': expected "
                  + expected(mismatch.getTargetType())
                  + (mismatch instanceof InvalidFormatException format
                      ? ", found " + format.getValue()
                      : ", found another kind of value");
          case DatabindException _ -> "key '" + key(e) + "' has a value that cannot be read";
          default -> "not " + what + ": " + e.getOriginalMessage().lines().findFirst().orElse("");
        };
    return new UnreadableDataException(source + ": " + sentence, e);
  }

  private static String key(JacksonException e) {
    return e.getPath().stream()
        .map(r -> r.getPropertyName() == null ? String.valueOf(r.getIndex()) : r.getPropertyName())
        .collect(Collectors.joining("."));
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null || type == Object.class) {
      return "another value";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(" or "));
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(type) || type == double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord() ? "keys with values" : "text";
  }
}
