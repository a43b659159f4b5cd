package org.rheobase.data;

/**
 * An 8-bit colour image: {@code rgb} holds the rows from top to bottom, each pixel as red, green,
 * blue. The array is not copied: whoever holds an image treats it as read-only.
 */
public record RgbImage(int width, int height, byte[] rgb) implements Picture {
  public RgbImage {
    if (width < 1 || height < 1 || 3L * width * height != rgb.length) {
      throw new IllegalArgumentException(
          "an image of " + width + " x " + height + " does not have " + rgb.length + " bytes");
    }
  }

  /** One channel (0 red, 1 green, 2 blue) of one pixel, 0…255. */
  public int value(int x, int y, int channel) {
    return rgb[3 * (y * width + x) + channel] & 0xFF;
  }
}
