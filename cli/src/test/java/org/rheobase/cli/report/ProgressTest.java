package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void isSilentWithoutATerminal() {
    try (Progress progress = new Progress(terminal, false, nanos::get)) {
      progress.stage("evaluating", 10);
      nanos.addAndGet(1_000_000_000);
      progress.advance(10);
    }
    assertThat(bytes.size()).isZero();
  }

  @Test
  void showsRateAndTimeLeftAndWipesTheLineAtTheEnd() {
    Progress progress = new Progress(terminal, true, nanos::get);
    progress.stage("evaluating", 1000);
    nanos.addAndGet(5_000_000_000L);
    progress.advance(250);
    String shown = bytes.toString(StandardCharsets.UTF_8);
    String line = shown.substring(shown.lastIndexOf('\r') + 1);
    assertThat(line).isEqualTo("evaluating [######..................] 250/1000, 50/s, 15.0 s left");
    progress.close();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .endsWith("\r" + " ".repeat(line.length()) + "\r");
  }

  @Test
  void redrawsAtMostTenTimesASecond() {
    Progress progress = new Progress(terminal, true, nanos::get);
    progress.stage("evaluating", 1_000_000);
    for (int i = 0; i < 1_000; i++) {
      nanos.addAndGet(1_000_000);
      progress.advance(1);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).chars().filter(c -> c == '\r').count())
        .isEqualTo(11);
  }

  @Test
  void countsFromManyThreads() {
    Progress progress = new Progress(terminal, true, nanos::get);
    progress.stage("evaluating", 20_000);
    IntStream.range(0, 19_999).parallel().forEach(_ -> progress.advance(1));
    nanos.addAndGet(1_000_000_000);
    progress.advance(1);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("20000/20000,");
  }
}
