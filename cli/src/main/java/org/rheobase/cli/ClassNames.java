package org.rheobase.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.RunReport.Candidate;
import org.rheobase.error.UnreadableDataException;

/**
 * What a network's outputs are called.
 *
 * @param names by class; empty where unknown
 * @param offset of the classes among the outputs
 */
record ClassNames(List<String> names, int offset) {
  private static final long LARGEST_FILE = 1L << 24;

  /**
   * Names from a file, one per line.
   *
   * @param file or null
   * @param outputs of the network
   * @throws UnreadableDataException unless there is a name for every class
   */
  static ClassNames read(@Nullable Path file, int offset, int outputs) {
    if (file == null) {
      return new ClassNames(List.of(), offset);
    }
    List<String> names;
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new UnreadableDataException(
            file
                + ": expected at most 16 MiB of class names, found "
                + Files.size(file)
                + " bytes");
      }
      names = new ArrayList<>(Files.readAllLines(file).stream().map(String::strip).toList());
    } catch (IOException e) {
      throw new UnreadableDataException(
          "cannot read the class names "
              + file
              + ": "
              + e.getMessage()
              + "; check the path and that it is text",
          e);
    }
    while (!names.isEmpty() && names.getLast().isEmpty()) {
      names.removeLast();
    }
    if (names.size() != outputs - offset) {
      throw new UnreadableDataException(
          file
              + ": expected the names of "
              + (outputs - offset)
              + " classes, one per line, found "
              + names.size());
    }
    return new ClassNames(names, offset);
  }

  /** What an output stands for. */
  Candidate candidate(int output, double value) {
    int label = output - offset;
    boolean isNamed = label >= 0 && label < names.size();
    return new Candidate(label, isNamed ? names.get(label) : null, value);
  }
}
