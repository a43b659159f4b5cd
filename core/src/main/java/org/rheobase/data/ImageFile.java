package org.rheobase.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.rheobase.error.UnreadableDataException;

/**
 * Decodes JPEG (CMYK included) and PNG files to 8-bit RGB; transparency is dropped, orientation
 * tags are ignored.
 */
final class ImageFile {
  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png");
  private static final long LARGEST_PIXELS = 100_000_000;

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
    if (!Files.isRegularFile(file)) {
      throw new UnreadableDataException(
          file + ": expected an image, found no such file; check the path");
    }
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers =
          in == null ? java.util.Collections.emptyIterator() : ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw corrupt(file, "another kind of content", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > LARGEST_PIXELS) {
          throw new UnreadableDataException(
              file
                  + ": expected at most 100 million pixels, found "
                  + width
                  + "x"
                  + height
                  + "; reduce the image first");
        }
        return rgb(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof UnreadableDataException known) {
        throw known;
      }
      throw corrupt(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static UnreadableDataException corrupt(
      Path file, String found, @org.jspecify.annotations.Nullable Throwable cause) {
    String line = found.lines().findFirst().orElse("");
    return new UnreadableDataException(
        file + ": expected a readable JPEG or PNG image, found: " + line + "; get the file again",
        cause);
  }

  private static RgbImage rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    boolean grey =
        image.getRaster().getNumBands() <= 2
            && image.getColorModel().getComponentSize(0) == 8
            && !(image.getColorModel() instanceof java.awt.image.IndexColorModel);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      if (grey) {
        // The samples themselves: Java would convert linear grey to sRGB and brighten it.
        image.getRaster().getSamples(0, y, width, 1, 0, row);
        for (int x = 0; x < width; x++) {
          row[x] *= 0x010101;
        }
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        rgb[at] = (byte) (row[x] >> 16);
        rgb[at + 1] = (byte) (row[x] >> 8);
        rgb[at + 2] = (byte) row[x];
      }
    }
    return new RgbImage(width, height, rgb);
  }
}
