package org.rheobase.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.calibrate.Calibration;
import org.rheobase.calibrate.Optimizer;
import org.rheobase.data.Augmentation;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Neuron;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;
import org.rheobase.threshold.ThresholdScale;

class RecipeFileTest {
  @TempDir Path folder;

  @Test
  void jsonRoundTripKeepsEveryField() {
    Recipe recipe =
        new Recipe(
            ThresholdRule.Percentile.pooled(99.95),
            new ThresholdScale(Map.of("all", 0.5)),
            Granularity.LAYER,
            32,
            new Neuron.SwitchCoding(5),
            Recipe.InitialPotential.ZERO,
            true,
            Recipe.AveragePooling.SPIKING,
            Recipe.WeightFormat.INT8,
            List.of(
                new Calibration.Bias(3, Calibration.Window.COUNTED),
                new Calibration.Potential(Calibration.Potential.Extent.CHANNEL, true),
                new Calibration.Weight(
                    70, 2.5e-5, true, 16, Optimizer.SGD, false, Calibration.Window.COUNTED),
                new Calibration.Readout(0.5)),
            new Recipe.Images(128, 500, 64, 32, 256, 512),
            List.of(new Augmentation.Flip(), new Augmentation.Crop(3)),
            new CountFrom(17, false),
            42);
    assertThat(RecipeFile.fromJson(RecipeFile.toJson(recipe), "test")).isEqualTo(recipe);
  }

  @Test
  void keysThatAFileLeavesOutKeepTheirDefaults() throws IOException {
    Recipe read = RecipeFile.read(write("threshold: max\nsteps: 16\nimages: {bias: 7}\n"));
    assertThat(read.threshold()).isEqualTo(ThresholdRule.Max.POOLED);
    assertThat(read.steps()).isEqualTo(16);
    assertThat(read.granularity()).isEqualTo(Recipe.DEFAULT.granularity());
    assertThat(read.images().bias()).isEqualTo(7);
    assertThat(read.images().threshold()).isEqualTo(Recipe.DEFAULT.images().threshold());
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
        "augment: [rotate]|unknown augmentation 'rotate'; use flip or crop",
        "augment: ['crop[pixels=0]']|crop moves images by 1 to 65536 pixels, found 0",
        "'neuron:'|key 'neuron': expected a value, found none",
        "thresholdScale: {all: }|key 'all': expected a value, found none",
        "neuron: leaky|unknown neuron 'leaky'; use soft-reset, hard-reset or tsc",
        "neuron: 'tsc[window=0]'|expected a window of 1 to 65536 steps, found 0",
        "neuron: 'hard-reset[window=2]'|has no option 'window'",
        "neuron: [tsc]|neuron",
        "countFrom: after-16-least-0|at least 1 step must count, found 0",
        "countFrom: after-16-least-x|countFrom: expected a step, half, or after-N",
        "thresholdScale: {all: 0}|thresholdScale of all: expected a factor above 0 and at most 100",
        "thresholdScale: 0.5|thresholdScale",
        "countFrom: 99|comes after the last of 32 steps",
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
  void everyPresetSurvivesAFile() {
    for (String name : Presets.names()) {
      Recipe preset = Objects.requireNonNull(Presets.named(name));
      assertThat(RecipeFile.fromJson(RecipeFile.toJson(preset), name)).as(name).isEqualTo(preset);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max",
        "max[combine=ema]",
        "p99.9",
        "p0.0005",
        "p99[zeros=false,combine=max,batch=100]",
        "mmse",
        "mmse[grid=published-code,rounding=true,combine=ema]",
        "balance[iterations=200,batch=50,rate=0.5]",
        "spike-norm[steps=32,scale=0.7]"
      })
  void aThresholdRuleIsReadAsItIsWritten(String text) {
    assertThat(ThresholdRule.parse(text).toString()).isEqualTo(text);
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

  @ParameterizedTest
  @CsvSource({
    "half, 8, 5",
    "after-16, 8, 5",
    "after-16, 20, 11",
    "after-16, 64, 17",
    "after-16-least-5, 3, 1",
    "after-16-least-5, 8, 4",
    "after-16-least-5, 20, 16",
    "after-16-least-5, 64, 17",
    "7, 64, 7"
  })
  void countingBeginsAtAFunctionOfT(String text, int steps, int first) {
    assertThat(CountFrom.parse(text).step(steps)).isEqualTo(first);
    assertThat(CountFrom.parse(text).toString()).isEqualTo(text);
  }
}
