package org.rheobase.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.error.UnreadableDataException;

class RecipeFileTest {
  @TempDir Path folder;

  @Test
  void jsonRoundTripKeepsEveryField() {
    Recipe recipe =
        new Recipe(
            new ThresholdRule.Percentile(99.95),
            Recipe.Granularity.LAYER,
            32,
            Recipe.InitialPotential.ZERO,
            true,
            Recipe.AveragePooling.SPIKING,
            Recipe.WeightFormat.INT8,
            new Recipe.Images(128),
            17,
            42);
    assertThat(RecipeFile.fromJson(RecipeFile.toJson(recipe), "test")).isEqualTo(recipe);
  }

  @Test
  void keysThatAFileLeavesOutKeepTheirDefaults() throws IOException {
    Recipe read = RecipeFile.read(write("threshold: max\nsteps: 16\n"));
    assertThat(read.threshold()).isEqualTo(new ThresholdRule.Max());
    assertThat(read.steps()).isEqualTo(16);
    assertThat(read.granularity()).isEqualTo(Recipe.DEFAULT.granularity());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "treshold: max|unknown key 'treshold'",
        "threshold: q99|unknown threshold rule 'q99'",
        "threshold: p0|a percentile lies above 0",
        "steps: 0|steps must be at least 1",
        "steps: many|steps",
        "granularity: neuron|granularity",
        "countFrom: 99|comes after the last of 64 steps",
        "- 1|expected a recipe",
        "'{'|not a recipe"
      })
  void aBadRecipeIsRefusedInOneSentenceThatNamesTheFileAndTheKey(String text, String expected)
      throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> RecipeFile.read(file))
        .isInstanceOf(UnreadableDataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aMissingRecipeIsNamed() {
    assertThatThrownBy(() -> RecipeFile.read(folder.resolve("none.yaml")))
        .isInstanceOf(UnreadableDataException.class)
        .hasMessageContaining("none.yaml");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("recipe.yaml"), text);
  }
}
