package org.rheobase.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Shape;

/**
 * How an image becomes the network's input: resized, cropped or padded, then {@code (x * scale -
 * mean) / std} for every channel in the order of {@code channels}.
 *
 * @param channels order of the input's channels
 * @param size {@code [height, width]} of the input, in pixels
 * @param resize what happens before cropping
 * @param crop whether the middle is cut out after resizing
 * @param pad filling up to the size at the right and bottom, or null
 * @param scale factor on grey levels 0…255
 * @param mean subtracted after scaling, one value per channel
 * @param std divided by after that, one value per channel
 * @param labelOffset the output of class {@code k} is {@code k + labelOffset}
 */
public record Preprocessing(
    Channels channels,
    List<Integer> size,
    Resize resize,
    boolean crop,
    @Nullable Pad pad,
    double scale,
    List<Double> mean,
    List<Double> std,
    int labelOffset) {

  /** Order of colours. */
  public enum Channels {
    RGB,
    BGR
  }

  /** Resizing, always with an antialiased bilinear filter. */
  public sealed interface Resize {
    /** The image must have the size already. */
    record None() implements Resize {}

    /** To the input's size, whatever that does to the proportions. */
    record Stretch() implements Resize {}

    /** So that the shorter side has so many pixels; the other is rounded to the nearest. */
    record ShorterSide(int pixels) implements Resize {}

    /** So that the longer side has so many pixels; the other is rounded to the nearest. */
    record LongerSide(int pixels) implements Resize {}
  }

  /**
   * Filling at the right and bottom.
   *
   * @param to {@code [height, width]}
   * @param value grey level of every channel, 0…255
   */
  public record Pad(List<Integer> to, double value) {
    public Pad {
      to = List.copyOf(to);
    }
  }

  public Preprocessing {
    size = List.copyOf(size);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** The input's shape, {@code [3,h,w]}. */
  public Shape shape() {
    return Shape.of(3, size.get(0), size.get(1));
  }

  /**
   * The network's input {@code [3,h,w]} for one image.
   *
   * @throws UnreadableDataException if the image cannot be brought to the size; names the sample
   */
  public float[] apply(Sample sample) {
    RgbImage image = resized(sample);
    int height = size.get(0);
    int width = size.get(1);
    int top = 0;
    int left = 0;
    if (crop) {
      top = middle(sample, image.height(), height);
      left = middle(sample, image.width(), width);
    } else if (pad == null) {
      expectSize(sample, image, image.height() == height && image.width() == width);
    } else {
      expectSize(sample, image, image.height() <= height && image.width() <= width);
    }
    float[] input = new float[3 * height * width];
    for (int c = 0; c < 3; c++) {
      int color = channels == Channels.RGB ? c : 2 - c;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          boolean inside = y + top < image.height() && x + left < image.width();
          double grey = inside || pad == null ? image.value(x + left, y + top, color) : pad.value();
          input[(c * height + y) * width + x] = (float) ((grey * scale - mean.get(c)) / std.get(c));
        }
      }
    }
    return input;
  }

  private RgbImage resized(Sample sample) {
    RgbImage image = sample.image();
    int shorter = Math.min(image.width(), image.height());
    int longer = Math.max(image.width(), image.height());
    return switch (resize) {
      case Resize.None _ -> image;
      case Resize.Stretch _ -> Resampling.resize(image, size.get(1), size.get(0));
      case Resize.ShorterSide side ->
          oriented(sample, side.pixels(), proportional(side.pixels(), longer, shorter));
      case Resize.LongerSide side ->
          oriented(sample, proportional(side.pixels(), shorter, longer), side.pixels());
    };
  }

  /** The other side in the image's proportions, to the nearest pixel, at least 1. */
  private static long proportional(int pixels, int numerator, int denominator) {
    return Math.max(1, (long) Math.rint((double) pixels * numerator / denominator));
  }

  private static RgbImage oriented(Sample sample, long shorter, long longer) {
    RgbImage image = sample.image();
    if (3 * shorter * longer > Integer.MAX_VALUE) {
      throw new UnreadableDataException(
          "image "
              + sample.name()
              + " of "
              + image.width()
              + "x"
              + image.height()
              + " pixels would become "
              + longer
              + "x"
              + shorter
              + " when resized, which is too large; crop it first");
    }
    return image.width() <= image.height()
        ? Resampling.resize(image, (int) shorter, (int) longer)
        : Resampling.resize(image, (int) longer, (int) shorter);
  }

  private static int middle(Sample sample, int available, int wanted) {
    if (available < wanted) {
      throw new UnreadableDataException(
          "image "
              + sample.name()
              + " has "
              + available
              + " pixels along a side that is cropped to "
              + wanted
              + "; resize it to a larger side first");
    }
    return (available - wanted) / 2;
  }

  private void expectSize(Sample sample, RgbImage image, boolean fits) {
    if (!fits) {
      throw new UnreadableDataException(
          "image "
              + sample.name()
              + ": expected "
              + size.get(1)
              + "x"
              + size.get(0)
              + " pixels, found "
              + image.width()
              + "x"
              + image.height()
              + "; choose another image, or a 'resize' in the preprocessing file");
    }
  }
}
