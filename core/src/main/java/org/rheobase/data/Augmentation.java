package org.rheobase.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Shape;
import org.rheobase.rule.RuleText;

/** A random change of a calibration image, behind preprocessing. */
public sealed interface Augmentation {
  /** Left and right change places, for every other image on average. */
  record Flip() implements Augmentation {}

  /**
   * The image is moved by at most so many pixels along each side, as if it had been surrounded by
   * black and cropped to its size again.
   */
  record Crop(int pixels) implements Augmentation {
    /** The usual choice for images of 32x32. */
    public static final Crop USUAL = new Crop(4);

    private static final int MOST = 1 << 16;

    public Crop {
      if (pixels < 1 || pixels > MOST) {
        throw new MisuseException(
            "augmentation crop moves images by 1 to " + MOST + " pixels, found " + pixels);
      }
    }
  }

  /** Reads what {@link #text} writes, for example {@code crop[pixels=8]}. */
  @JsonCreator
  static Augmentation parse(String text) {
    RuleText rule = RuleText.parse(text, "augmentation");
    Augmentation augmentation =
        switch (rule.name()) {
          case "flip" -> new Flip();
          case "crop" -> new Crop(rule.integer("pixels", Crop.USUAL.pixels()));
          default ->
              throw new MisuseException(
                  "unknown augmentation '" + text + "'; use flip or crop, or none at all");
        };
    rule.checkAllUsed();
    return augmentation;
  }

  /** The text that {@link #parse} reads. */
  @JsonValue
  default String text() {
    return switch (this) {
      case Flip _ -> "flip";
      case Crop crop ->
          RuleText.of("crop").with("pixels", crop.pixels(), Crop.USUAL.pixels()).toString();
    };
  }

  /**
   * The changed image, a new array where anything changes.
   *
   * @param image {@code [c,h,w]}, which stays as it is
   * @param black value of black in every plane, {@code [c]}
   * @param seed with {@code position}, determines what happens
   * @param position of the image among those of its stage
   */
  static float[] apply(
      List<Augmentation> all, float[] image, Shape shape, float[] black, long seed, int position) {
    SplitMix random = new SplitMix(seed, position);
    float[] result = image;
    for (Augmentation augmentation : all) {
      result =
          switch (augmentation) {
            case Flip _ -> random.below(2) == 0 ? result : flipped(result, shape);
            case Crop crop -> {
              int down = random.below(2 * crop.pixels() + 1) - crop.pixels();
              int right = random.below(2 * crop.pixels() + 1) - crop.pixels();
              yield moved(result, shape, black, down, right);
            }
          };
    }
    return result;
  }

  private static float[] flipped(float[] image, Shape shape) {
    int width = shape.width();
    float[] flipped = new float[image.length];
    for (int row = 0; row < image.length; row += width) {
      for (int x = 0; x < width; x++) {
        flipped[row + x] = image[row + width - 1 - x];
      }
    }
    return flipped;
  }

  private static float[] moved(float[] image, Shape shape, float[] black, int down, int right) {
    float[] moved = new float[image.length];
    int next = 0;
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int fromY = y - down;
          int fromX = x - right;
          boolean inside =
              fromY >= 0 && fromY < shape.height() && fromX >= 0 && fromX < shape.width();
          moved[next++] =
              inside ? image[(c * shape.height() + fromY) * shape.width() + fromX] : black[c];
        }
      }
    }
    return moved;
  }
}
