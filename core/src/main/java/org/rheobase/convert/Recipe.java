package org.rheobase.convert;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.rheobase.error.MisuseException;

/**
 * Everything that decides how a network is converted; it travels inside the saved SNN, so that a
 * result can be reproduced.
 *
 * @param threshold the rule that chooses thresholds
 * @param granularity one threshold per layer or per channel
 * @param steps the design T, in time steps
 * @param initialPotential the membrane potential at reset
 * @param shift whether {@code threshold / (2 T)} is added to the current at every step (S1, Opt.)
 * @param averagePool whether average pooling stays linear or gets neurons of its own
 * @param weights the number format of the weights
 * @param images how many calibration images each stage takes
 * @param countFrom the first step whose output counts (delayed evaluation); 1 counts all
 * @param seed 0 takes calibration images in file order, any other a permutation that it determines
 */
public record Recipe(
    ThresholdRule threshold,
    Granularity granularity,
    int steps,
    InitialPotential initialPotential,
    boolean shift,
    AveragePooling averagePool,
    WeightFormat weights,
    Images images,
    int countFrom,
    long seed) {

  /** One threshold for all neurons of a site, or one per channel. */
  public enum Granularity {
    @JsonProperty("layer")
    LAYER,
    @JsonProperty("channel")
    CHANNEL;

    @Override
    public String toString() {
      return spelled(this);
    }
  }

  /** 0, or half of the threshold (Bu et al. 2022). */
  public enum InitialPotential {
    @JsonProperty("zero")
    ZERO,
    @JsonProperty("half")
    HALF;

    @Override
    public String toString() {
      return spelled(this);
    }
  }

  /** Analog values between layers, or a site behind each pooling (S1, "Convert AP"). */
  public enum AveragePooling {
    @JsonProperty("linear")
    LINEAR,
    @JsonProperty("spiking")
    SPIKING;

    @Override
    public String toString() {
      return spelled(this);
    }
  }

  /** Integers times a power-of-two unit, or the unrounded floats. */
  public enum WeightFormat {
    @JsonProperty("int16")
    INT16,
    @JsonProperty("int8")
    INT8,
    @JsonProperty("float")
    FLOAT;

    @Override
    public String toString() {
      return spelled(this);
    }
  }

  /**
   * Numbers of calibration images; fewer are used where the data holds fewer.
   *
   * @param threshold for threshold statistics
   */
  public record Images(int threshold) {
    public Images {
      atLeast(threshold, 1, "images for threshold");
    }
  }

  /** What {@code convert} does when nothing else is asked for. */
  public static final Recipe DEFAULT =
      new Recipe(
          new ThresholdRule.Percentile(99.9),
          Granularity.CHANNEL,
          64,
          InitialPotential.HALF,
          false,
          AveragePooling.LINEAR,
          WeightFormat.INT16,
          new Images(1024),
          1,
          0);

  public Recipe {
    atLeast(steps, 1, "steps");
    atLeast(countFrom, 1, "countFrom");
    if (countFrom > steps) {
      throw new MisuseException(
          "the first counted step, " + countFrom + ", comes after the last of " + steps + " steps");
    }
  }

  private static void atLeast(int value, int least, String what) {
    if (value < least) {
      throw new MisuseException(what + " must be at least " + least + ", found " + value);
    }
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
