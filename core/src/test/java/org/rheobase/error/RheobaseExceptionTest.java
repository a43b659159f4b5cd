package org.rheobase.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RheobaseExceptionTest {
  @Test
  void noNameFromAFileBreaksTheLineOrSteersTheTerminal() {
    String hostile = "node a\nb\u001b[2J\u0085\u2028c\u0000";
    assertThat(new UnreadableDataException(hostile)).hasMessage("node a?b?[2J??c?");
  }

  @Test
  void aLongNameLeavesBeginningAndEndOfTheSentence() {
    String message = new MisuseException("file " + "x".repeat(5000) + " is bad").getMessage();
    assertThat(message).hasSizeLessThan(1010).startsWith("file xx").endsWith("xx is bad");
  }
}
