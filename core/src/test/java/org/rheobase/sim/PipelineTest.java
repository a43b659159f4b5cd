package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineTest {
  private static final State STATE =
      new State(
          new Plan(
              List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
              List.of()),
          1);

  @Test
  void aStageRunsBehindTheOneBeforeItAndStepByStep() {
    int stages = 7;
    for (int threads = 1; threads <= 9; threads++) {
      AtomicIntegerArray done = new AtomicIntegerArray(stages);
      List<String> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Plan.Stage> all = new ArrayList<>();
      for (int s = 0; s < stages; s++) {
        int stage = s;
        all.add((_, slot, _) -> {
          if (done.get(stage) != slot || (stage > 0 && done.get(stage - 1) <= slot)) {
            wrong.add("stage " + stage + ", slot " + slot);
          }
          done.incrementAndGet(stage);
        });
      }
      try (Pipeline pipeline = new Pipeline(all, STATE, new PlainLoops(), threads)) {
        for (int block = 0; block < 20; block++) {
          int slots = 1 + block;
          pipeline.run(slots);
          for (int s = 0; s < stages; s++) {
            assertThat(done.getAndSet(s, 0)).isEqualTo(slots);
          }
        }
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void afterAFailureNobodyWorksOn() {
    AtomicInteger working = new AtomicInteger();
    List<Plan.Stage> all = new ArrayList<>();
    for (int s = 0; s < 3; s++) {
      boolean fails = s == 1;
      boolean isSlow = s == 2;
      all.add((_, slot, _) -> {
        working.incrementAndGet();
        try {
          if (fails && slot == 3) {
            throw new IllegalStateException("broken");
          }
          if (isSlow) {
            LockSupport.parkNanos(20_000_000);
          }
        } finally {
          working.decrementAndGet();
        }
      });
    }
    try (Pipeline pipeline = new Pipeline(all, STATE, new PlainLoops(), 3)) {
      for (int block = 0; block < 5; block++) {
        assertThatThrownBy(() -> pipeline.run(8)).hasMessage("broken");
        assertThat(working).hasValue(0);
      }
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> pipeline.run(8)).hasMessage("broken");
      assertThat(working).hasValue(0);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aFailureInAnyStageReachesTheCallerAndLeavesNobodyWaiting() {
    for (int failing = 0; failing < 4; failing++) {
      List<Plan.Stage> all = new ArrayList<>();
      for (int s = 0; s < 4; s++) {
        boolean fails = s == failing;
        all.add((_, slot, _) -> {
          if (fails && slot == 5) {
            throw new IllegalStateException("broken");
          }
        });
      }
      try (Pipeline pipeline = new Pipeline(all, STATE, new PlainLoops(), 4)) {
        assertThatThrownBy(() -> pipeline.run(16)).hasMessage("broken");
        pipeline.run(5);
      }
    }
  }
}
