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
      byte[] png =
          AccuracyPlot.png(
              new AccuracyPlot.Frame("net, 1000 images", "top1", axis, 0),
              List.of(new AccuracyPlot.Line("SNN", steps(64), values(64))),
              0.915);
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
        AccuracyPlot.png(
            new AccuracyPlot.Frame("net", "top1", AccuracyPlot.Axis.LOG2, 0),
            List.of(new AccuracyPlot.Line("SNN", List.of(1), List.of(0.5))),
            null);
    assertThat(rowOf(ImageIO.read(new ByteArrayInputStream(png)), ANN)).isNegative();
  }

  @Test
  void drawsALineForEveryNetworkEachInItsColour() throws IOException {
    byte[] png =
        AccuracyPlot.png(
            new AccuracyPlot.Frame("net", "top1", AccuracyPlot.Axis.LOG2, 0.4),
            List.of(
                new AccuracyPlot.Line("a", List.of(8, 16, 32), List.of(0.6, 0.8, 0.9)),
                new AccuracyPlot.Line("b", List.of(8, 16, 32), List.of(0.5, 0.6, 0.7))),
            0.95);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(rowOf(image, ANN)).isPositive().isLessThan(rowOf(image, SNN));
    assertThat(rowOf(image, 0xe69f00)).isPositive();
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
