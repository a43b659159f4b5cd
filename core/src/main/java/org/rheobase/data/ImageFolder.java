package org.rheobase.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;

/**
 * A folder of JPEG and PNG images, decoded one by one when asked for.
 *
 * @param entries in order
 * @param description of folder and labels
 */
record ImageFolder(List<Entry> entries, String description) implements Dataset {
  private static final int MOST_DIGITS = 9;
  private static final Pattern WORDNET = Pattern.compile("(n\\d{8})[_.].*");

  /**
   * One image.
   *
   * @param name relative to the folder
   */
  record Entry(Path file, String name, int label) {}

  /**
   * Opens a folder. Labels come from the label file ({@code NAME LABEL} per line, whose order is
   * then the order of the images); else from class folders, sorted; else from WordNet ids at the
   * beginning of the names, whose label is the line of the id in {@code synsets.txt} in the folder
   * or above it; else there are none.
   */
  static ImageFolder open(Path folder, @Nullable Path labels) {
    if (!Files.isDirectory(folder)) {
      throw new UnreadableDataException(
          folder + ": expected a folder of images, found no such folder; check the path");
    }
    List<Path> images = files(folder, ImageFile::isImage);
    if (labels != null) {
      return labelled(folder, labels, images);
    }
    if (!images.isEmpty()) {
      return named(folder, images);
    }
    return classFolders(folder);
  }

  /** Single files, in the order given, without labels. */
  static ImageFolder files(List<Path> images) {
    images.forEach(ImageFile::expectFile);
    return new ImageFolder(
        images.stream().map(f -> new Entry(f, f.toString(), Sample.UNLABELLED)).toList(),
        images.size() + " image files");
  }

  private static ImageFolder labelled(Path folder, Path labels, List<Path> images) {
    List<Entry> entries = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    List<String> lines = lines(labels);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      int digits = line.length();
      while (digits > 0 && line.charAt(digits - 1) >= '0' && line.charAt(digits - 1) <= '9') {
        digits--;
      }
      int end = digits;
      while (end > 0 && isSeparator(line.charAt(end - 1))) {
        end--;
      }
      int length = line.length() - digits;
      if (end == 0 || end == digits || length < 1 || length > MOST_DIGITS) {
        throw new UnreadableDataException(
            labels
                + " line "
                + (i + 1)
                + ": expected an image name and a label such as 'cat.jpg 3', found '"
                + shorten(line)
                + "'");
      }
      String name = line.substring(0, end);
      Path file = inside(folder, name);
      if (file == null || !file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
        throw new UnreadableDataException(
            labels
                + " line "
                + (i + 1)
                + ": expected an image in "
                + folder
                + ", found no "
                + shorten(name)
                + " there");
      }
      if (seen.putIfAbsent(folder.normalize().relativize(file).toString(), i) != null) {
        throw new UnreadableDataException(
            labels
                + " line "
                + (i + 1)
                + ": image "
                + shorten(name)
                + " is labelled twice; remove one of the lines");
      }
      entries.add(new Entry(file, name, Integer.parseInt(line.substring(digits))));
    }
    for (Path image : images) {
      if (!seen.containsKey(image.getFileName().toString())) {
        throw new UnreadableDataException(
            labels
                + ": expected a label for each of the "
                + images.size()
                + " images in "
                + folder
                + ", found "
                + entries.size()
                + "; the first without one is "
                + image.getFileName());
      }
    }
    return folder(folder, entries, "labels from " + labels);
  }

  private static boolean isSeparator(char c) {
    return c == ',' || c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static @Nullable Path inside(Path folder, String name) {
    try {
      return folder.resolve(name).normalize();
    } catch (InvalidPathException _) {
      return null; // No file has such a name.
    }
  }

  private static ImageFolder named(Path folder, List<Path> images) {
    Path synsets = synsets(folder);
    if (synsets == null) {
      return folder(
          folder,
          images.stream()
              .map(f -> new Entry(f, f.getFileName().toString(), Sample.UNLABELLED))
              .toList(),
          "no labels");
    }
    Map<String, Integer> labels = new HashMap<>();
    List<String> lines = lines(synsets);
    for (int i = 0; i < lines.size(); i++) {
      labels.put(lines.get(i).strip().split("\\s+", 2)[0], i);
    }
    List<Entry> entries = new ArrayList<>();
    for (Path image : images) {
      String name = image.getFileName().toString();
      Matcher matcher = WORDNET.matcher(name);
      Integer label = matcher.matches() ? labels.get(matcher.group(1)) : null;
      entries.add(new Entry(image, name, label == null ? Sample.UNLABELLED : label));
    }
    return folder(folder, entries, "labels by WordNet id from " + synsets);
  }

  private static @Nullable Path synsets(Path folder) {
    Path inside = folder.resolve("synsets.txt");
    Path above = folder.toAbsolutePath().normalize().resolveSibling("synsets.txt");
    return Files.isRegularFile(inside) ? inside : Files.isRegularFile(above) ? above : null;
  }

  private static ImageFolder classFolders(Path folder) {
    List<Path> classes = files(folder, Files::isDirectory);
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (Path image : files(classes.get(label), ImageFile::isImage)) {
        entries.add(new Entry(image, folder.relativize(image).toString(), label));
      }
    }
    return folder(folder, entries, classes.size() + " class folders");
  }

  private static ImageFolder folder(Path folder, List<Entry> entries, String labels) {
    if (entries.isEmpty()) {
      throw new UnreadableDataException(
          folder + ": expected JPEG or PNG images or class folders with such, found none");
    }
    return new ImageFolder(List.copyOf(entries), "images:" + folder + " (" + labels + ")");
  }

  private static List<Path> files(Path folder, java.util.function.Predicate<Path> wanted) {
    Map<String, Path> sorted = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      list.filter(wanted).forEach(f -> sorted.put(f.getFileName().toString(), f));
    } catch (IOException e) {
      throw new UnreadableDataException("cannot list " + folder + ": " + e.getMessage(), e);
    }
    return List.copyOf(sorted.values());
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > 1L << 28) {
        throw new UnreadableDataException(file + " is larger than 256 MiB, which no label file is");
      }
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UnreadableDataException(
          "cannot read the labels "
              + file
              + ": "
              + e.getMessage()
              + "; check the path and that it is text",
          e);
    }
  }

  private static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public Sample get(int index) {
    Entry entry = entries.get(index);
    return new Sample(entry.file().toString(), ImageFile.read(entry.file()), entry.label());
  }

  /** Digests the file as it is, which is cheaper than its pixels and at least as strict. */
  @Override
  public void digest(int index, java.security.MessageDigest into) {
    Entry entry = entries.get(index);
    try {
      Dataset.digest(entry.name(), entry.label(), Files.readAllBytes(entry.file()), into);
    } catch (IOException e) {
      throw new UnreadableDataException("cannot read " + entry.file() + ": " + e.getMessage(), e);
    }
  }
}
