package org.rheobase.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.rheobase.error.RheobaseException;

/**
 * What a reader owes to whoever hands it a foreign file: it succeeds, or fails with one sentence
 * that names the file; within a time, and within a memory that the file's size bounds.
 *
 * @param constantBytes that reading may allocate whatever the size of the file
 * @param bytesPerByte that it may allocate for each byte of the file on top
 */
record Contract(long constantBytes, long bytesPerByte) {
  private static final long MIB = 1 << 20;
  private static final Pattern CLASS =
      Pattern.compile("\\b(?:java|org|tools)(?:\\.[a-z]+)+\\.[A-Z]\\w*");
  private static final long LONGEST_SECONDS = 10;
  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** As docs/formats.md states it for models. */
  static final Contract MODEL = new Contract(256 * MIB, 200);

  /** For the passes over a network that was read: a node of 20 bytes is copied by each of them. */
  static final Contract NETWORK = new Contract(1024 * MIB, 5000);

  /** As docs/formats.md states it for images and archives, which compress a thousandfold. */
  static final Contract COMPRESSED = new Contract(64 * MIB, 100_000);

  /** As docs/formats.md states it for records of images and arrays. */
  static final Contract RECORDS = new Contract(16 * MIB, 20);

  /** As docs/formats.md states it for settings and lists of labels. */
  static final Contract TEXT = new Contract(64 * MIB, 500);

  /** Work that the contract covers. */
  interface Reading {
    void run() throws IOException;
  }

  /** What one reading took. */
  private record Cost(boolean success, long allocated, double seconds) {}

  /**
   * Holds a reader to the contract. One that costs too much has a second chance, because the first
   * run may have loaded and instrumented classes.
   *
   * @param subject that a complaint must name: the file, or nothing
   * @param bytes that the reader is given
   * @return whether it succeeded
   */
  boolean holds(String subject, long bytes, Reading reading) {
    Cost cost = cost(subject, reading);
    if (isTooMuch(cost, bytes)) {
      cost = cost(subject, reading);
    }
    if (isTooMuch(cost, bytes)) {
      throw new AssertionError(
          "allocated "
              + cost.allocated / MIB
              + " MiB in "
              + cost.seconds
              + " s to read "
              + bytes
              + " bytes");
    }
    return cost.success;
  }

  private boolean isTooMuch(Cost cost, long bytes) {
    return cost.allocated > constantBytes + bytesPerByte * bytes || cost.seconds > LONGEST_SECONDS;
  }

  private static Cost cost(String subject, Reading reading) {
    long thread = Thread.currentThread().threadId();
    long before = MEMORY.getThreadAllocatedBytes(thread);
    long start = System.nanoTime();
    boolean success = false;
    try {
      reading.run();
      success = true;
    } catch (RheobaseException complaint) {
      sentence(subject, complaint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Cost(success, MEMORY.getThreadAllocatedBytes(thread) - before, seconds);
  }

  /** Holds a reader of one file to the contract. */
  boolean holds(Path file, Reading reading) {
    try {
      return holds(String.valueOf(file.getFileName()), Files.size(file), reading);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sentence(String subject, RheobaseException complaint) {
    String message = complaint.getMessage();
    String flaw =
        message == null || message.isBlank()
            ? "is empty"
            : !message.contains(subject)
                ? "does not name " + subject
                : CLASS.matcher(message).find() ? "speaks of the program instead of the file" : "";
    if (!flaw.isEmpty()) {
      throw new AssertionError("the complaint " + flaw + ": " + message, complaint);
    }
  }
}
