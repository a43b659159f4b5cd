package org.rheobase.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rheobase.calibrate.Calibration;
import org.rheobase.convert.CountFrom;
import org.rheobase.convert.NeuronRule;
import org.rheobase.convert.Presets;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.Recipe.AveragePooling;
import org.rheobase.convert.Recipe.InitialPotential;
import org.rheobase.convert.Recipe.WeightFormat;
import org.rheobase.convert.RecipeFile;
import org.rheobase.data.Augmentation;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Neuron;
import org.rheobase.rule.RuleText;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;
import org.rheobase.threshold.ThresholdScale;
import picocli.CommandLine.Option;

/**
 * The options that say how a network is converted. What the user did not give is null: it comes
 * from the recipe.
 */
final class RecipeOptions {
  private static final List<String> STAGES =
      List.of("threshold", "balance", "bias", "potential", "weight", "readout");

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description =
          "Start from a preset or a recipe file; the options below override it. Presets:"
              + " rheobase, diehl2015, rueckauer2017, deng2021, sengupta2019, han2020-rmp,"
              + " han2020-tsc, li2021-none, li2021-light, li2021-advanced, bu2024, bu2024+light,"
              + " bu2024+advanced, and variants with"
              + " -published-code, see docs/formats.md.")
  private @Nullable String recipe;

  @Option(
      names = "--threshold",
      paramLabel = "METHOD",
      description =
          "How thresholds are chosen: max, pQ for the percentile Q of activations (p99.9), robust,"
              + " mmse, balance or spike-norm; with options as in 'balance[iterations=200]', see"
              + " docs/formats.md.")
  private @Nullable String threshold;

  @Option(
      names = "--threshold-scale",
      paramLabel = "SITE=F",
      split = ",",
      description =
          "Factors on the chosen thresholds, by the name of a site or for all others; for example"
              + " all=0.8.")
  private Map<String, Double> thresholdScale = new LinkedHashMap<>();

  @Option(
      names = "--granularity",
      paramLabel = "KIND",
      description = "One threshold per ${COMPLETION-CANDIDATES}.")
  private @Nullable Granularity granularity;

  @Option(
      names = {"-T", "--steps"},
      paramLabel = "N",
      description = "Time steps that the network is made for.")
  private @Nullable Integer steps;

  @Option(
      names = "--neuron",
      paramLabel = "MODEL",
      description =
          "How neurons fire: soft-reset, hard-reset, or tsc (temporal switch coding, approximate);"
              + " for example 'tsc[window=8]'.")
  private @Nullable String neuron;

  @Option(
      names = "--count-from",
      paramLabel = "N",
      description = "First step whose output counts: a number, half (T/2 + 1) or after-16.")
  private @Nullable String countFrom;

  @Option(
      names = "--calibrate",
      paramLabel = "KINDS",
      description =
          "Corrections after the thresholds, in this order: none, bias, potential,"
              + " weight, readout; for example 'bias[rounds=2],potential[per=channel]'.")
  private @Nullable String calibrate;

  @Option(
      names = "--initial-potential",
      paramLabel = "KIND",
      description =
          "Membrane potential before the first step: ${COMPLETION-CANDIDATES} (of the"
              + " threshold).")
  private @Nullable InitialPotential initialPotential;

  @Option(
      names = "--shift",
      negatable = true,
      description = "Add threshold / (2 T) to the current at every step.")
  private @Nullable Boolean shift;

  @Option(
      names = "--average-pool",
      paramLabel = "KIND",
      description = "Average pooling: ${COMPLETION-CANDIDATES} (with neurons of its own).")
  private @Nullable AveragePooling averagePool;

  @Option(
      names = "--weights",
      paramLabel = "KIND",
      description = "Numbers that weights are rounded to: ${COMPLETION-CANDIDATES}.")
  private @Nullable WeightFormat weights;

  @Option(
      names = "--images-for",
      paramLabel = "STAGE=N",
      split = ",",
      description =
          "Calibration images for a stage: threshold, balance, bias, potential, weight or readout; for"
              + " example threshold=1024,bias=128.")
  private Map<String, Integer> imagesFor = new LinkedHashMap<>();

  @Option(
      names = "--augment",
      paramLabel = "KINDS",
      description =
          "Random changes of calibration images, the same in every run: none, flip, crop; for"
              + " example 'flip,crop[pixels=4]'.")
  private @Nullable String augment;

  /** The options that were given, checked one by one. */
  RecipeRequest request() {
    atLeastOne("--steps", steps);
    imagesFor.forEach(RecipeOptions::checkImages);
    if (recipe != null) {
      checkName(recipe);
    }
    return new RecipeRequest(
        recipe,
        threshold == null ? null : read("--threshold", threshold, ThresholdRule::parse),
        thresholdScale.isEmpty() ? null : new ThresholdScale(thresholdScale),
        granularity,
        steps,
        neuron == null ? null : read("--neuron", neuron, NeuronRule::parse),
        countFrom == null ? null : read("--count-from", countFrom, CountFrom::parse),
        initialPotential,
        shift,
        averagePool,
        weights,
        calibrate == null ? null : read("--calibrate", calibrate, RecipeOptions::calibrations),
        new LinkedHashMap<>(imagesFor),
        augment == null ? null : read("--augment", augment, RecipeOptions::augmentations));
  }

  private static <V> V read(String option, String text, Function<String, V> reader) {
    try {
      return reader.apply(text);
    } catch (MisuseException e) {
      throw new MisuseException(option + ": " + e.getMessage(), e);
    }
  }

  private static List<Calibration> calibrations(String text) {
    return list(text, Calibration::parse);
  }

  private static List<Augmentation> augmentations(String text) {
    return list(text, Augmentation::parse);
  }

  private static <V> List<V> list(String text, Function<String, V> reader) {
    return text.strip().equals("none")
        ? List.of()
        : RuleText.split(text).stream().map(reader).toList();
  }

  /** A preset, else a file, as {@code --recipe} names it. */
  static Recipe named(String recipe) {
    checkName(recipe);
    Recipe preset = Presets.named(recipe);
    return preset == null ? RecipeFile.read(Path.of(recipe)) : preset;
  }

  private static void checkName(String recipe) {
    if (Presets.named(recipe) == null && !recipe.contains(".") && !Files.exists(Path.of(recipe))) {
      throw new MisuseException(
          "--recipe "
              + recipe
              + " is neither a file nor a preset; presets are "
              + String.join(", ", Presets.names()));
    }
  }

  static void atLeastOne(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new MisuseException(option + " " + value + " is below 1; expected 1 or more");
    }
  }

  private static void checkImages(String stage, int images) {
    if (!STAGES.contains(stage)) {
      throw new MisuseException(
          "--images-for " + stage + " is no stage of this version; expected one of " + STAGES);
    }
    if (images < 1) {
      throw new MisuseException(
          "--images-for " + stage + "=" + images + " is below 1; expected 1 or more");
    }
  }

  /**
   * A recipe as the user asked for it; null where the recipe decides.
   *
   * @param recipe a name or a file
   * @param imagesFor calibration images by stage
   */
  record RecipeRequest(
      @Nullable String recipe,
      @Nullable ThresholdRule threshold,
      @Nullable ThresholdScale thresholdScale,
      @Nullable Granularity granularity,
      @Nullable Integer steps,
      @Nullable Neuron neuron,
      @Nullable CountFrom countFrom,
      @Nullable InitialPotential initialPotential,
      @Nullable Boolean shift,
      @Nullable AveragePooling averagePool,
      @Nullable WeightFormat weights,
      @Nullable List<Calibration> calibrate,
      Map<String, Integer> imagesFor,
      @Nullable List<Augmentation> augment) {
    /** Everything as the default recipe has it. */
    static final RecipeRequest UNSPECIFIED =
        new RecipeRequest(
            null, null, null, null, null, null, null, null, null, null, null, null, Map.of(), null);

    /** The recipe that was asked for, over the default one. */
    Recipe resolve(long seed) {
      Recipe base = recipe == null ? Recipe.DEFAULT : named(recipe);
      Recipe.Images images = base.images();
      return new Recipe(
          or(threshold, base.threshold()),
          or(thresholdScale, base.thresholdScale()),
          or(granularity, base.granularity()),
          or(steps, base.steps()),
          or(neuron, base.neuron()),
          or(initialPotential, base.initialPotential()),
          or(shift, base.shift()),
          or(averagePool, base.averagePool()),
          or(weights, base.weights()),
          or(calibrate, base.calibrate()),
          new Recipe.Images(
              imagesFor.getOrDefault("threshold", images.threshold()),
              imagesFor.getOrDefault("balance", images.balance()),
              imagesFor.getOrDefault("bias", images.bias()),
              imagesFor.getOrDefault("potential", images.potential()),
              imagesFor.getOrDefault("weight", images.weight()),
              imagesFor.getOrDefault("readout", images.readout())),
          or(augment, base.augment()),
          or(countFrom, base.countFrom()),
          seed == 0 ? base.seed() : seed);
    }

    private static <V> V or(@Nullable V given, V otherwise) {
      return given == null ? otherwise : given;
    }
  }
}
