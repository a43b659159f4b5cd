package org.rheobase.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.rheobase.error.MisuseException;

/**
 * Images in a fixed order. {@link #get} reads or draws one image at each call, may be called from
 * several threads, and returns the same sample every time.
 */
public interface Dataset {
  /** How many samples there are, at least 1. */
  int size();

  /**
   * The sample at {@code index}, from 0.
   *
   * @throws org.rheobase.error.UnreadableDataException if its file is missing or corrupt
   */
  Sample get(int index);

  /** Where the images and the labels come from, for reports: one line. */
  String description();

  /** Adds the name, the label and the content of one sample to a fingerprint. */
  default void digest(int index, MessageDigest into) {
    Sample sample = get(index);
    ByteBuffer content =
        switch (sample.picture()) {
          case RgbImage image ->
              ByteBuffer.allocate(8 + image.rgb().length)
                  .putInt(image.width())
                  .putInt(image.height())
                  .put(image.rgb());
          case Planes planes -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * planes.values().length);
            bytes.asFloatBuffer().put(planes.values());
            yield bytes;
          }
        };
    digest(sample.name(), sample.label(), content.array(), into);
  }

  /** Adds one sample, each part behind its length so that no two lists of parts look alike. */
  static void digest(String name, int label, byte[] content, MessageDigest into) {
    byte[] letters = name.getBytes(StandardCharsets.UTF_8);
    into.update(ByteBuffer.allocate(4).putInt(letters.length).array());
    into.update(letters);
    into.update(ByteBuffer.allocate(8).putInt(label).putInt(content.length).array());
    into.update(content);
  }

  /**
   * SHA-256, in hexadecimal, of the names, labels and contents in order. Equal for equal content
   * whatever folder it lies in and whatever slice it was cut by; reads every sample once.
   */
  default String fingerprint() {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (int i = 0; i < size(); i++) {
      digest(i, sha);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * A view of {@code count} samples from {@code first}.
   *
   * @throws MisuseException if the range is empty or leaves the data
   */
  default Dataset slice(int first, int count) {
    if (first < 0 || count < 1 || (long) first + count > size()) {
      throw new MisuseException(
          "first="
              + first
              + ",count="
              + count
              + " is outside the data, which has "
              + size()
              + " images ("
              + description()
              + "): choose first >= 0, count >= 1 and first + count <= "
              + size()
              + ".");
    }
    Dataset whole = this;
    return new Dataset() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public Sample get(int index) {
        return whole.get(first + java.util.Objects.checkIndex(index, count));
      }

      @Override
      public void digest(int index, MessageDigest into) {
        whole.digest(first + java.util.Objects.checkIndex(index, count), into);
      }

      @Override
      public String description() {
        return whole.description() + ", images " + first + " to " + (first + count - 1);
      }
    };
  }
}
