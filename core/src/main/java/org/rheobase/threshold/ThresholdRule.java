package org.rheobase.threshold;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;
import org.rheobase.error.MisuseException;
import org.rheobase.rule.RuleText;

/** How a site's threshold is chosen on the calibration images. */
public sealed interface ThresholdRule {

  /** A rule that looks at the activations of the artificial network only, image by image. */
  sealed interface OfActivations extends ThresholdRule {
    Combine combine();

    /** Images per batch, where batches are combined. */
    int batch();
  }

  /** The largest activation (Diehl et al. 2015). */
  record Max(Combine combine, int batch) implements OfActivations {
    /** Over all images. */
    public static final Max POOLED = new Max(Combine.POOLED, 128);

    public Max {
      checkBatch(batch);
    }

    @Override
    public String toString() {
      return batches(RuleText.of("max"), this, POOLED.batch()).toString();
    }
  }

  /**
   * The {@code percent}-th percentile of activations, linear interpolation between neighbours
   * (robust normalisation, Rueckauer et al. 2017).
   *
   * @param percent above 0, at most 100
   * @param zeros whether activations that are 0 count
   */
  record Percentile(double percent, boolean zeros, Combine combine, int batch)
      implements OfActivations {
    public Percentile {
      checkBatch(batch);
      if (!(percent > 0 && percent <= 100)) {
        throw new MisuseException(
            "a percentile lies above 0 and at most at 100, found p"
                + percent
                + "; for example p99.9");
      }
    }

    /** Pooled over all images, zeros included. */
    public static Percentile pooled(double percent) {
      return new Percentile(percent, true, Combine.POOLED, 128);
    }

    @Override
    public String toString() {
      String name = "p" + BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString();
      return batches(RuleText.of(name).with("zeros", zeros, true), this, 128).toString();
    }
  }

  /**
   * The threshold with the least mean squared error of {@code clipfloor}, the closed form of what a
   * neuron emits in T steps, against the activation (S1 eq. 10 and 11).
   *
   * @param grid the candidates
   * @param rounding whether {@code T a / theta} is rounded instead of floored
   */
  record Mmse(Grid grid, boolean rounding, Combine combine, int batch) implements OfActivations {
    /** As the paper says, over all images. */
    public static final Mmse POOLED = new Mmse(Grid.PAPER, false, Combine.POOLED, 128);

    /** As the published code does. */
    public static final Mmse PUBLISHED_CODE =
        new Mmse(Grid.PUBLISHED_CODE, false, Combine.EMA, 128);

    /** Candidates, as fractions of the largest activation. */
    public enum Grid {
      /** 0.01, 0.02 … 1. */
      PAPER,
      /** 0.06, 0.07 … 1. */
      PUBLISHED_CODE;

      float[] fractions() {
        int first = this == PAPER ? 1 : 6;
        float[] fractions = new float[101 - first];
        for (int i = 0; i < fractions.length; i++) {
          fractions[i] = (float) (1 - 0.01 * i);
        }
        return fractions;
      }

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }

    public Mmse {
      checkBatch(batch);
    }

    @Override
    public String toString() {
      return batches(
              RuleText.of("mmse")
                  .with("grid", grid, POOLED.grid())
                  .with("rounding", rounding, POOLED.rounding()),
              this,
              POOLED.batch())
          .toString();
    }
  }

  /**
   * Local threshold balancing (S2 eq. 12-15): thresholds begin at 0 and grow, batch by batch and
   * all together, by {@code 2 rate} times the mean excess of what arrives; activations are clipped
   * at the thresholds meanwhile.
   *
   * @param iterations K: few suit small T, many large T
   * @param batch images per iteration
   * @param rate eta, the learning rate
   */
  record Balance(int iterations, int batch, double rate) implements ThresholdRule {
    /** K = 1000, as S2 for ImageNet. */
    public static final Balance PUBLISHED = new Balance(1000, 100, 1);

    public Balance {
      checkBatch(batch);
      if (iterations < 1 || !(rate > 0 && rate <= 1)) {
        throw new MisuseException(
            "balancing takes at least 1 iteration and a rate above 0 and at most 1, found "
                + iterations
                + " and "
                + rate);
      }
    }

    @Override
    public String toString() {
      return RuleText.of("balance")
          .with("iterations", iterations, PUBLISHED.iterations())
          .with("batch", batch, PUBLISHED.batch())
          .with("rate", rate, PUBLISHED.rate())
          .toString();
    }
  }

  /**
   * Spike-Norm (Sengupta et al. 2019) on a direct-coded network: site by site, the largest current
   * of any step while the sites before it spike.
   *
   * @param steps simulated
   * @param scale the threshold is so much of that maximum (below 1: RMP, Han et al. 2020)
   */
  record SpikeNorm(int steps, double scale) implements ThresholdRule {
    /** The maximum over 100 steps. */
    public static final SpikeNorm FULL = new SpikeNorm(100, 1);

    public SpikeNorm {
      if (steps < 1 || !(scale > 0 && scale <= 10)) {
        throw new MisuseException(
            "spike-norm takes at least 1 step and a scale above 0 and at most 10, found "
                + steps
                + " and "
                + scale);
      }
    }

    @Override
    public String toString() {
      return RuleText.of("spike-norm")
          .with("steps", steps, FULL.steps())
          .with("scale", scale, FULL.scale())
          .toString();
    }
  }

  /** The rule that a recipe names. */
  @JsonCreator
  static ThresholdRule parse(String text) {
    RuleText rule = RuleText.parse(text, "threshold rule");
    ThresholdRule parsed = parse(rule, text);
    rule.checkAllUsed();
    return parsed;
  }

  private static ThresholdRule parse(RuleText rule, String text) {
    return switch (rule.name()) {
      case "max" -> new Max(combine(rule), batch(rule));
      case "mmse" ->
          new Mmse(
              rule.constant("grid", Mmse.Grid.PAPER),
              rule.flag("rounding", false),
              combine(rule),
              batch(rule));
      // The 99 % of S2's baseline: per batch, the largest counts.
      case "robust" -> new Percentile(99, true, Combine.MAX, 128);
      case "balance" ->
          new Balance(
              rule.integer("iterations", Balance.PUBLISHED.iterations()),
              rule.integer("batch", Balance.PUBLISHED.batch()),
              rule.number("rate", Balance.PUBLISHED.rate()));
      case "spike-norm" ->
          new SpikeNorm(
              rule.integer("steps", SpikeNorm.FULL.steps()),
              rule.number("scale", SpikeNorm.FULL.scale()));
      default -> {
        if (!rule.name().matches("p\\d+(\\.\\d+)?")) {
          throw new MisuseException(
              "unknown threshold rule '"
                  + text
                  + "'; use max, a percentile such as p99.9, robust, mmse, balance or spike-norm");
        }
        yield new Percentile(
            Double.parseDouble(rule.name().substring(1)),
            rule.flag("zeros", true),
            combine(rule),
            batch(rule));
      }
    };
  }

  private static Combine combine(RuleText rule) {
    return rule.constant("combine", Combine.POOLED);
  }

  private static int batch(RuleText rule) {
    return rule.integer("batch", 128);
  }

  private static RuleText batches(RuleText text, OfActivations rule, int otherwise) {
    return text.with("combine", rule.combine(), Combine.POOLED)
        .with("batch", rule.batch(), otherwise);
  }

  private static void checkBatch(int batch) {
    if (batch < 1) {
      throw new MisuseException("a batch holds at least 1 image, found " + batch);
    }
  }

  /** The text that {@link #parse} reads. */
  @JsonValue
  default String text() {
    return toString();
  }
}
