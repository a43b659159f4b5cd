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

  /** The input's planes: colours in one of two orders, or one plane of luminance. */
  public enum Channels {
    RGB,
    BGR,
    GREY;

    public int count() {
      return this == GREY ? 1 : 3;
    }

    /** The grey level of one plane, 0…255; luminance as Pillow's convert('L') weighs colours. */
    int level(RgbImage image, int x, int y, int plane) {
      return switch (this) {
        case RGB -> image.value(x, y, plane);
        case BGR -> image.value(x, y, 2 - plane);
        case GREY ->
            (19595 * image.value(x, y, 0)
                    + 38470 * image.value(x, y, 1)
                    + 7471 * image.value(x, y, 2)
                    + 0x8000)
                >> 16;
      };
    }
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

  /** The input's shape, {@code [c,h,w]}. */
  public Shape shape() {
    return Shape.of(channels.count(), size.get(0), size.get(1));
  }

  /**
   * The network's input {@code [c,h,w]} for one image.
   *
   * @throws UnreadableDataException if the image cannot be brought to the size; names the sample
   */
  public float[] apply(Sample sample) {
    return switch (sample.picture()) {
      case RgbImage image -> apply(sample, resized(sample, image));
      case Planes planes -> {
        if (!planes.shape().equals(shape())) {
          throw new UnreadableDataException(
              "image "
                  + sample.name()
                  + ": expected an array of the network's input "
                  + shape()
                  + ", found "
                  + planes.shape()
                  + "; export the images again in that shape");
        }
        yield planes.values();
      }
    };
  }

  /** What a black pixel becomes, {@code [c]}; 0 in arrays, which nobody preprocesses. */
  float[] black(Picture picture) {
    float[] black = new float[channels.count()];
    if (picture instanceof RgbImage) {
      for (int c = 0; c < black.length; c++) {
        black[c] = (float) (-mean.get(c) / std.get(c));
      }
    }
    return black;
  }

  private float[] apply(Sample sample, RgbImage image) {
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
    float[] input = new float[shape().size()];
    for (int c = 0; c < channels.count(); c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          boolean inside = y + top < image.height() && x + left < image.width();
          double grey =
              inside || pad == null ? channels.level(image, x + left, y + top, c) : pad.value();
          input[(c * height + y) * width + x] = (float) ((grey * scale - mean.get(c)) / std.get(c));
        }
      }
    }
    return input;
  }

  private RgbImage resized(Sample sample, RgbImage image) {
    int shorter = Math.min(image.width(), image.height());
    int longer = Math.max(image.width(), image.height());
    return switch (resize) {
      case Resize.None _ -> image;
      case Resize.Stretch _ -> resized(sample, image, size.get(1), size.get(0));
      case Resize.ShorterSide side ->
          oriented(sample, image, side.pixels(), proportional(side.pixels(), longer, shorter));
      case Resize.LongerSide side ->
          oriented(sample, image, proportional(side.pixels(), shorter, longer), side.pixels());
    };
  }

  /** The other side in the image's proportions, to the nearest pixel, at least 1. */
  private static long proportional(int pixels, int numerator, int denominator) {
    return Math.max(1, (long) Math.rint((double) pixels * numerator / denominator));
  }

  private static RgbImage oriented(Sample sample, RgbImage image, long shorter, long longer) {
    return image.width() <= image.height()
        ? resized(sample, image, shorter, longer)
        : resized(sample, image, longer, shorter);
  }

  private static RgbImage resized(Sample sample, RgbImage image, long width, long height) {
    // Rows are resized first, so the image in between has the old height.
    if (width * Math.max(height, image.height()) > ImageFile.LARGEST_PIXELS) {
      throw new UnreadableDataException(
          "image "
              + sample.name()
              + " of "
              + image.width()
              + "x"
              + image.height()
              + " pixels would become "
              + width
              + "x"
              + height
              + " when resized, which is too large; crop it first");
    }
    return Resampling.resize(image, (int) width, (int) height);
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
