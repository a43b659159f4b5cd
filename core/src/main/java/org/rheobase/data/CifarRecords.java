package org.rheobase.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.rheobase.error.UnreadableDataException;

/**
 * The binary files of CIFAR-10 and CIFAR-100: records of label bytes, of which the last counts, and
 * the red, green and blue planes of 32 x 32.
 */
final class CifarRecords implements Dataset {
  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;

  /** Which of the two. */
  enum Kind {
    CIFAR10("CIFAR-10", 1, 10),
    /** A label of 20 coarse classes, then one of 100 fine ones. */
    CIFAR100("CIFAR-100", 2, 100);

    private final String title;
    private final int labelBytes;
    private final int classes;

    Kind(String title, int labelBytes, int classes) {
      this.title = title;
      this.labelBytes = labelBytes;
      this.classes = classes;
    }

    int record() {
      return labelBytes + PIXELS;
    }
  }

  private final Kind kind;
  private final List<Path> files;
  private final List<Integer> counts = new ArrayList<>();
  private final int size;

  CifarRecords(Kind kind, List<Path> files) {
    this.kind = kind;
    int recordBytes = kind.record();
    this.files = List.copyOf(files);
    long total = 0;
    for (Path file : files) {
      long bytes = bytes(kind, file);
      if (bytes == 0 || bytes % recordBytes != 0) {
        throw new UnreadableDataException(
            file
                + ": expected "
                + kind.title
                + " records of "
                + recordBytes
                + " bytes each, found "
                + bytes
                + " bytes, which is "
                + bytes / recordBytes
                + " records and "
                + bytes % recordBytes
                + " bytes; get the file again");
      }
      total += bytes / recordBytes;
      if (total > Integer.MAX_VALUE) {
        throw new UnreadableDataException(file + ": more than 2^31 records; split the data");
      }
      counts.add((int) (bytes / recordBytes));
    }
    size = (int) total;
  }

  private static long bytes(Kind kind, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file
              + ": expected a file of "
              + kind.title
              + " records, found no such file; check the path");
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

  private record Place(int file, int record) {}

  private Place place(int index) {
    int record = Objects.checkIndex(index, size);
    int file = 0;
    while (record >= counts.get(file)) {
      record -= counts.get(file);
      file++;
    }
    return new Place(file, record);
  }

  @Override
  public Sample get(int index) {
    Place place = place(index);
    byte[] bytes = read(files.get(place.file()), place.record());
    String name = files.get(place.file()) + " record " + place.record();
    int label = bytes[kind.labelBytes - 1] & 0xff;
    if (label >= kind.classes) {
      throw new UnreadableDataException(
          name
              + ": expected a label from 0 to "
              + (kind.classes - 1)
              + ", found "
              + label
              + "; is this a "
              + kind.title
              + " file?");
    }
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        rgb[3 * i + c] = bytes[kind.labelBytes + c * SIDE * SIDE + i];
      }
    }
    return new Sample(name, new RgbImage(SIDE, SIDE, rgb), label);
  }

  private byte[] read(Path file, int record) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[kind.record()];
      in.seek((long) record * kind.record());
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
    return kind.name().toLowerCase(Locale.ROOT)
        + ":"
        + String.join(",", files.stream().map(Path::toString).toList());
  }

  /** The content without the place where it lies. */
  @Override
  public void digest(int index, java.security.MessageDigest into) {
    Place place = place(index);
    byte[] bytes = read(files.get(place.file()), place.record());
    Dataset.digest("", bytes[kind.labelBytes - 1] & 0xff, bytes, into);
  }
}
