package org.rheobase.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rheobase.error.MisuseException;

/**
 * Data as the command line names it: a kind, a colon and what it needs, with {@code
 * [first=N,count=N]} at its end where only a part is meant.
 */
public final class DataSpec {
  private static final String KNOWN =
      "cifar10:FILE.bin[,FILE.bin], cifar100:FILE.bin[,FILE.bin], idx:IMAGES,LABELS,"
          + " npy:IMAGES.npy[,LABELS.npy], npz:FILE[,images=NAME,labels=NAME],"
          + " images:DIR[,labels=FILE] and shapes:N[,seed=S]";
  private static final Pattern SLICE = Pattern.compile("(.*)\\[([^\\[\\]]*=[^\\[\\]]*)\\]");
  private static final int MOST_SHAPES = 10_000_000;

  private DataSpec() {}

  /**
   * Opens data.
   *
   * @throws MisuseException if the text is no specification, or its slice leaves the data
   * @throws org.rheobase.error.UnreadableDataException if the files are missing or corrupt
   */
  public static Dataset parse(String spec) {
    Matcher slice = SLICE.matcher(spec);
    if (!slice.matches()) {
      return open(spec);
    }
    Map<String, String> keys =
        keys(spec, List.of(slice.group(2).split(",")), Set.of("first", "count"));
    Dataset whole = open(slice.group(1));
    int first = number(spec, "first", keys.getOrDefault("first", "0"));
    int count =
        number(
            spec,
            "count",
            keys.getOrDefault("count", String.valueOf(Math.max(1, whole.size() - first))));
    return whole.slice(first, count);
  }

  /**
   * Images without labels.
   *
   * @throws org.rheobase.error.UnreadableDataException if a file is missing
   */
  public static Dataset files(List<Path> images) {
    return ImageFolder.files(images);
  }

  private static Dataset open(String spec) {
    int colon = spec.indexOf(':');
    String scheme = colon < 0 ? "" : spec.substring(0, colon);
    List<String> parts = List.of(spec.substring(colon + 1).split(",", -1));
    if (parts.contains("")) {
      throw new MisuseException(
          "data '"
              + spec
              + "': expected something before and behind every comma and colon; known are "
              + KNOWN);
    }
    return switch (scheme) {
      case "cifar10" -> new CifarRecords(CifarRecords.Kind.CIFAR10, paths(spec, parts, 1, 1000));
      case "cifar100" -> new CifarRecords(CifarRecords.Kind.CIFAR100, paths(spec, parts, 1, 1000));
      case "idx" -> {
        List<Path> files = paths(spec, parts, 2, 2);
        yield new IdxRecords(files.get(0), files.get(1));
      }
      case "npy" -> {
        List<Path> files = paths(spec, parts, 1, 2);
        yield new NpyRecords(
            NpyArray.ofFile(files.get(0)),
            files.size() == 1 ? null : NpyArray.ofFile(files.get(1)),
            spec);
      }
      case "npz" -> {
        Map<String, String> keys =
            keys(spec, parts.subList(1, parts.size()), Set.of("images", "labels"));
        Path file = path(spec, parts.get(0));
        yield new NpyRecords(
            NpyArray.ofEntry(file, keys.getOrDefault("images", "images")),
            NpyArray.ofEntry(file, keys.getOrDefault("labels", "labels")),
            spec);
      }
      case "images" -> {
        Map<String, String> keys = keys(spec, parts.subList(1, parts.size()), Set.of("labels"));
        String labels = keys.get("labels");
        yield ImageFolder.open(
            path(spec, parts.get(0)), labels == null ? null : path(spec, labels));
      }
      case "shapes" -> shapes(spec, parts);
      default ->
          throw new MisuseException(
              "data '" + spec + "' begins with no known kind; known are " + KNOWN);
    };
  }

  private static Dataset shapes(String spec, List<String> parts) {
    Map<String, String> keys = keys(spec, parts.subList(1, parts.size()), Set.of("seed", "task"));
    String task = keys.getOrDefault("task", "classification");
    if (!task.equals("classification")) {
      throw new MisuseException(
          "data '" + spec + "': task=" + task + " is not available; expected task=classification");
    }
    int count = number(spec, "the number of images", parts.get(0));
    if (count < 1 || count > MOST_SHAPES) {
      throw new MisuseException(
          "data '" + spec + "': expected 1 to " + MOST_SHAPES + " images, found " + count);
    }
    long seed;
    try {
      seed = Long.parseLong(keys.getOrDefault("seed", "0"));
    } catch (NumberFormatException e) {
      throw new MisuseException(
          "data '" + spec + "': seed must be an integer, found " + keys.get("seed"), e);
    }
    return new Shapes(seed, Shapes.SIDE, 1).dataset(count);
  }

  private static Map<String, String> keys(String spec, List<String> parts, Set<String> known) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String part : parts) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      if (equals < 0 || !known.contains(key)) {
        throw new MisuseException(
            "data '"
                + spec
                + "': '"
                + part
                + "' is unknown here; expected "
                + String.join(" or ", sorted(known))
                + " with = and a value");
      }
      if (keys.put(key, part.substring(equals + 1)) != null) {
        throw new MisuseException("data '" + spec + "': " + key + " is given twice");
      }
    }
    return keys;
  }

  private static List<String> sorted(Set<String> words) {
    List<String> list = new ArrayList<>(words);
    list.sort(null);
    return list;
  }

  private static int number(String spec, String what, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new MisuseException(
          "data '" + spec + "': " + what + " must be a whole number, found " + text, e);
    }
  }

  private static List<Path> paths(String spec, List<String> parts, int least, int most) {
    if (parts.size() < least || parts.size() > most) {
      throw new MisuseException(
          "data '"
              + spec
              + "': expected "
              + (least == most ? String.valueOf(least) : least + " to " + most)
              + " files, found "
              + parts.size()
              + "; known are "
              + KNOWN);
    }
    return parts.stream().map(p -> path(spec, p)).toList();
  }

  private static Path path(String spec, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new MisuseException("data '" + spec + "': '" + text + "' is no path", e);
    }
  }
}
