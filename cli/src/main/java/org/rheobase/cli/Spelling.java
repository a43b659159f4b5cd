package org.rheobase.cli;

import java.util.Collection;
import java.util.List;

/** What the user may have meant. */
final class Spelling {
  private Spelling() {}

  /** The candidates that are nearest to {@code word}, if any is near: one edit in three letters. */
  static List<String> near(String word, Collection<String> candidates) {
    int nearest = Math.max(1, word.replaceFirst("^-+", "").length() / 3);
    for (String candidate : candidates) {
      nearest = Math.min(nearest, distance(word, candidate));
    }
    int limit = nearest;
    return candidates.stream().filter(c -> distance(word, c) <= limit).sorted().toList();
  }

  /** Insertions, deletions and replacements that turn one word into the other (Levenshtein). */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
