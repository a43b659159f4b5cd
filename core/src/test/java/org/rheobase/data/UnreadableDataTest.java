package org.rheobase.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.error.MisuseException;
import org.rheobase.error.RheobaseException;
import org.rheobase.error.UnreadableDataException;

/** Every reader says in one sentence what is wrong with what file or record. */
class UnreadableDataTest {
  @TempDir Path folder;

  private static void refuses(
      Class<? extends RheobaseException> kind, Runnable reading, String... words) {
    assertThatThrownBy(reading::run)
        .isExactlyInstanceOf(kind)
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain("\n")
        .doesNotContain("Exception")
        .doesNotContain("null");
  }

  private void cifar(byte[] content, String... words) throws IOException {
    Path file = Files.write(folder.resolve("a.bin"), content);
    refuses(
        UnreadableDataException.class,
        () -> {
          Dataset data = DataSpec.parse("cifar10:" + file);
          data.get(data.size() - 1);
        },
        words);
  }

  @Test
  void cifarFileWithHalfARecord() throws IOException {
    cifar(new byte[3073 * 2 + 1536], "a.bin", "3073");
  }

  @Test
  void cifarFileWithoutRecords() throws IOException {
    cifar(new byte[0], "a.bin");
  }

  @Test
  void cifarLabelThatIsNoClass() throws IOException {
    byte[] records = new byte[2 * 3073];
    records[3073] = 10;
    cifar(records, "a.bin", "10");
  }

  private void spec(String spec, byte[] content, String... words) throws IOException {
    Path file = Files.write(folder.resolve("data"), content);
    refuses(
        UnreadableDataException.class,
        () -> DataSpec.parse(spec.replace("FILE", "" + file)),
        words);
  }

  @Test
  void idxFileThatIsCompressedForeignOrShort() throws IOException {
    spec("idx:FILE,FILE", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0}, "gunzip");
    spec("idx:FILE,FILE", new byte[] {0, 0, 13, 3, 0, 0, 0, 1}, "00000803", "00000d03");
    spec("idx:FILE,FILE", new byte[] {0, 0, 8, 3, 0, 0}, "ends");
    byte[] huge = {0, 0, 8, 3, 0x7f, -1, -1, -1, 0, 0, 64, 0, 0, 0, 64, 0};
    spec("idx:FILE,FILE", huge, "claims", "found 0");
  }

  @Test
  void numpyFileThatIsForeignShortOrHuge() throws IOException {
    spec("npy:FILE", "not numpy at all".getBytes(java.nio.charset.StandardCharsets.UTF_8), "NumPy");
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
    spec("npy:FILE", start, "header");
    for (String header :
        new String[] {
          "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1, 1, 1), }",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999, 99999, 99999), }",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1, 1, 1), }",
          "{'descr': '|O', 'fortran_order': False, 'shape': (1, 1, 1, 1), }",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1, 1), }",
          "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1, 1, 1), }",
        }) {
      byte[] text = header.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      byte[] file = Arrays.copyOf(start, 10 + text.length + 4);
      file[6] = 1;
      file[8] = (byte) text.length;
      file[9] = 0;
      System.arraycopy(text, 0, file, 10, text.length);
      spec("npy:FILE", file, "data");
    }
  }

  @Test
  void numpyArchiveWithoutTheArray() throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
      zip.putNextEntry(new java.util.zip.ZipEntry("x_test.npy"));
    }
    spec("npz:FILE", bytes.toByteArray(), "images", "x_test");
    spec("npz:FILE", new byte[100], "data");
  }

  @ParameterizedTest
  @CsvSource({"cifar10:nothing.bin", "images:nothing", "'images:FOLDER,labels=nothing.txt'"})
  void fileThatIsMissing(String spec) throws IOException {
    png("a.png", 4, 4);
    refuses(
        UnreadableDataException.class,
        () -> DataSpec.parse(spec.replace("FOLDER", folder.toString())),
        "nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mnist:a.bin | mnist",
        "shapes | shapes",
        "shapes:0 | 0",
        "shapes:abc | abc",
        "shapes:5,sead=3 | sead",
        "shapes:5,seed=x | x",
        "shapes:5[first=5,count=1] | first=5",
        "shapes:5[first=0,count=0] | count=0",
        "shapes:5[first=-1] | first=-1",
        "shapes:5[count=99999999999] | 99999999999",
        "shapes:5[last=3] | last",
        "cifar10: | cifar10:",
        "idx:a | 2 files",
        "npy:a,b,c | 1 to 2 files",
      })
  void specificationThatMeansNothing(String spec, String word) {
    refuses(MisuseException.class, () -> DataSpec.parse(spec), word);
  }

  private Path png(String name, int width, int height) throws IOException {
    Path file = folder.resolve(name);
    ImageIO.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    return file;
  }

  private void image(Path file, String... words) {
    refuses(UnreadableDataException.class, () -> ImageFile.read(file), words);
  }

  @Test
  void imageThatEndsEarly() throws IOException {
    byte[] whole = Files.readAllBytes(png("a.png", 40, 30));
    image(
        Files.write(folder.resolve("half.png"), Arrays.copyOf(whole, whole.length / 2)),
        "half.png");
  }

  @Test
  void imageOfAnotherKind() throws IOException {
    image(Files.writeString(folder.resolve("text.jpg"), "not a picture"), "text.jpg", "JPEG");
    image(Files.write(folder.resolve("empty.png"), new byte[0]), "empty.png");
  }

  @Test
  void imageThatClaimsMorePixelsThanAreSensible() throws IOException {
    byte[] bytes = Files.readAllBytes(png("a.png", 4, 4));
    // Width and height stand behind the signature and the name of the first chunk.
    Arrays.fill(bytes, 16, 24, (byte) 0x7f);
    image(Files.write(folder.resolve("large.png"), bytes), "large.png");
  }

  @Test
  void labelFileShorterThanTheImages() throws IOException {
    png("a.png", 4, 4);
    png("b.png", 4, 4);
    Path labels = Files.writeString(folder.resolve("labels.txt"), "a.png 3\n");
    refuses(
        UnreadableDataException.class,
        () -> DataSpec.parse("images:" + folder + ",labels=" + labels),
        "labels.txt",
        "b.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a.png | line 1", "a.png three | three", "c.png 3 | c.png", "a.png -4 | -4"})
  void labelLineThatMakesNoSense(String line, String word) throws IOException {
    png("a.png", 4, 4);
    Path labels = Files.writeString(folder.resolve("labels.txt"), line + "\n");
    refuses(
        UnreadableDataException.class,
        () -> DataSpec.parse("images:" + folder + ",labels=" + labels),
        "labels.txt",
        word);
  }

  @Test
  void imageThatDoesNotHaveTheSizeOfTheNetwork() throws IOException {
    Sample sample = new Sample("a.png", ImageFile.read(png("a.png", 5, 4)), 0);
    refuses(
        UnreadableDataException.class,
        () -> PreprocessingFile.parse("size: [4, 4]", "p.yaml").apply(sample),
        "a.png",
        "5x4",
        "4x4");
    refuses(
        UnreadableDataException.class,
        () -> PreprocessingFile.parse("size: [8, 8]\ncrop: center", "p.yaml").apply(sample),
        "a.png",
        "8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | size",
        "scale: 1 | size",
        "size: 4 | size",
        "size: [4] | size",
        "size: [0, 4] | size",
        "size: [4, 4000000] | size",
        "'[1, 2]' | p.yaml",
        "'{size: [4, 4], meen: [1, 2, 3]}' | meen",
        "'{size: [4, 4], mean: [1, 2]}' | mean",
        "'{size: [4, 4], mean: [1, 2, .nan]}' | mean",
        "'{size: [4, 4], std: [1, 0, 1]}' | std",
        "'{size: [4, 4], scale: fast}' | scale",
        "'{size: [4, 4], channels: CMYK}' | channels",
        "'{size: [4, 4], resize: {shorterSide: 0}}' | shorterSide",
        "'{size: [4, 4], resize: {shorterSide: 4, longerSide: 4}}' | resize",
        "'{size: [4, 4], resize: {filter: cubic, stretch: true}}' | filter",
        "'{size: [4, 4], crop: corner}' | crop",
        "'{size: [4, 4], labels: {offset: -1}}' | offset",
        "'{size: [4, 4' | p.yaml",
      })
  void preprocessingThatMakesNoSense(String yaml, String word) {
    refuses(
        UnreadableDataException.class,
        () -> PreprocessingFile.parse(yaml, "p.yaml"),
        "p.yaml",
        word);
  }

  @Test
  void yamlThatGrowsWithoutEnd() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    refuses(
        UnreadableDataException.class,
        () -> PreprocessingFile.parse(bomb.toString(), "p.yaml"),
        "p.yaml");
    refuses(
        UnreadableDataException.class,
        () -> PreprocessingFile.parse("[".repeat(100_000), "p.yaml"),
        "p.yaml");
  }
}
