package org.rheobase.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.error.UnsupportedModelException;

/**
 * How a spiking network came to be; travels in the {@code metadata_props} of its file.
 *
 * @param recipe of the conversion, as JSON
 * @param steps the simulation length T that the network is made for
 * @param countFrom the first step whose output counts, from 1
 * @param sourceSha256 of the file that was converted, hexadecimal
 * @param calibrationFingerprint of the calibration data; empty when none was used
 * @param preprocessing how an image becomes the network's input: the text of a preprocessing file;
 *     empty when unknown
 * @param seed of all random choices
 * @param programVersion of the Rheobase that converted
 */
public record SnnMetadata(
    String recipe,
    int steps,
    int countFrom,
    String sourceSha256,
    String calibrationFingerprint,
    String preprocessing,
    long seed,
    String programVersion) {
  /** Version of the file format that this program writes, and the only one that it reads. */
  public static final int FORMAT = 1;

  public static final String FORMAT_KEY = "rheobase.format";
  public static final String RECIPE_KEY = "rheobase.recipe";
  public static final String STEPS_KEY = "rheobase.steps";
  public static final String COUNT_FROM_KEY = "rheobase.countFrom";
  public static final String SOURCE_KEY = "rheobase.sourceSha256";
  public static final String CALIBRATION_KEY = "rheobase.calibrationFingerprint";
  public static final String PREPROCESSING_KEY = "rheobase.preprocessing";
  public static final String SEED_KEY = "rheobase.seed";
  public static final String VERSION_KEY = "rheobase.version";

  public SnnMetadata {
    if (steps < 1 || countFrom < 1) {
      throw new IllegalArgumentException(
          "expected steps and the first counted step from 1, found " + steps + ", " + countFrom);
    }
  }

  /** The file's key-value pairs, in a fixed order. */
  public Map<String, String> toProperties() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(FORMAT_KEY, String.valueOf(FORMAT));
    map.put(RECIPE_KEY, recipe);
    map.put(STEPS_KEY, String.valueOf(steps));
    map.put(COUNT_FROM_KEY, String.valueOf(countFrom));
    map.put(SOURCE_KEY, sourceSha256);
    map.put(CALIBRATION_KEY, calibrationFingerprint);
    map.put(PREPROCESSING_KEY, preprocessing);
    map.put(SEED_KEY, String.valueOf(seed));
    map.put(VERSION_KEY, programVersion);
    return map;
  }

  /**
   * Reads the pairs back.
   *
   * @param source the file, for messages
   * @throws UnsupportedModelException when another format version wrote them
   * @throws UnreadableDataException when one is missing or malformed
   */
  public static SnnMetadata parse(String source, Map<String, String> properties) {
    long format = number(source, properties, FORMAT_KEY, Integer.MAX_VALUE);
    if (format != FORMAT) {
      throw new UnsupportedModelException(
          source
              + ": format version of the spiking network: expected "
              + FORMAT
              + ", found "
              + format
              + (format > FORMAT
                  ? ": written by a newer Rheobase"
                  : ": written by an older Rheobase; convert the model again"));
    }
    return new SnnMetadata(
        text(source, properties, RECIPE_KEY),
        (int) number(source, properties, STEPS_KEY, Integer.MAX_VALUE),
        (int) number(source, properties, COUNT_FROM_KEY, Integer.MAX_VALUE),
        text(source, properties, SOURCE_KEY),
        text(source, properties, CALIBRATION_KEY),
        text(source, properties, PREPROCESSING_KEY),
        seed(source, properties),
        text(source, properties, VERSION_KEY));
  }

  private static String text(String source, Map<String, String> properties, String key) {
    String value = properties.get(key);
    if (value == null) {
      throw new UnreadableDataException(
          source + ": the metadata of the spiking network lacks " + key);
    }
    return value;
  }

  private static long number(
      String source, Map<String, String> properties, String key, long largest) {
    String value = text(source, properties, key);
    try {
      long number = Long.parseLong(value);
      if (number >= 1 && number <= largest) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below, as for a number out of range.
    }
    throw malformed(source, key, value, "a number from 1");
  }

  private static long seed(String source, Map<String, String> properties) {
    String value = text(source, properties, SEED_KEY);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw malformed(source, SEED_KEY, value, "an integer");
    }
  }

  private static UnreadableDataException malformed(
      String source, String key, String value, String expected) {
    return new UnreadableDataException(
        source + ": metadata " + key + ": expected " + expected + ", found " + value);
  }
}
