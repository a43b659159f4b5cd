package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsNumbersRightAndWordsLeftUnderARule() {
    Table table = new Table("site", ">neurons");
    table.row("relu1", "16.4 k");
    table.row("a longer name", "8");
    assertThat(table.text())
        .isEqualTo(
            """
            site           neurons
            -------------  -------
            relu1           16.4 k
            a longer name        8
            """);
  }

  @Test
  void countsTerminalCellsAndNotCharacters() {
    Table table = new Table("name", ">n");
    table.row("畳み込み", "1");
    table.row("re\u0301lu", "2");
    assertThat(table.text().lines().skip(1))
        .containsExactly("--------  -", "畳み込み  1", "re\u0301lu      2");
  }

  @Test
  void namesCannotMoveTheCursor() {
    Table table = new Table("name");
    table.row("a\u001b[2J\nb");
    assertThat(table.text().lines().toList().getLast()).isEqualTo("a?[2J?b");
  }

  @Test
  void rowOfAnotherLengthIsAMistake() {
    assertThatThrownBy(() -> new Table("a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
