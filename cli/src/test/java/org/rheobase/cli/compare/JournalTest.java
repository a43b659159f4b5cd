package org.rheobase.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.cli.compare.Experiment.AnnScore;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnreadableDataException;

class JournalTest {
  private static final List<String> KEYS = List.of("a", "b", "c");

  @TempDir Path folder;

  private final List<String> remarks = new ArrayList<>();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("journal.jsonl");
  }

  private Journal open() {
    return Journal.open(file, remarks::add);
  }

  private static AnnScore value(String key) {
    return new AnnScore(key.charAt(0) / 300.0, 1 / 3.0);
  }

  private void fill() {
    try (Journal journal = open()) {
      KEYS.forEach(key -> journal.put(key, "what \"" + key + "\" ± is", value(key)));
    }
  }

  private static List<String> held(Journal journal) {
    List<String> held = new ArrayList<>();
    for (String key : KEYS) {
      AnnScore found = journal.find(key, AnnScore.class);
      if (found != null) {
        assertThat(found).isEqualTo(value(key));
        held.add(key);
      }
    }
    return held;
  }

  @Test
  void keepsWhatItWasTold() {
    fill();
    try (Journal journal = open()) {
      assertThat(held(journal)).isEqualTo(KEYS);
      assertThat(journal.find("d", AnnScore.class)).isNull();
    }
    assertThat(remarks).isEmpty();
  }

  @Test
  void aProcessKilledAtAnyByteCostsAtMostTheLineThatItWasWriting() throws IOException {
    fill();
    byte[] whole = Files.readAllBytes(file);
    for (int size = 0; size <= whole.length; size++) {
      byte[] left = Arrays.copyOf(whole, size);
      Files.write(file, left);
      int lines = 0;
      for (byte b : left) {
        lines += b == '\n' ? 1 : 0;
      }
      List<String> complete = KEYS.subList(0, Math.max(0, lines - 1));
      try (Journal journal = open()) {
        assertThat(held(journal)).isEqualTo(complete);
        KEYS.subList(complete.size(), KEYS.size())
            .forEach(key -> journal.put(key, "what \"" + key + "\" ± is", value(key)));
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
    assertThat(remarks).isEmpty();
  }

  @Test
  void aDamagedLineIsNamedAndTheOthersCount() throws IOException {
    fill();
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(2, lines.get(2).substring(5));
    Files.write(file, lines);
    try (Journal journal = open()) {
      assertThat(held(journal)).containsExactly("a", "c");
    }
    assertThat(remarks)
        .containsExactly(
            file + ": line 3 cannot be read; what it held is computed again when it is needed");
  }

  @Test
  void aValueOfAnotherShapeCountsAsNotThere() {
    try (Journal journal = open()) {
      journal.put("a", "", new Other(1, 2));
      assertThat(journal.find("a", AnnScore.class)).isNull();
      journal.put("a", "", value("a"));
      assertThat(journal.find("a", AnnScore.class)).isEqualTo(value("a"));
    }
  }

  private record Other(double top1, double other) {}

  @Test
  void noOtherFileIsTakenForAJournal() throws IOException {
    for (String content : List.of("model", "{\"journal\":\"else\"}\n", "\n", "{}\n{}\n{}")) {
      Files.writeString(file, content);
      assertThatThrownBy(this::open)
          .isInstanceOf(UnreadableDataException.class)
          .hasMessageContaining("expected a journal of rheobase compare");
      assertThat(file).hasContent(content);
    }
  }

  @Test
  void oneComparisonAtATimeHoldsIt() {
    try (Journal journal = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("another comparison is writing");
      journal.put("a", "", value("a"));
    }
    try (Journal journal = open()) {
      assertThat(held(journal)).containsExactly("a");
    }
  }

  @Test
  void anUnusedOneLeavesNoFileAndAPlaceThatIsNoneIsMisuse() {
    open().close();
    assertThat(file).doesNotExist();
    assertThatThrownBy(() -> Journal.open(folder, remarks::add))
        .isInstanceOf(MisuseException.class);
    assertThatThrownBy(() -> Journal.open(folder.resolve("no/j"), remarks::add))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("does not exist");
  }
}
