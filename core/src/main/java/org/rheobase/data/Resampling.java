package org.rheobase.data;

/**
 * Antialiased bilinear resizing of 8-bit images, equal to Pillow's: a triangle filter that is
 * widened by the factor of reduction, first along rows, then along columns, rounded to 8 bits after
 * each.
 */
final class Resampling {
  /**
   * Coefficients are integers of 1/2^22, so that sums of products with 8-bit values fit into 32
   * bits.
   */
  private static final int PRECISION = 22;

  private Resampling() {}

  static RgbImage resize(RgbImage image, int width, int height) {
    RgbImage rows = width == image.width() ? image : horizontal(image, width);
    return height == image.height() ? rows : vertical(rows, height);
  }

  /**
   * The weights of one output pixel.
   *
   * @param first the first input pixel
   */
  private record Taps(int first, int[] weights) {}

  private static Taps[] taps(int in, int out) {
    double scale = (double) in / out;
    double support = Math.max(scale, 1.0);
    Taps[] taps = new Taps[out];
    for (int o = 0; o < out; o++) {
      double center = (o + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int end = Math.min(in, (int) (center + support + 0.5));
      double[] weights = new double[end - first];
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.max(0, 1 - Math.abs((i + first - center + 0.5) / support));
        sum += weights[i];
      }
      int[] fixed = new int[weights.length];
      for (int i = 0; i < weights.length; i++) {
        fixed[i] = (int) (0.5 + weights[i] / sum * (1 << PRECISION));
      }
      taps[o] = new Taps(first, fixed);
    }
    return taps;
  }

  private static RgbImage horizontal(RgbImage image, int width) {
    Taps[] taps = taps(image.width(), width);
    byte[] out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, image.height()))];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        weigh(
            image.rgb(),
            3 * (y * image.width() + taps[x].first),
            3,
            taps[x].weights,
            out,
            3 * (y * width + x));
      }
    }
    return new RgbImage(width, image.height(), out);
  }

  private static RgbImage vertical(RgbImage image, int height) {
    Taps[] taps = taps(image.height(), height);
    int stride = 3 * image.width();
    byte[] out = new byte[Math.multiplyExact(stride, height)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < image.width(); x++) {
        weigh(
            image.rgb(),
            taps[y].first * stride + 3 * x,
            stride,
            taps[y].weights,
            out,
            y * stride + 3 * x);
      }
    }
    return new RgbImage(image.width(), height, out);
  }

  private static void weigh(
      byte[] in, int begin, int stride, int[] weights, byte[] out, int target) {
    int red = 1 << (PRECISION - 1);
    int green = red;
    int blue = red;
    int at = begin;
    for (int weight : weights) {
      red += weight * (in[at] & 0xff);
      green += weight * (in[at + 1] & 0xff);
      blue += weight * (in[at + 2] & 0xff);
      at += stride;
    }
    out[target] = (byte) Math.clamp(red >> PRECISION, 0, 255);
    out[target + 1] = (byte) Math.clamp(green >> PRECISION, 0, 255);
    out[target + 2] = (byte) Math.clamp(blue >> PRECISION, 0, 255);
  }
}
