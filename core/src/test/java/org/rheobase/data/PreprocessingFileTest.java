package org.rheobase.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rheobase.TestData;
import org.rheobase.graph.Shape;

class PreprocessingFileTest {
  /** A 4x2 image whose red is 10 x, green 50 y and blue 7. */
  private static final Sample SAMPLE = new Sample("s", image(4, 2), 0);

  private static RgbImage image(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        rgb[at] = (byte) (10 * x);
        rgb[at + 1] = (byte) (50 * y);
        rgb[at + 2] = 7;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  @Test
  void everyKeyHasADefaultButTheSize() {
    Preprocessing plain = PreprocessingFile.parse("size: [2, 4]", "p.yaml");
    assertThat(plain.shape()).isEqualTo(Shape.of(3, 2, 4));
    assertThat(plain.apply(SAMPLE))
        .containsExactly(
            0, 10, 20, 30, 0, 10, 20, 30, 0, 0, 0, 0, 50, 50, 50, 50, 7, 7, 7, 7, 7, 7, 7, 7);
    assertThat(plain.labelOffset()).isZero();
  }

  @Test
  void valuesAreScaledThenCentredThenDividedAndColoursMayBeReversed() {
    float[] input =
        PreprocessingFile.parse(
                "{size: [2, 4], channels: BGR, scale: 0.5, mean: [1, 2, 3], std: [2, 1, 0.5]}",
                "p.yaml")
            .apply(SAMPLE);
    assertThat(input).startsWith((7 * 0.5f - 1) / 2).endsWith((30 * 0.5f - 3) / 0.5f);
  }

  @Test
  void otherSideIsRoundedAndCropBeginsAtTheLowerHalf() {
    // 5x3 to a shorter side of 2: the other becomes 3.33 -> 3; one column of three is cut: at 0.
    Preprocessing cropped =
        PreprocessingFile.parse(
            "{size: [2, 2], resize: {shorterSide: 2, filter: bilinear-antialias}, crop: center}",
            "p.yaml");
    RgbImage resized = Resampling.resize(image(5, 3), 3, 2);
    assertThat(cropped.apply(new Sample("s", image(5, 3), 0)))
        .startsWith(resized.value(0, 0, 0), resized.value(1, 0, 0), resized.value(0, 1, 0));
  }

  @Test
  void paddingFillsTheEnd() {
    float[] input =
        PreprocessingFile.parse(
                "{size: [3, 5], pad: {to: [3, 5], at: end, value: 127.5}}", "p.yaml")
            .apply(SAMPLE);
    assertThat(input).startsWith(0, 10, 20, 30, 127.5f).endsWith(127.5f);
  }

  @Test
  void everyModelsFileIsRead() throws IOException {
    Path models = TestData.require("models");
    List<Path> files;
    try (Stream<Path> list = Files.list(models)) {
      files = list.filter(f -> f.toString().endsWith(".preprocess.yaml")).toList();
    }
    assertThat(files).hasSizeGreaterThan(10);
    for (Path file : files) {
      assertThat(PreprocessingFile.read(file).shape().channels()).isEqualTo(3);
    }
    Preprocessing mobilenet =
        PreprocessingFile.read(models.resolve("imagenet_mobilenet_v1_0.25_128.preprocess.yaml"));
    assertThat(mobilenet.labelOffset()).isEqualTo(1);
    assertThat(mobilenet.shape()).isEqualTo(Shape.of(3, 128, 128));
    assertThat(mobilenet.mean()).containsOnly(127.5);
  }
}
