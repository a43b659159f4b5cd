package org.rheobase.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rheobase.error.UnreadableDataException;

/**
 * Images and labels in the IDX format of MNIST: unsigned bytes {@code [n,h,w]} in one file and
 * {@code [n]} in another, both uncompressed.
 */
final class IdxRecords implements Dataset {
  private static final int UNSIGNED_BYTES = 0x08;
  private static final int GZIP = 0x1f8b;

  private final Path images;
  private final Path labels;
  private final int size;
  private final int height;
  private final int width;

  IdxRecords(Path images, Path labels) {
    this.images = images;
    this.labels = labels;
    int[] imageDims = dims(images, 3, "images [n,h,w]");
    int[] labelDims = dims(labels, 1, "labels [n]");
    size = imageDims[0];
    height = imageDims[1];
    width = imageDims[2];
    if (labelDims[0] != size) {
      throw new UnreadableDataException(
          labels
              + ": expected a label for each of the "
              + size
              + " images in "
              + images
              + ", found "
              + labelDims[0]);
    }
  }

  /** Reads the header and compares what it claims with the file's length. */
  private static int[] dims(Path file, int rank, String expected) {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file + ": expected an IDX file of " + expected + ", found no such file; check the path");
    }
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      int magic = in.readInt();
      if (magic >>> 16 == GZIP) {
        throw new UnreadableDataException(
            file + ": expected an IDX file, found a compressed one; run gunzip first");
      }
      if (magic != (UNSIGNED_BYTES << 8 | rank)) {
        throw new UnreadableDataException(
            String.format(
                "%s: expected an IDX file of %s, beginning with %08x, found %08x",
                file, expected, UNSIGNED_BYTES << 8 | rank, magic));
      }
      int[] dims = new int[rank];
      long bytes = 1;
      for (int d = 0; d < rank; d++) {
        dims[d] = in.readInt();
        if (dims[d] < 1 || (d > 0 && dims[d] > 1 << 14)) {
          throw new UnreadableDataException(
              file + ": dimension " + d + ": expected 1 or more, found " + dims[d]);
        }
        bytes = Math.multiplyExact(bytes, dims[d]);
      }
      long found = Files.size(file) - header(rank);
      if (bytes != found) {
        throw new UnreadableDataException(
            file + ": its header claims " + bytes + " bytes of " + expected + ", found " + found);
      }
      return dims;
    } catch (EOFException e) {
      throw new UnreadableDataException(file + ": ends within the header of an IDX file", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static int header(int rank) {
    return 4 + 4 * rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Sample get(int index) {
    byte[] grey = pixels(index);
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = grey[i / 3];
    }
    return new Sample(images + " image " + index, new RgbImage(width, height, rgb), label(index));
  }

  private byte[] pixels(int index) {
    int bytes = height * width;
    return read(images, header(3) + (long) index * bytes, bytes);
  }

  private int label(int index) {
    return read(labels, header(1) + (long) index, 1)[0] & 0xff;
  }

  private static byte[] read(Path file, long offset, int count) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[count];
      in.seek(offset);
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
    return "idx:" + images + "," + labels;
  }

  /** The content without the place where it lies. */
  @Override
  public void digest(int index, java.security.MessageDigest into) {
    Dataset.digest("", label(index), pixels(index), into);
  }
}
