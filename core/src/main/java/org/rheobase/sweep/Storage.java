package org.rheobase.sweep;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.FailureException;

/**
 * Room for what sweeps keep between sites: in memory up to a limit, beyond it in temporary files
 * that vanish with the process. Results are the same. Memory that was given back is kept for those
 * who ask next, as memory that is new to the process costs more time than what is done with it.
 */
final class Storage implements AutoCloseable {
  /** How many times as large as needed a free memory may be. */
  private static final int WASTE = 2;

  private final long limit;
  private final List<Memory> free = new ArrayList<>();

  /** Bytes of memory handed out. */
  private long used;

  /** Bytes of memory that was given back. */
  private long idle;

  /**
   * @param limit bytes of memory
   */
  Storage(long limit) {
    this.limit = limit;
  }

  private record Memory(Arena arena, MemorySegment segment) {
    static Memory of(long bytes) {
      Arena arena = Arena.ofShared();
      return new Memory(arena, arena.allocate(bytes, Long.BYTES));
    }

    long bytes() {
      return segment.byteSize();
    }
  }

  /**
   * The smallest free memory that suffices and is not far too large, or new one; null where the
   * limit forbids it.
   */
  private @Nullable Memory memory(long bytes) {
    Memory best = null;
    for (Memory memory : free) {
      boolean suits = memory.bytes() >= bytes && memory.bytes() / WASTE <= bytes;
      if (suits && (best == null || memory.bytes() < best.bytes())) {
        best = memory;
      }
    }
    if (best != null) {
      free.remove(best);
      idle -= best.bytes();
      return best;
    }
    if (used + bytes > limit) {
      return null;
    }
    while (used + idle + bytes > limit) {
      Memory first = free.removeFirst();
      idle -= first.bytes();
      first.arena().close();
    }
    return Memory.of(bytes);
  }

  @Override
  public void close() {
    free.forEach(memory -> memory.arena().close());
    free.clear();
    idle = 0;
  }

  /** A piece of it; what it holds at first is undefined. */
  final class Piece implements AutoCloseable {
    private @Nullable Memory memory;
    private final @Nullable Arena file;
    private final MemorySegment segment;

    private Piece(long bytes) {
      memory = memory(bytes);
      if (memory != null) {
        used += memory.bytes();
        file = null;
        segment = memory.segment().asSlice(0, bytes);
      } else {
        file = Arena.ofShared();
        segment = map(bytes, file);
      }
    }

    MemorySegment segment() {
      return segment;
    }

    private static MemorySegment map(long bytes, Arena arena) {
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
      if (memory != null) {
        used -= memory.bytes();
        idle += memory.bytes();
        free.add(memory);
        memory = null;
      }
      if (file != null) {
        file.close();
      }
    }
  }

  /** Bytes of memory that this storage holds, handed out or not. */
  long held() {
    return used + idle;
  }

  Piece take(long bytes) {
    return new Piece(bytes);
  }
}
