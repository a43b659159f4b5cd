package org.rheobase.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.RecipeFile;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.data.RgbImage;
import org.rheobase.data.Sample;

/** Recipes and preprocessing files of any bytes. */
class SettingsFuzzTest {
  private static final Scratch SCRATCH = new Scratch();
  private static final int LARGEST_SIDE = 256;

  @MethodSource("preprocessingSeeds")
  @FuzzTest
  void preprocessingFiles(byte[] content) {
    Path file = SCRATCH.write("net.preprocess.yaml", content);
    Contract.TEXT.holds(
        "net.preprocess.yaml",
        content.length,
        () -> {
          var preprocessing = PreprocessingFile.read(file);
          if (preprocessing.shape().height() <= LARGEST_SIDE
              && preprocessing.shape().width() <= LARGEST_SIDE) {
            preprocessing.apply(
                new Sample("net.preprocess.yaml", new RgbImage(2, 3, new byte[18]), 0));
          }
        });
  }

  static Stream<byte[]> preprocessingSeeds() {
    return Stream.concat(
        Seeds.real("models", ".yaml", 1000),
        Stream.of(
                "size: [4, 4]",
                "{size: [2, 2], resize: {shorterSide: 4, filter: bilinear-antialias}, crop: center}",
                "{size: [3, 2], resize: {longerSide: 2}, pad: {to: [3, 2], at: end, value: 1}}",
                "{size: [3, 2], resize: {stretch: true}, scale: 1e308, labels: {offset: 1}}",
                "{size: [3, 2], channels: GREY, mean: [1], std: [.nan]}",
                "{size: [3, 2], resize: {shorterSide: 16384}}",
                bomb(),
                "[".repeat(2000),
                "? ".repeat(2000),
                "size: &a [*a, 1]",
                "--- !!java.net.URL [http://localhost]",
                "size: [1, 1]\n---\nsize: [2, 2]")
            .map(s -> s.getBytes(StandardCharsets.UTF_8)));
  }

  private static String bomb() {
    StringBuilder bomb = new StringBuilder("size: [4, 4]\na0: &a0 [x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    return bomb.toString();
  }

  @MethodSource("recipeSeeds")
  @FuzzTest
  void recipeFiles(byte[] content) {
    Path file = SCRATCH.write("recipe.yaml", content);
    Contract.TEXT.holds(
        "recipe.yaml",
        content.length,
        () -> {
          Recipe recipe = RecipeFile.read(file);
          Recipe again = RecipeFile.fromJson(RecipeFile.toJson(recipe), "recipe.yaml");
          if (!again.equals(recipe)) {
            throw new AssertionError("read back as " + again);
          }
        });
  }

  static Stream<byte[]> recipeSeeds() {
    return Stream.of(
            "threshold: p99.9",
            "threshold: max\ngranularity: layer\nsteps: 8",
            "{steps: 8, countFrom: 3, weights: int8, images: {threshold: 1}, seed: -1}",
            "{threshold: p100.0, shift: true, averagePool: spiking, initialPotential: zero}",
            "threshold: p1e400",
            "steps: 0x7fffffffffffffff",
            "images: {threshold: 1e9}",
            "images: 5",
            "seed: 1.5",
            bomb(),
            "{".repeat(2000))
        .map(s -> s.getBytes(StandardCharsets.UTF_8));
  }

  /** As a saved spiking network carries them. */
  @MethodSource("jsonSeeds")
  @FuzzTest
  void recipesInModels(byte[] content) {
    String json = new String(content, StandardCharsets.UTF_8);
    Contract.TEXT.holds(
        "net.snn.onnx", content.length, () -> RecipeFile.fromJson(json, "net.snn.onnx"));
  }

  static Stream<byte[]> jsonSeeds() {
    return Stream.of(
            RecipeFile.toJson(Recipe.DEFAULT),
            "{}",
            "[1]",
            "{\"steps\":1e400}",
            "{\"steps\":" + "9".repeat(2000) + "}",
            "{\"a\":".repeat(2000),
            "{\"threshold\":null,\"images\":null}")
        .map(s -> s.getBytes(StandardCharsets.UTF_8));
  }
}
