package org.rheobase.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.provider.MethodSource;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;

/** Images, labels and arrays of any bytes, opened by the specification that names them. */
class DataFuzzTest {
  private static final Scratch SCRATCH = new Scratch();

  /** Opens the data and reads what a command would first stumble over. */
  private static void reads(Contract contract, String subject, long bytes, String spec) {
    contract.holds(
        subject,
        bytes,
        () -> {
          Dataset data = DataSpec.parse(spec);
          for (int index : new int[] {0, data.size() / 2, data.size() - 1}) {
            data.get(index);
          }
          data.slice(0, Math.min(3, data.size())).fingerprint();
        });
  }

  @MethodSource("cifarSeeds")
  @FuzzTest
  void cifarRecords(byte[] content) {
    Path file = SCRATCH.write("cifar.bin", content);
    reads(Contract.RECORDS, "cifar.bin", content.length, "cifar10:" + file);
    reads(Contract.RECORDS, "cifar.bin", content.length, "cifar100:" + file);
  }

  static Stream<byte[]> cifarSeeds() {
    byte[] two = new byte[2 * 3073];
    two[3073] = 9;
    return Stream.of(two, new byte[3074], Arrays.copyOf(two, 3000));
  }

  /** The images' file, then the labels': the first two bytes say where it begins. */
  @MethodSource("idxSeeds")
  @FuzzTest
  void idxFiles(byte[] content) {
    int split = content.length < 2 ? 0 : ByteBuffer.wrap(content).getShort() & 0xffff;
    int at = Math.min(content.length, 2 + split);
    byte[] images = Arrays.copyOfRange(content, Math.min(2, content.length), at);
    Path first = SCRATCH.write("images.idx", images);
    Path second = SCRATCH.write("labels.idx", Arrays.copyOfRange(content, at, content.length));
    reads(Contract.RECORDS, ".idx", content.length, "idx:" + first + "," + second);
  }

  static Stream<byte[]> idxSeeds() {
    byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4};
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 2, 5, 9};
    ByteBuffer both = ByteBuffer.allocate(2 + images.length + labels.length);
    return Stream.of(
        both.putShort((short) images.length).put(images).put(labels).array(), new byte[40]);
  }

  @MethodSource("npySeeds")
  @FuzzTest
  void numpyArrays(byte[] content) {
    Path file = SCRATCH.write("array.npy", content);
    reads(Contract.RECORDS, "array.npy", content.length, "npy:" + file);
    Path images = SCRATCH.write("images.npy", npy("|u1", "(2, 2, 2)", 8));
    reads(Contract.RECORDS, "array.npy", content.length, "npy:" + images + "," + file);
  }

  static Stream<byte[]> npySeeds() {
    return Stream.of(
        npy("|u1", "(2, 2, 2)", 8),
        npy("|u1", "(1, 2, 2, 3)", 12),
        npy("<f4", "(2, 1, 2, 1)", 16),
        npy(">f8", "(1, 1, 1, 1)", 8),
        npy("<i8", "(2,)", 16),
        npy("<i4", "(2, 1)", 8),
        npy("<u2", "(2,)", 4),
        npy("|u1", "(1000000000, 1, 1)", 8),
        npy("|u1", "(1, 2147483647, 1)", 8),
        npy("<f8", "(4294967296, 4294967296, 1, 1)", 8));
  }

  private static byte[] npy(String type, String shape, int bytes) {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    ByteBuffer array = ByteBuffer.allocate(10 + header.length() + bytes);
    array.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    array.put((byte) 0).put((byte) header.length()).put((byte) (header.length() >> 8));
    return array.put(header.getBytes(StandardCharsets.US_ASCII)).array();
  }

  @MethodSource("npzSeeds")
  @FuzzTest
  void numpyArchives(byte[] content) {
    Path file = SCRATCH.write("archive.npz", content);
    reads(Contract.COMPRESSED, "archive.npz", content.length, "npz:" + file);
  }

  static Stream<byte[]> npzSeeds() throws IOException {
    return Stream.of(
        npz(npy("|u1", "(2, 2, 2)", 8), npy("<i8", "(2,)", 16)),
        npz(npy("<f4", "(1, 1, 2, 2)", 16), npy("|u1", "(1,)", 1)),
        npz(npy("|u1", "(1, 1000, 1000)", 1_000_000), npy("|u1", "(1,)", 1)));
  }

  private static byte[] npz(byte[] images, byte[] labels) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("images.npy"));
      zip.write(images);
      zip.putNextEntry(new ZipEntry("labels.npy"));
      zip.write(labels);
    }
    return bytes.toByteArray();
  }

  @MethodSource("imageSeeds")
  @FuzzTest
  void imageFiles(byte[] content) {
    boolean png = content.length > 0 && content[0] == (byte) 0x89;
    String name = png ? "image.png" : "image.jpg";
    Path folder = SCRATCH.folder().resolve("images");
    Path labels = SCRATCH.write("labels.txt", (name + " 3\n").getBytes(StandardCharsets.UTF_8));
    Contract.COMPRESSED.holds(
        name,
        content.length,
        () -> {
          Files.createDirectories(folder);
          Files.deleteIfExists(folder.resolve(png ? "image.jpg" : "image.png"));
          Files.write(folder.resolve(name), content);
          DataSpec.parse("images:" + folder + ",labels=" + labels).get(0);
        });
  }

  static Stream<byte[]> imageSeeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (int type :
        new int[] {
          BufferedImage.TYPE_INT_RGB,
          BufferedImage.TYPE_BYTE_GRAY,
          BufferedImage.TYPE_BYTE_INDEXED,
          BufferedImage.TYPE_INT_ARGB,
          BufferedImage.TYPE_USHORT_GRAY,
          BufferedImage.TYPE_BYTE_BINARY
        }) {
      for (String format : List.of("png", "jpg")) {
        var bytes = new ByteArrayOutputStream();
        if (ImageIO.write(new BufferedImage(9, 5, type), format, bytes)) {
          seeds.add(bytes.toByteArray());
        }
      }
    }
    return Stream.of(
            seeds.stream(),
            Seeds.real("coco/voc-masks", ".png", 1000),
            Seeds.real("coco/images", ".jpg", 40_000),
            Seeds.real("imagenet/images", ".JPEG", 10_000))
        .flatMap(s -> s);
  }

  @MethodSource("labelSeeds")
  @FuzzTest
  void labelFiles(byte[] content) {
    Path folder = SCRATCH.folder().resolve("labelled");
    Path labels = SCRATCH.write("labels.txt", content);
    Contract.TEXT.holds(
        "labels.txt",
        content.length,
        () -> {
          Files.createDirectories(folder);
          Files.write(folder.resolve("a.png"), new byte[1]);
          Files.write(SCRATCH.folder().resolve("outside.png"), new byte[1]);
          Dataset data = DataSpec.parse("images:" + folder + ",labels=" + labels);
          if (data.size() != 1) {
            throw new AssertionError("the folder has one image, found " + data.size());
          }
        });
  }

  static Stream<byte[]> labelSeeds() {
    return Stream.of(
            "a.png 3\n",
            "\na.png,3\r\n\n",
            "a.png 3\na.png 4\n",
            "../outside.png 3\na.png 1",
            "./a.png 1\na.png 2",
            "/etc/hostname 3",
            "a.png 999999999",
            "a\u0000.png 1",
            "a.png ".repeat(3000) + " 1",
            "a" + " ,".repeat(100_000) + "x")
        .map(s -> s.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("specificationSeeds")
  @FuzzTest
  void specifications(byte[] content) {
    String spec = new String(content, StandardCharsets.UTF_8);
    Contract.TEXT.holds("", content.length, () -> DataSpec.parse(spec));
  }

  static Stream<byte[]> specificationSeeds() {
    return Stream.of(
            "cifar10:a.bin,b.bin",
            "cifar100:a.bin[first=0,count=1]",
            "idx:a,b",
            "npy:a,b",
            "npz:a,images=b,labels=c",
            "images:a,labels=b",
            "shapes:10,seed=5",
            "shapes:10000000[first=3,count=2]",
            "shapes:5[count=99999999999]",
            "shapes:5[first=-1,count=-1]",
            "shapes:5[first=2147483647,count=2147483647]",
            "shapes:1,task=classification",
            "images:a\u0000b",
            "[=]",
            ":,",
            "[a=b]".repeat(2000))
        .map(s -> s.getBytes(StandardCharsets.UTF_8));
  }
}
