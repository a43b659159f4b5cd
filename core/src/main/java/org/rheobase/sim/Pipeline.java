package org.rheobase.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of a block of steps, on several threads if wanted: each thread has some stages
 * that follow each other, and begins with a step when the thread before it has done that step. The
 * stages of one thread take about as long as those of another, as measured so far; who does what
 * never changes a result.
 */
final class Pipeline implements AutoCloseable {
  /** Most steps in a row of a stage, whose weights then stay in the cache. */
  private static final int LONGEST_PORTION = 4;

  /** Portions of a block for each thread: the more, the less a thread waits at either end. */
  private static final int PORTIONS = 4;

  private static final int SPINS = 2000;
  private static final long NAP = 20_000;
  private static final ThreadFactory DAEMONS =
      Thread.ofPlatform().daemon().name("rheobase-pipeline-", 0).factory();

  private final List<Plan.Stage> stages;
  private final State state;
  private final Loops loops;
  private final int threads;
  private final List<ExecutorService> pool = new ArrayList<>();

  /** {@code [stage]}: nanoseconds so far; written by the stage's thread. */
  private final long[] nanoseconds;

  /** {@code [threads + 1]}: the first stage of each thread. */
  private final int[] first;

  /** {@code [thread]}: slots that it has done, or {@link Integer#MAX_VALUE} where it failed. */
  private final AtomicIntegerArray done;

  /**
   * @param threads at least 1
   */
  Pipeline(List<Plan.Stage> stages, State state, Loops loops, int threads) {
    this.stages = stages;
    this.state = state;
    this.loops = loops;
    this.threads = Math.clamp(threads, 1, Math.max(1, stages.size()));
    this.nanoseconds = new long[stages.size()];
    this.first = new int[this.threads + 1];
    this.done = new AtomicIntegerArray(this.threads);
    if (this.threads > 1) {
      Arrays.fill(nanoseconds, 1);
      pool.add(Executors.newFixedThreadPool(this.threads - 1, DAEMONS));
    }
  }

  /** Runs all stages for the first {@code slots} slots. */
  void run(int slots) {
    if (threads == 1) {
      for (Plan.Stage stage : stages) {
        for (int slot = 0; slot < slots; slot++) {
          stage.run(state, slot, loops);
        }
      }
      return;
    }
    share();
    for (int thread = 0; thread < threads; thread++) {
      done.set(thread, 0);
    }
    List<Future<?>> others = new ArrayList<>();
    Throwable failure = null;
    try {
      for (int thread = 1; thread < threads; thread++) {
        int index = thread;
        others.add(pool.getFirst().submit(() -> work(index, slots)));
      }
      work(0, slots);
    } catch (RuntimeException | Error e) {
      done.setRelease(0, Integer.MAX_VALUE); // whoever waits for this thread
      failure = e;
    }
    // Even after a failure: nobody may still write what the caller goes on with.
    for (Future<?> other : others) {
      Throwable found = await(other);
      failure = failure == null ? found : failure;
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  /** Gives every thread about the same time. */
  private void share() {
    long total = Arrays.stream(nanoseconds).sum();
    long before = 0;
    int thread = 1;
    for (int stage = 0; stage < stages.size() && thread < threads; stage++) {
      long middle = before + nanoseconds[stage] / 2;
      while (thread < threads && middle * threads >= total * thread) {
        first[thread++] = stage;
      }
      before += nanoseconds[stage];
    }
    Arrays.fill(first, thread, threads + 1, stages.size());
  }

  private void work(int thread, int slots) {
    boolean isDone = false;
    try {
      int portion = Math.clamp(slots / (PORTIONS * threads), 1, LONGEST_PORTION);
      for (int from = 0; from < slots; from += portion) {
        int to = Math.min(slots, from + portion);
        if (thread > 0 && !isReady(thread - 1, to)) {
          return;
        }
        for (int stage = first[thread]; stage < first[thread + 1]; stage++) {
          long start = System.nanoTime();
          for (int slot = from; slot < to; slot++) {
            stages.get(stage).run(state, slot, loops);
          }
          nanoseconds[stage] += System.nanoTime() - start;
        }
        done.setRelease(thread, to);
      }
      isDone = true;
    } finally {
      if (!isDone) {
        done.setRelease(thread, Integer.MAX_VALUE);
      }
    }
  }

  /** Waits until a thread has done so many slots; false if it failed. */
  private boolean isReady(int thread, int slots) {
    int spins = 0;
    int found = done.getAcquire(thread);
    while (found < slots) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(NAP);
      }
      found = done.getAcquire(thread);
    }
    return found != Integer.MAX_VALUE;
  }

  /** Waits for the end of some work, whatever else happens; returns why it failed. */
  private static @Nullable Throwable await(Future<?> work) {
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          work.get();
          return null;
        } catch (ExecutionException e) {
          return e.getCause();
        } catch (InterruptedException _) {
          isInterrupted = true;
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    pool.forEach(ExecutorService::shutdown);
  }
}
