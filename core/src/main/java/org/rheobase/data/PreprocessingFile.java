package org.rheobase.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.UnreadableDataException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads preprocessing files; docs/formats.md describes them. */
public final class PreprocessingFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final long LARGEST_FILE_BYTES = 1 << 20;
  private static final int LARGEST_SIDE = 1 << 14;

  private PreprocessingFile() {}

  /** The keys of the file. */
  record Keys(
      Preprocessing.@Nullable Channels channels,
      @Nullable List<Integer> size,
      @Nullable Object resize,
      @Nullable String crop,
      @Nullable PadKeys pad,
      @Nullable Double scale,
      @Nullable List<Double> mean,
      @Nullable List<Double> std,
      @Nullable LabelKeys labels) {}

  record PadKeys(@Nullable List<Integer> to, @Nullable String at, @Nullable Double value) {}

  record LabelKeys(@Nullable Integer offset) {}

  record ResizeKeys(
      @Nullable Boolean stretch,
      @Nullable Integer shorterSide,
      @Nullable Integer longerSide,
      @JsonProperty @Nullable String filter) {}

  /** The file {@code NAME.preprocess.yaml} beside {@code NAME.onnx}, where there is one. */
  public static Optional<Path> beside(Path model) {
    String name = String.valueOf(model.getFileName()).replaceFirst("(\\.snn)?\\.onnx$", "");
    Path file = model.resolveSibling(name + ".preprocess.yaml");
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** The text of a preprocessing file, unchecked. */
  public static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw new UnreadableDataException(
            file + " is larger than 1 MiB, which no preprocessing file is");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new UnreadableDataException(
          "cannot read the preprocessing file " + file + ": " + e.getMessage() + "; check the path",
          e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws UnreadableDataException naming the file and the key
   */
  public static Preprocessing read(Path file) {
    return parse(text(file), file.toString());
  }

  /**
   * Reads the text of a file.
   *
   * @param source named in errors
   */
  public static Preprocessing parse(String text, String source) {
    try {
      Keys keys = text.isBlank() ? null : YAML.readValue(text, Keys.class);
      if (keys == null) {
        throw bad(source, "size", "[height, width]", "an empty file");
      }
      return new Reader(source).preprocessing(keys);
    } catch (JacksonException e) {
      throw SettingsProblem.of(source, "a preprocessing file", e);
    }
  }

  private record Reader(String source) {
    Preprocessing preprocessing(Keys keys) {
      List<Integer> size = size("size", keys.size());
      PadKeys pad = keys.pad();
      Preprocessing.Channels channels =
          keys.channels() == null ? Preprocessing.Channels.RGB : keys.channels();
      return new Preprocessing(
          channels,
          size,
          resize(keys.resize()),
          crop(keys.crop()),
          pad == null ? null : pad(pad, size),
          finite("scale", keys.scale() == null ? 1 : keys.scale()),
          perChannel("mean", keys.mean(), 0, channels),
          nonZero(perChannel("std", keys.std(), 1, channels)),
          keys.labels() == null ? 0 : offset(keys.labels()));
    }

    private List<Integer> size(String key, @Nullable List<Integer> value) {
      if (value == null
          || value.size() != 2
          || value.contains(null)
          || value.stream().anyMatch(v -> v < 1 || v > LARGEST_SIDE)) {
        throw bad(source, key, "[height, width], each 1 to " + LARGEST_SIDE + " pixels", value);
      }
      return value;
    }

    private Preprocessing.Resize resize(@Nullable Object value) {
      if (value == null || value.equals("none")) {
        return new Preprocessing.Resize.None();
      }
      if (!(value instanceof java.util.Map)) {
        throw bad(
            source,
            "resize",
            "none, or {stretch: true}, {shorterSide: N} or {longerSide: N}",
            value);
      }
      ResizeKeys keys;
      try {
        keys = YAML.convertValue(value, ResizeKeys.class);
      } catch (JacksonException e) {
        throw SettingsProblem.of(source + ": resize", "a resizing", e);
      }
      if (keys.filter() != null && !keys.filter().equals("bilinear-antialias")) {
        throw bad(source, "resize.filter", "bilinear-antialias", keys.filter());
      }
      boolean stretch = Boolean.TRUE.equals(keys.stretch());
      int given =
          (stretch ? 1 : 0)
              + (keys.shorterSide() == null ? 0 : 1)
              + (keys.longerSide() == null ? 0 : 1);
      if (given != 1) {
        throw bad(source, "resize", "one of stretch: true, shorterSide and longerSide", value);
      }
      if (keys.shorterSide() != null) {
        return new Preprocessing.Resize.ShorterSide(side("resize.shorterSide", keys.shorterSide()));
      }
      if (keys.longerSide() != null) {
        return new Preprocessing.Resize.LongerSide(side("resize.longerSide", keys.longerSide()));
      }
      return new Preprocessing.Resize.Stretch();
    }

    private int side(String key, int pixels) {
      if (pixels < 1 || pixels > LARGEST_SIDE) {
        throw bad(source, key, "1 to " + LARGEST_SIDE + " pixels", pixels);
      }
      return pixels;
    }

    private boolean crop(@Nullable String value) {
      if (value == null || value.equals("none")) {
        return false;
      }
      if (!value.equals("center")) {
        throw bad(source, "crop", "center or none", value);
      }
      return true;
    }

    private Preprocessing.Pad pad(PadKeys pad, List<Integer> size) {
      List<Integer> to = size("pad.to", pad.to());
      if (!to.equals(size)) {
        throw bad(source, "pad.to", "the size " + size, to);
      }
      if (pad.at() != null && !pad.at().equals("end")) {
        throw bad(source, "pad.at", "end", pad.at());
      }
      return new Preprocessing.Pad(to, finite("pad.value", pad.value() == null ? 0 : pad.value()));
    }

    private List<Double> perChannel(
        String key,
        @Nullable List<Double> value,
        double otherwise,
        Preprocessing.Channels channels) {
      int count = channels.count();
      if (value == null) {
        return Collections.nCopies(count, otherwise);
      }
      if (value.size() != count || value.contains(null)) {
        throw bad(source, key, count + " numbers, one per plane of " + channels, value);
      }
      value.forEach(v -> finite(key, v));
      return value;
    }

    private List<Double> nonZero(List<Double> std) {
      if (std.contains(0.0)) {
        throw bad(source, "std", "numbers other than 0", std);
      }
      return std;
    }

    private double finite(String key, double value) {
      if (!Double.isFinite(value)) {
        throw bad(source, key, "a finite number", value);
      }
      return value;
    }

    private int offset(LabelKeys labels) {
      int offset = labels.offset() == null ? 0 : labels.offset();
      if (offset < 0 || offset > LARGEST_SIDE) {
        throw bad(source, "labels.offset", "0 to " + LARGEST_SIDE, offset);
      }
      return offset;
    }
  }

  private static UnreadableDataException bad(
      String source, String key, String expected, @Nullable Object found) {
    return new UnreadableDataException(
        source
            + ": key '"
            + key
            + "': expected "
            + expected
            + ", found "
            + (found == null ? "none" : found));
  }
}
