package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class AccuracyPlotTest {
  private static final int ANN = 0x8a3b12;
  private static final int SNN = 0x1f5fa8;

  @Test
  void isAPngOfTheRightSizeWithBothNetworks() throws IOException {
    for (AccuracyPlot.Axis axis : AccuracyPlot.Axis.values()) {
      byte[] png = AccuracyPlot.png("net, 1000 images", "top1", steps(64), values(64), 0.915, axis);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      assertThat(image.getWidth()).isEqualTo(AccuracyPlot.WIDTH);
      assertThat(image.getHeight()).isEqualTo(AccuracyPlot.HEIGHT);
      assertThat(png.length).isBetween(5_000, 200_000);
      // 91.5 % lies in the upper sixth of a scale from 0 to 100.
      assertThat(rowOf(image, ANN)).isBetween(40, AccuracyPlot.HEIGHT / 4);
      assertThat(rowOf(image, SNN)).isPositive();
    }
  }

  @Test
  void drawsASingleStepAndNoAnn() throws IOException {
    byte[] png =
        AccuracyPlot.png("net", "top1", List.of(1), List.of(0.5), null, AccuracyPlot.Axis.LOG2);
    assertThat(rowOf(ImageIO.read(new ByteArrayInputStream(png)), ANN)).isNegative();
  }

  private static List<Integer> steps(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  private static List<Double> values(int last) {
    return IntStream.rangeClosed(1, last).mapToObj(t -> 0.9 * t / (t + 3.0)).toList();
  }

  /** The first row with a pixel of that colour, or -1. */
  private static int rowOf(BufferedImage image, int rgb) {
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if ((image.getRGB(x, y) & 0xffffff) == rgb) {
          return y;
        }
      }
    }
    return -1;
  }
}
