package org.rheobase.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.Recipe.AveragePooling;
import org.rheobase.convert.Recipe.Granularity;
import org.rheobase.convert.Recipe.InitialPotential;
import org.rheobase.convert.Recipe.WeightFormat;
import org.rheobase.convert.RecipeFile;
import org.rheobase.convert.ThresholdRule;
import org.rheobase.error.MisuseException;
import picocli.CommandLine.Option;

/**
 * The options that say how a network is converted. What the user did not give is null: it comes
 * from the recipe.
 */
final class RecipeOptions {
  private static final List<String> STAGES = List.of("threshold");

  @Option(
      names = "--recipe",
      paramLabel = "FILE.yaml",
      description = "Start from a recipe; the options below override it.")
  private @Nullable String recipe;

  @Option(
      names = "--threshold",
      paramLabel = "METHOD",
      description =
          "How thresholds are chosen: max, or pQ for the percentile Q of activations (p99.9).")
  private @Nullable String threshold;

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

  @Option(names = "--count-from", paramLabel = "N", description = "First step whose output counts.")
  private @Nullable Integer countFrom;

  @Option(
      names = "--calibrate",
      paramLabel = "KINDS",
      defaultValue = "none",
      description = "Calibration after thresholds; this version knows none.")
  private String calibrate = "none";

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
      description = "Calibration images for a stage, for example threshold=1024.")
  private Map<String, Integer> imagesFor = new LinkedHashMap<>();

  /** The options that were given, checked one by one. */
  RecipeRequest request() {
    if (!calibrate.equals("none")) {
      throw new MisuseException(
          "--calibrate "
              + calibrate
              + ": calibration is not available in this version; leave the option out or say none");
    }
    atLeastOne("--steps", steps);
    atLeastOne("--count-from", countFrom);
    imagesFor.forEach(RecipeOptions::checkImages);
    return new RecipeRequest(
        recipe,
        rule(),
        granularity,
        steps,
        countFrom,
        initialPotential,
        shift,
        averagePool,
        weights,
        new LinkedHashMap<>(imagesFor));
  }

  private @Nullable ThresholdRule rule() {
    try {
      return threshold == null ? null : ThresholdRule.parse(threshold);
    } catch (MisuseException e) {
      throw new MisuseException("--threshold: " + e.getMessage(), e);
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
      @Nullable Granularity granularity,
      @Nullable Integer steps,
      @Nullable Integer countFrom,
      @Nullable InitialPotential initialPotential,
      @Nullable Boolean shift,
      @Nullable AveragePooling averagePool,
      @Nullable WeightFormat weights,
      Map<String, Integer> imagesFor) {
    /** Everything as the default recipe has it. */
    static final RecipeRequest UNSPECIFIED =
        new RecipeRequest(null, null, null, null, null, null, null, null, null, Map.of());

    /** The recipe that was asked for, over the default one. */
    Recipe resolve(long seed) {
      Recipe base = recipe == null ? Recipe.DEFAULT : RecipeFile.read(Path.of(recipe));
      return new Recipe(
          or(threshold, base.threshold()),
          or(granularity, base.granularity()),
          or(steps, base.steps()),
          or(initialPotential, base.initialPotential()),
          or(shift, base.shift()),
          or(averagePool, base.averagePool()),
          or(weights, base.weights()),
          new Recipe.Images(imagesFor.getOrDefault("threshold", base.images().threshold())),
          or(countFrom, base.countFrom()),
          seed == 0 ? base.seed() : seed);
    }

    private static <V> V or(@Nullable V given, V otherwise) {
      return given == null ? otherwise : given;
    }
  }
}
