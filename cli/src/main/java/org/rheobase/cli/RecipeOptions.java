package org.rheobase.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rheobase.error.MisuseException;
import picocli.CommandLine.Option;

/**
 * The options that say how a network is converted. What the user did not give is null: it comes
 * from the recipe.
 */
final class RecipeOptions {
  private static final Pattern THRESHOLD = Pattern.compile("max|p(\\d+(?:\\.\\d+)?)");
  private static final List<String> STAGES = List.of("threshold");

  /** Options with the spelling of their command line. */
  enum Granularity {
    LAYER,
    CHANNEL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum InitialPotential {
    ZERO,
    HALF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum AveragePool {
    LINEAR,
    SPIKING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum Weights {
    INT16,
    INT8,
    FLOAT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE.yaml",
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
  private @Nullable AveragePool averagePool;

  @Option(
      names = "--weights",
      paramLabel = "KIND",
      description = "Numbers that weights are rounded to: ${COMPLETION-CANDIDATES}.")
  private @Nullable Weights weights;

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
    if (threshold != null) {
      checkThreshold(threshold);
    }
    atLeastOne("--steps", steps);
    atLeastOne("--count-from", countFrom);
    imagesFor.forEach(RecipeOptions::checkImages);
    return new RecipeRequest(
        recipe,
        threshold,
        granularity,
        steps,
        countFrom,
        initialPotential,
        shift,
        averagePool,
        weights,
        new LinkedHashMap<>(imagesFor));
  }

  static void atLeastOne(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new MisuseException(option + " " + value + " is below 1; expected 1 or more");
    }
  }

  private static void checkThreshold(String method) {
    var matcher = THRESHOLD.matcher(method);
    if (!matcher.matches()) {
      throw new MisuseException(
          "--threshold "
              + method
              + " is not available in this version; expected max, or pQ such as p99.9");
    }
    String percentile = matcher.group(1);
    if (percentile != null
        && !(Double.parseDouble(percentile) > 0 && Double.parseDouble(percentile) <= 100)) {
      throw new MisuseException(
          "--threshold "
              + method
              + " is no percentile; expected p with a number above 0 up to 100");
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
   * @param threshold {@code max}, {@code p99.9}, ...
   * @param imagesFor calibration images by stage
   */
  record RecipeRequest(
      @Nullable String recipe,
      @Nullable String threshold,
      @Nullable Granularity granularity,
      @Nullable Integer steps,
      @Nullable Integer countFrom,
      @Nullable InitialPotential initialPotential,
      @Nullable Boolean shift,
      @Nullable AveragePool averagePool,
      @Nullable Weights weights,
      Map<String, Integer> imagesFor) {
    /** Everything as the default recipe has it. */
    static final RecipeRequest UNSPECIFIED =
        new RecipeRequest(null, null, null, null, null, null, null, null, null, Map.of());
  }
}
