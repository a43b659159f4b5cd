package org.rheobase.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Runs independent items on a fixed number of threads; an item's result must not depend on the
 * thread or the order.
 */
public final class Workers {
  private Workers() {}

  /** Threads to use when nobody says: the processors that the machine grants. */
  public static int defaultThreads() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Does something with an item and what the thread owns. */
  @FunctionalInterface
  public interface Work<R> {
    /** Does item {@code item}. */
    void accept(R owned, int item);
  }

  /**
   * The same as {@link #forEach(int, int, Supplier)} with something that each thread owns and that
   * is closed when all items are done.
   */
  public static <R extends AutoCloseable> void forEach(
      int items, int threads, Supplier<R> owned, Work<R> work) {
    Queue<R> all = new ConcurrentLinkedQueue<>();
    try {
      forEach(
          items,
          threads,
          () -> {
            R own = owned.get();
            all.add(own);
            return i -> work.accept(own, i);
          });
    } finally {
      all.forEach(Workers::close);
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Calls each worker's consumer with items {@code 0 … items-1}, taken from one queue.
   *
   * @param worker called once in each thread, so that a consumer can own buffers
   */
  public static void forEach(int items, int threads, Supplier<IntConsumer> worker) {
    int used = Math.max(1, Math.min(threads, items));
    AtomicInteger next = new AtomicInteger();
    Runnable loop =
        () -> {
          IntConsumer consumer = worker.get();
          for (int i = next.getAndIncrement(); i < items; i = next.getAndIncrement()) {
            consumer.accept(i);
          }
        };
    if (used == 1) {
      loop.run();
      return;
    }
    try (var pool = Executors.newFixedThreadPool(used)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int t = 0; t < used; t++) {
        futures.add(pool.submit(loop));
      }
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          next.set(items);
          if (e.getCause() instanceof RuntimeException runtime) {
            throw runtime;
          }
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for workers", e);
    }
  }
}
