package org.rheobase.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import org.rheobase.error.UnreadableDataException;

/**
 * Decodes JPEG (CMYK included) and PNG files to 8-bit RGB; transparency is dropped, orientation
 * tags are ignored.
 */
final class ImageFile {
  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png");
  static final long LARGEST_PIXELS = 100_000_000;

  /** The most that Deflate makes of a byte, all of it in pixels of one bit; JPEG has less. */
  private static final long PIXELS_PER_BYTE = 8 * 1032;

  static {
    // A cache on disk would make reading depend on a writable temporary folder.
    ImageIO.setUseCache(false);
  }

  private ImageFile() {}

  static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Decodes a file.
   *
   * @throws UnreadableDataException naming the file
   */
  static RgbImage read(Path file) {
    expectFile(file);
    List<ImageReader> readers = readers(file);
    for (int r = 0; ; r++) {
      try {
        return decode(file, readers.get(r));
      } catch (IOException | RuntimeException e) {
        if (e instanceof UnreadableDataException known) {
          throw known;
        }
        if (r == readers.size() - 1) {
          throw corrupt(file, String.valueOf(e.getMessage()), e);
        }
      }
    }
  }

  static void expectFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file + ": expected an image, found no such file; check the path");
    }
  }

  /**
   * What may decode the file, the platform's own readers first: they leave the samples as they are
   * where the others apply embedded colour profiles. The others know more kinds, CMYK among them.
   */
  private static List<ImageReader> readers(Path file) {
    List<ImageReader> readers = new ArrayList<>();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      if (in != null) {
        ImageIO.getImageReaders(in).forEachRemaining(readers::add);
      }
    } catch (IOException e) {
      throw corrupt(file, String.valueOf(e.getMessage()), e);
    }
    if (readers.isEmpty()) {
      throw corrupt(file, "another kind of content", null);
    }
    readers.sort(
        Comparator.comparing(r -> !"java.desktop".equals(r.getClass().getModule().getName())));
    return readers;
  }

  private static RgbImage decode(Path file, ImageReader reader) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in, true, true);
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      long bytes = Files.size(file);
      if (width * height > PIXELS_PER_BYTE * bytes) {
        throw new UnreadableDataException(
            file
                + ": claims "
                + width
                + "x"
                + height
                + " pixels, more than its "
                + bytes
                + " bytes can hold; get the file again");
      }
      if (width * height > LARGEST_PIXELS) {
        throw new UnreadableDataException(
            file
                + ": expected at most 100 million pixels, found "
                + width
                + "x"
                + height
                + "; reduce the image first");
      }
      ImageReadParam parameters = reader.getDefaultReadParam();
      embeddedColors(reader).ifPresent(parameters::setDestinationType);
      return rgb(reader.read(0, parameters));
    } finally {
      reader.dispose();
    }
  }

  /** The file's own colour space, where it has one; reading into another would convert samples. */
  private static Optional<ImageTypeSpecifier> embeddedColors(ImageReader reader)
      throws IOException {
    for (Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0); types.hasNext(); ) {
      ImageTypeSpecifier type = types.next();
      ColorSpace colors = type.getColorModel().getColorSpace();
      if (colors.getType() == ColorSpace.TYPE_RGB && !colors.isCS_sRGB()) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static UnreadableDataException corrupt(
      Path file, String found, @org.jspecify.annotations.Nullable Throwable cause) {
    String line = found.lines().findFirst().orElse("");
    return new UnreadableDataException(
        file + ": expected a readable JPEG or PNG image, found: " + line + "; get the file again",
        cause);
  }

  /**
   * The samples as they are stored: embedded colour profiles are ignored, as the training pipelines
   * that networks come from ignore them.
   */
  private static RgbImage rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    boolean whole =
        image.getColorModel() instanceof ComponentColorModel
            && image.getColorModel().getComponentSize(0) == 8;
    Samples samples = whole ? samples(image) : Samples.CONVERTED;
    int bands = image.getRaster().getNumBands();
    int[] row = new int[width * Math.max(bands, 1)];
    for (int y = 0; y < height; y++) {
      if (samples == Samples.CONVERTED) {
        image.getRGB(0, y, width, 1, row, 0, width);
      } else {
        image.getRaster().getPixels(0, y, width, 1, row);
      }
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int value =
              switch (samples) {
                case GREY -> row[x * bands];
                case RGB -> row[x * bands + c];
                case CMYK -> light(row[x * bands + c], row[x * bands + 3]);
                case CONVERTED -> row[x] >> (16 - 8 * c);
              };
          rgb[3 * (y * width + x) + c] = (byte) value;
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** What the bands of an image hold; {@code CONVERTED} leaves the reading to the colour model. */
  private enum Samples {
    GREY,
    RGB,
    CMYK,
    CONVERTED
  }

  private static Samples samples(BufferedImage image) {
    int bands = image.getRaster().getNumBands();
    return switch (image.getColorModel().getColorSpace().getType()) {
      case ColorSpace.TYPE_GRAY -> Samples.GREY;
      case ColorSpace.TYPE_RGB -> bands >= 3 ? Samples.RGB : Samples.CONVERTED;
      case ColorSpace.TYPE_CMYK -> bands >= 4 ? Samples.CMYK : Samples.CONVERTED;
      default -> Samples.CONVERTED;
    };
  }

  /** What one ink and black leave of white light. */
  private static int light(int ink, int black) {
    return Math.round((255 - ink) * (255 - black) / 255f);
  }
}
