package org.rheobase.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images as Pillow decodes and resizes them; {@code make_golden.py} lies beside the images. */
class PillowParityTest {
  static Stream<Path> inputs() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(PillowParityTest.class.getResource("/golden/resize")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().contains(".in.")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void decodedAndResizedImageIsWithinOneGreyLevel(Path input) {
    String name = input.getFileName().toString().replaceFirst("\\.in\\..*", "");
    RgbImage expected = ImageFile.read(input.resolveSibling(name + ".out.png"));
    String[] size = name.substring(name.indexOf('_') + 1).split("x", -1);
    RgbImage found =
        Resampling.resize(
            ImageFile.read(input), Integer.parseInt(size[0]), Integer.parseInt(size[1]));
    assertThat(List.of(found.width(), found.height()))
        .isEqualTo(List.of(expected.width(), expected.height()));
    for (int i = 0; i < expected.rgb().length; i++) {
      assertThat((found.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff))
          .as("byte %d", i)
          .isBetween(-1, 1);
    }
  }
}
