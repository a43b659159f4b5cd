package org.rheobase.cli.report;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;

/**
 * A file that appears whole or not at all: it is written as a hidden sibling and moved to its place
 * by {@link #commit}. Closing without a commit removes the sibling, and so does the end of the JVM,
 * Ctrl-C included. Making one early tells the user before long work that the place is not writable.
 */
public final class AtomicFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;

  private AtomicFile(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
  }

  /**
   * Reserves a place for {@code file}. What exists there stays until the commit. Something that is
   * neither a file nor a folder ({@code /dev/stdout}) is written directly.
   *
   * @throws MisuseException when the folder does not exist or the path names a folder
   * @throws FailureException when the folder is not writable
   */
  public static AtomicFile create(Path file) {
    if (Files.isDirectory(file)) {
      throw new MisuseException("the output " + file + " is a folder; name a file in it");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return new AtomicFile(file, file);
    }
    Path target = followed(file);
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new MisuseException(
          "the folder of the output " + file + " does not exist; create it or name another");
    }
    String random = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    Path temporary = folder.resolve("." + target.getFileName() + "." + random + ".tmp");
    try {
      // createTempFile would make the file readable by its owner alone.
      Files.newByteChannel(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
          .close();
    } catch (IOException e) {
      throw new FailureException("cannot write " + file + ": " + reason(e), e);
    }
    temporary.toFile().deleteOnExit();
    return new AtomicFile(target, temporary);
  }

  /** Where to write until the commit. */
  public Path temporary() {
    return temporary;
  }

  /**
   * Replaces the content.
   *
   * @throws FailureException when the disk is full or gone
   */
  public void write(byte[] content) {
    try {
      Files.write(temporary, content);
    } catch (IOException e) {
      throw new FailureException("cannot write " + target + ": " + reason(e), e);
    }
  }

  /**
   * Moves what was written to its place.
   *
   * @throws FailureException when that fails; the old content, if any, is then still there
   */
  public void commit() {
    if (temporary.equals(target)) {
      return;
    }
    try {
      try {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException _) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new FailureException("cannot write " + target + ": " + reason(e), e);
    }
  }

  /** Removes what was written and not committed. */
  @Override
  public void close() {
    if (temporary.equals(target)) {
      return;
    }
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // The JVM tries once more at its end, and there is nobody to tell.
    }
  }

  /** The file itself where it exists behind links, so that a commit does not replace the link. */
  private static Path followed(Path file) {
    try {
      return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    } catch (IOException e) {
      throw new FailureException("cannot write " + file + ": " + reason(e), e);
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException _ -> "no permission to write there";
      case java.nio.file.FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
