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
