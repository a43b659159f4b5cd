package org.rheobase.cli.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnreadableDataException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results that are done, each under a key that stands for all that it depends on: a file of JSON
 * lines that only grows. A line is on the disk before the next result is computed; the end of the
 * process at any moment, a killed one included, costs at most the line that was being written. One
 * process at a time holds a journal.
 */
public final class Journal implements AutoCloseable {
  /** The first line, so that no other file is taken for a journal and cut. */
  static final String HEADER = "{\"journal\":\"rheobase compare\",\"format\":1}\n";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Map<String, JsonNode> values = new HashMap<>();
  private final @Nullable Path file;
  private final @Nullable FileChannel channel;

  private Journal(@Nullable Path file, @Nullable FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** One that is forgotten at its end. */
  public static Journal inMemory() {
    return new Journal(null, null);
  }

  /**
   * Opens a journal, or makes one. A last line that is not complete is cut off.
   *
   * @param remarks are told of other lines that cannot be read; they count as not there
   * @throws MisuseException when the folder does not exist or the path names a folder
   * @throws UnreadableDataException when the file is no journal; it stays as it is
   * @throws FailureException when the file cannot be written, or another process holds it
   */
  public static Journal open(Path file, Consumer<String> remarks) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new MisuseException(
          "the folder of the journal " + file + " does not exist; create it or name another");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new MisuseException("the journal " + file + " is not a file; name another");
    }
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      try {
        lock(file, channel);
        Journal journal = new Journal(file, channel);
        journal.load(file, channel, remarks);
        return journal;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      lock = null;
    }
    if (lock == null) {
      throw new FailureException(
          "another comparison is writing " + file + "; wait for its end or name another --journal");
    }
  }

  private void load(Path file, FileChannel channel, Consumer<String> remarks) throws IOException {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    byte[] begin = read(channel, 0, (int) Math.min(channel.size(), header.length));
    if (!Arrays.equals(begin, Arrays.copyOf(header, begin.length))) {
      throw new UnreadableDataException(
          file
              + ": expected a journal of rheobase compare, found something else; name another file"
              + " with --journal");
    }
    if (begin.length < header.length) {
      channel.truncate(0);
      return;
    }
    long size = channel.size() - header.length;
    if (size > Integer.MAX_VALUE - 8) {
      throw new UnreadableDataException(
          file + " is larger than 2 GiB, which no journal is; name another file with --journal");
    }
    byte[] lines = read(channel, header.length, (int) size);
    int number = 1;
    int from = 0;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == '\n') {
        number++;
        if (!take(new String(lines, from, i - from, StandardCharsets.UTF_8))) {
          remarks.accept(
              file
                  + ": line "
                  + number
                  + " cannot be read; what it held is computed again when it is needed");
        }
        from = i + 1;
      }
    }
    channel.truncate(header.length + from);
  }

  private boolean take(String line) {
    try {
      JsonNode entry = MAPPER.readTree(line);
      JsonNode key = entry.get("key");
      JsonNode value = entry.get("value");
      if (key == null || !key.isString() || value == null || !value.isObject()) {
        return false;
      }
      values.put(key.stringValue(), value);
      return true;
    } catch (JacksonException _) {
      return false;
    }
  }

  private static byte[] read(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {}
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** What was kept under a key, or null; null also where it is no {@code type}. */
  public <V> @Nullable V find(String key, Class<V> type) {
    JsonNode value = values.get(key);
    if (value == null) {
      return null;
    }
    try {
      return MAPPER.treeToValue(value, type);
    } catch (JacksonException _) {
      return null;
    }
  }

  /**
   * Keeps a result: it is on the disk when this returns.
   *
   * @param what for people who read the file
   * @param value a record
   */
  public void put(String key, String what, Object value) {
    JsonNode tree = MAPPER.valueToTree(value);
    values.put(key, tree);
    if (channel == null || file == null) {
      return;
    }
    var entry = MAPPER.createObjectNode();
    entry.put("key", key).put("what", what).set("value", tree);
    try {
      long end = channel.size();
      String line = (end == 0 ? HEADER : "") + MAPPER.writeValueAsString(entry) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes, end + bytes.position());
      }
      channel.force(true);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static FailureException failure(Path file, IOException e) {
    String reason =
        e instanceof java.nio.file.AccessDeniedException
            ? "no permission to write there"
            : String.valueOf(e.getMessage());
    return new FailureException("cannot write the journal " + file + ": " + reason, e);
  }

  /** Lets go of the file, and removes it when nothing was ever kept. */
  @Override
  public void close() {
    if (channel == null || file == null) {
      return;
    }
    try (channel) {
      if (channel.size() == 0) {
        Files.deleteIfExists(file);
      }
    } catch (IOException _) {
      // Every line is on the disk already.
    }
  }
}
