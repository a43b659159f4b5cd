package org.rheobase.sweep;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rheobase.error.FailureException;

/**
 * Room for what a sweep keeps between sites: in memory up to a limit, beyond it in temporary files
 * that vanish with the process. Results are the same.
 */
final class Storage {
  private final long limit;
  private long used;

  /**
   * @param limit bytes of memory
   */
  Storage(long limit) {
    this.limit = limit;
  }

  /** A piece of it, all zeros. */
  final class Piece implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final long inMemory;
    private final MemorySegment segment;

    private Piece(long bytes) {
      inMemory = used + bytes <= limit ? bytes : 0;
      used += inMemory;
      segment = inMemory > 0 ? arena.allocate(bytes, Long.BYTES) : map(bytes);
    }

    MemorySegment segment() {
      return segment;
    }

    private MemorySegment map(long bytes) {
      try {
        Path file = Files.createTempFile("rheobase-sweep", ".tmp");
        long free = Files.getFileStore(file).getUsableSpace();
        if (free < bytes) {
          Files.delete(file);
          throw new IOException("only " + (free >> 20) + " MiB are free");
        }
        try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
          return channel.map(FileChannel.MapMode.READ_WRITE, 0, Math.max(8, bytes), arena);
        }
      } catch (IOException e) {
        arena.close();
        throw new FailureException(
            "cannot put "
                + (bytes >> 20)
                + " MiB aside in "
                + System.getProperty("java.io.tmpdir")
                + ": "
                + e.getMessage()
                + "; free space there, allow more --memory, or take fewer images (--images-for)",
            e);
      }
    }

    @Override
    public void close() {
      used -= inMemory;
      arena.close();
    }
  }

  Piece take(long bytes) {
    return new Piece(bytes);
  }
}
