package org.rheobase.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rheobase.error.UnreadableDataException;

/**
 * CIFAR-10's binary files: records of a label byte and the red, green and blue planes of 32 x 32.
 */
final class CifarRecords implements Dataset {
  private static final int SIDE = 32;
  private static final int RECORD = 1 + 3 * SIDE * SIDE;
  private static final int CLASSES = 10;

  private final List<Path> files;
  private final List<Integer> counts = new ArrayList<>();
  private final int size;

  CifarRecords(List<Path> files) {
    this.files = List.copyOf(files);
    long total = 0;
    for (Path file : files) {
      long bytes = bytes(file);
      if (bytes == 0 || bytes % RECORD != 0) {
        throw new UnreadableDataException(
            file
                + ": expected CIFAR-10 records of "
                + RECORD
                + " bytes each, found "
                + bytes
                + " bytes, which is "
                + bytes / RECORD
                + " records and "
                + bytes % RECORD
                + " bytes; get the file again");
      }
      total += bytes / RECORD;
      if (total > Integer.MAX_VALUE) {
        throw new UnreadableDataException(file + ": more than 2^31 records; split the data");
      }
      counts.add((int) (bytes / RECORD));
    }
    size = (int) total;
  }

  private static long bytes(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file + ": expected a file of CIFAR-10 records, found no such file; check the path");
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Sample get(int index) {
    int record = index;
    int f = 0;
    while (record >= counts.get(f)) {
      record -= counts.get(f);
      f++;
    }
    byte[] bytes = read(files.get(f), record);
    String name = files.get(f) + " record " + record;
    if ((bytes[0] & 0xff) >= CLASSES) {
      throw new UnreadableDataException(
          name
              + ": expected a label from 0 to 9, found "
              + (bytes[0] & 0xff)
              + "; is this a CIFAR-10 file?");
    }
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        rgb[3 * i + c] = bytes[1 + c * SIDE * SIDE + i];
      }
    }
    return new Sample(name, new RgbImage(SIDE, SIDE, rgb), bytes[0]);
  }

  private static byte[] read(Path file, int record) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[RECORD];
      in.seek((long) record * RECORD);
      in.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UnreadableDataException unreadable(Path file, IOException e) {
    return new UnreadableDataException("cannot read " + file + ": " + e.getMessage(), e);
  }

  @Override
  public String description() {
    return "cifar10:" + String.join(",", files.stream().map(Path::toString).toList());
  }

  /** The content without the place where it lies. */
  @Override
  public void digest(int index, java.security.MessageDigest into) {
    Sample sample = get(index);
    Dataset.digest("", sample.label(), sample.image().rgb(), into);
  }
}
