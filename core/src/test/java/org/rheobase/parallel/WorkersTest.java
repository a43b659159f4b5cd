package org.rheobase.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();

  private AutoCloseable open() {
    open.incrementAndGet();
    opened.incrementAndGet();
    return open::decrementAndGet;
  }

  @Test
  void everyItemIsDoneOnceAndWhatThreadsOwnIsClosed() {
    AtomicIntegerArray done = new AtomicIntegerArray(100);
    Workers.forEach(
        100,
        3,
        this::open,
        (_, item) -> {
          assertThat(open.get()).isPositive();
          done.incrementAndGet(item);
        });
    for (int i = 0; i < 100; i++) {
      assertThat(done.get(i)).isEqualTo(1);
    }
    assertThat(opened.get()).isBetween(1, 3);
    assertThat(open).hasValue(0);
  }

  @Test
  void whatThreadsOwnIsClosedAfterAFailure() {
    assertThatThrownBy(() ->
            Workers.forEach(
                100,
                2,
                this::open,
                (_, item) -> {
                  if (item == 50) {
                    throw new IllegalStateException("broken");
                  }
                }))
        .hasMessage("broken");
    assertThat(opened.get()).isPositive();
    assertThat(open).hasValue(0);
  }
}
