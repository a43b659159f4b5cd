package org.rheobase.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;

/**
 * The files that one command writes: reserved before the work begins, moved to their places
 * together when it is done. After a failure none of them is there, nor a folder made for them.
 */
public final class Outputs implements AutoCloseable {
  private final List<AtomicFile> files = new ArrayList<>();
  private final List<Path> madeFolders = new ArrayList<>();
  private boolean committed;

  /** Reserves a file; see {@link AtomicFile#create}. */
  public AtomicFile file(Path path) {
    AtomicFile file = AtomicFile.create(path);
    files.add(file);
    return file;
  }

  /**
   * A folder for files, made with its parents where it does not exist.
   *
   * @throws MisuseException when a file of that name exists
   * @throws FailureException when it cannot be made
   */
  public Path folder(Path path) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new MisuseException("the output folder " + path + " is a file; name another");
    }
    try {
      make(path.toAbsolutePath());
    } catch (IOException e) {
      throw new FailureException("cannot make the folder " + path + ": " + AtomicFile.reason(e), e);
    }
    return path;
  }

  private void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      make(parent);
    }
    Files.createDirectory(folder);
    madeFolders.addFirst(folder);
  }

  /** Moves every file to its place. */
  public void commit() {
    files.forEach(AtomicFile::commit);
    committed = true;
  }

  @Override
  public void close() {
    files.forEach(AtomicFile::close);
    if (committed) {
      return;
    }
    for (Path folder : madeFolders) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException _) {
        return; // someone else put a file there
      }
    }
  }
}
