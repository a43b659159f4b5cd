package org.rheobase.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.rheobase.error.UnreadableDataException;

/**
 * An array of NumPy, from a {@code .npy} file that is read piece by piece or an entry of an {@code
 * .npz} file that is held in memory.
 *
 * @param source the file, and the entry, for messages
 * @param shape first dimension first
 * @param bytes where the elements lie
 */
record NpyArray(String source, Type type, ByteOrder order, int[] shape, Bytes bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final long LARGEST_ENTRY = 1L << 30;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-z]\\d+)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

  /** Elements that are understood. */
  enum Type {
    U1(1),
    I1(1),
    I2(2),
    U2(2),
    I4(4),
    U4(4),
    I8(8),
    U8(8),
    F4(4),
    F8(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    boolean isFloat() {
      return this == F4 || this == F8;
    }
  }

  /** Reads a stretch of the elements' bytes. */
  interface Bytes {
    byte[] read(long offset, int count) throws IOException;
  }

  static NpyArray ofFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file + ": expected a NumPy array, found no such file; check the path");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(
          file.toString(),
          in,
          Files.size(file),
          (offset, count) -> {
            try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "r")) {
              byte[] bytes = new byte[count];
              random.seek(offset);
              random.readFully(bytes);
              return bytes;
            }
          });
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /** The array that is saved as {@code name} in an {@code .npz} file. */
  static NpyArray ofEntry(Path file, String name) {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file + ": expected an archive of NumPy arrays, found no such file; check the path");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(name + ".npy");
      if (entry == null) {
        throw new UnreadableDataException(
            file
                + ": expected an array "
                + name
                + ", found "
                + names(zip)
                + "; name the right ones with images=NAME,labels=NAME");
      }
      byte[] content;
      try (InputStream in = zip.getInputStream(entry)) {
        content = in.readNBytes((int) LARGEST_ENTRY);
        if (in.read() >= 0) {
          throw new UnreadableDataException(
              file + ": array " + name + " is larger than 1 GiB; save it as an .npy file");
        }
      }
      return parse(
          file + ", array " + name,
          new ByteArrayInputStream(content),
          content.length,
          (offset, count) ->
              Arrays.copyOfRange(content, (int) offset, Math.toIntExact(offset + count)));
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  private static String names(ZipFile zip) {
    Enumeration<? extends ZipEntry> entries = zip.entries();
    String names =
        java.util.Collections.list(entries).stream()
            .limit(20)
            .map(e -> e.getName().replaceFirst("\\.npy$", ""))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  private static NpyArray parse(String source, InputStream in, long length, Bytes bytes)
      throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw new UnreadableDataException(
          source + ": expected a NumPy array, found another kind of content");
    }
    int lengthBytes = start[6] == 1 ? 2 : 4;
    byte[] size = in.readNBytes(lengthBytes);
    ByteBuffer little = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN);
    long headerLength =
        size.length < lengthBytes
            ? Long.MAX_VALUE
            : lengthBytes == 2 ? little.getShort() & 0xffff : little.getInt() & 0xffffffffL;
    if (headerLength > LONGEST_HEADER) {
      throw new UnreadableDataException(source + ": ends within the header, or has none");
    }
    String header = new String(in.readNBytes((int) headerLength), StandardCharsets.ISO_8859_1);
    Matcher descr = DESCR.matcher(header);
    Matcher fortran = FORTRAN.matcher(header);
    Matcher dims = SHAPE.matcher(header);
    if (!descr.find() || !fortran.find() || !dims.find()) {
      throw new UnreadableDataException(
          source + ": expected numbers with a type, an order and a shape in the header");
    }
    if (fortran.group(1).equals("True")) {
      throw new UnreadableDataException(
          source + ": is in Fortran order; save it with numpy.ascontiguousarray");
    }
    Type type = type(source, descr.group(2));
    int[] shape = shape(source, dims.group(1));
    long offset = 8 + lengthBytes + headerLength;
    long expected = type.bytes;
    for (int dim : shape) {
      expected = Math.multiplyExact(expected, (long) dim);
    }
    if (expected != length - offset) {
      throw new UnreadableDataException(
          source
              + ": its header claims "
              + expected
              + " bytes of numbers, found "
              + Math.max(0, length - offset));
    }
    ByteOrder order = descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyArray(
        source, type, order, shape, (from, count) -> bytes.read(offset + from, count));
  }

  private static Type type(String source, String code) {
    for (Type type : Type.values()) {
      if (type.name().equalsIgnoreCase(code)) {
        return type;
      }
    }
    throw new UnreadableDataException(
        source + ": expected integers or floats of 32 or 64 bits, found the type " + code);
  }

  private static int[] shape(String source, String text) {
    try {
      int[] shape =
          Arrays.stream(text.split(","))
              .map(String::strip)
              .filter(d -> !d.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      long size = 1;
      for (int dim : shape) {
        size = Math.multiplyExact(size, (long) dim);
      }
      Math.multiplyExact(size, 8L);
      if (shape.length >= 1 && shape.length <= 8 && size > 0) {
        return shape;
      }
    } catch (ArithmeticException | NumberFormatException _) {
      // Said below.
    }
    throw new UnreadableDataException(source + ": expected a shape [n,…], found (" + text + ")");
  }

  /** Elements of one entry of the first dimension. */
  int stride() {
    long size = 1;
    for (int d = 1; d < shape.length; d++) {
      size *= shape[d];
    }
    if (size * type.bytes > Integer.MAX_VALUE - 8) {
      throw new UnreadableDataException(source + ": one entry of it does not fit into memory");
    }
    return (int) size;
  }

  /** The raw bytes of one entry of the first dimension. */
  byte[] raw(int index) {
    int count = stride() * type.bytes;
    try {
      return bytes.read((long) index * count, count);
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /** One entry of the first dimension as numbers. */
  double[] numbers(int index) {
    ByteBuffer buffer = ByteBuffer.wrap(raw(index)).order(order);
    double[] numbers = new double[stride()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (type) {
            case U1 -> buffer.get() & 0xff;
            case I1 -> buffer.get();
            case I2 -> buffer.getShort();
            case U2 -> buffer.getShort() & 0xffff;
            case I4 -> buffer.getInt();
            case U4 -> buffer.getInt() & 0xffffffffL;
            case I8, U8 -> buffer.getLong();
            case F4 -> buffer.getFloat();
            case F8 -> buffer.getDouble();
          };
    }
    return numbers;
  }

  private static UnreadableDataException unreadable(String source, IOException e) {
    return new UnreadableDataException("cannot read " + source + ": " + e.getMessage(), e);
  }
}
