package org.rheobase.convert;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import org.rheobase.calibrate.Calibration;
import org.rheobase.data.Augmentation;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Neuron;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;
import org.rheobase.threshold.ThresholdScale;

/**
 * Everything that decides how a network is converted; it travels inside the saved SNN, so that a
 * result can be reproduced.
 *
 * @param threshold the rule that chooses thresholds
 * @param thresholdScale factors on the thresholds that the rule chose
 * @param granularity one threshold per layer or per channel
 * @param steps the design T, in time steps
 * @param neuron the model of all neurons
 * @param initialPotential the membrane potential at reset
 * @param shift whether {@code threshold / (2 T)} is added to the current at every step (S1, Opt.)
 * @param averagePool whether average pooling stays linear or gets neurons of its own
 * @param weights the number format of the weights
 * @param calibrate corrections after the thresholds, in this order
 * @param images how many calibration images each stage takes
 * @param augment random changes of calibration images, in this order
 * @param countFrom the first step whose output counts (delayed evaluation)
 * @param seed 0 takes calibration images in file order, any other a permutation that it determines
 */
public record Recipe(
    ThresholdRule threshold,
    ThresholdScale thresholdScale,
    Granularity granularity,
    int steps,
    Neuron neuron,
    InitialPotential initialPotential,
    boolean shift,
    AveragePooling averagePool,
    WeightFormat weights,
    List<Calibration> calibrate,
    Images images,
    List<Augmentation> augment,
    CountFrom countFrom,
    long seed) {

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
    INT16(2),
    @JsonProperty("int8")
    INT8(1),
    @JsonProperty("float")
    FLOAT(4);

    private final int bytes;

    WeightFormat(int bytes) {
      this.bytes = bytes;
    }

    /** What one weight takes. */
    public int bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return spelled(this);
    }
  }

  /**
   * Numbers of calibration images; fewer are used where the data holds fewer.
   *
   * @param threshold for thresholds, unless balanced
   * @param balance for thresholds by local threshold balancing
   * @param bias for bias calibration
   * @param potential for potential calibration
   * @param weight for weight calibration
   * @param readout for readout calibration
   */
  public record Images(
      int threshold, int balance, int bias, int potential, int weight, int readout) {
    /** As published: many for thresholds, few for calibrations. */
    public static final Images PUBLISHED = new Images(1024, 5000, 128, 128, 1024, 1024);

    public Images {
      atLeast(threshold, 1, "images for threshold");
      atLeast(balance, 1, "images for balance");
      atLeast(bias, 1, "images for bias");
      atLeast(potential, 1, "images for potential");
      atLeast(weight, 1, "images for weight");
      atLeast(readout, 1, "images for readout");
    }

    /** The same, with so many for every correction after the thresholds (S1, table 7). */
    public Images withCalibrations(int count) {
      return new Images(threshold, balance, count, count, count, count);
    }

    int forRule(ThresholdRule rule) {
      return rule instanceof ThresholdRule.Balance ? balance : threshold;
    }

    int forStage(Calibration calibration) {
      return switch (calibration) {
        case Calibration.Bias _ -> bias;
        case Calibration.Potential _ -> potential;
        case Calibration.Weight _ -> weight;
        case Calibration.Readout _ -> readout;
      };
    }
  }

  /** What {@code convert} does when nothing else is asked for. */
  public static final Recipe DEFAULT =
      new Recipe(
          ThresholdRule.Mmse.POOLED,
          ThresholdScale.NONE,
          Granularity.CHANNEL,
          32,
          new Neuron.SoftReset(),
          InitialPotential.HALF,
          false,
          AveragePooling.LINEAR,
          WeightFormat.INT16,
          List.of(
              Calibration.Weight.SHORT,
              new Calibration.Bias(2, Calibration.Window.ALL),
              Calibration.Readout.STANDARD),
          new Images(1024, 5000, 128, 128, 512, 512),
          List.of(),
          CountFrom.HALF,
          0);

  public Recipe {
    calibrate = List.copyOf(calibrate);
    augment = List.copyOf(augment);
    atLeast(steps, 1, "steps");
    countFrom.step(steps);
  }

  /** The same for another T. */
  public Recipe withSteps(int count) {
    return with(count, neuron, images, countFrom, seed);
  }

  /** The same on other numbers of images. */
  public Recipe withImages(Images numbers) {
    return with(steps, neuron, numbers, countFrom, seed);
  }

  /** The same on other images. */
  public Recipe withSeed(long number) {
    return with(steps, neuron, images, countFrom, number);
  }

  /** The same with other neurons. */
  public Recipe withNeuron(Neuron model) {
    return with(steps, model, images, countFrom, seed);
  }

  /** The same with other steps counted. */
  Recipe withCountFrom(CountFrom first) {
    return with(steps, neuron, images, first, seed);
  }

  private Recipe with(
      int newSteps, Neuron newNeuron, Images newImages, CountFrom newCountFrom, long newSeed) {
    return new Recipe(
        threshold,
        thresholdScale,
        granularity,
        newSteps,
        newNeuron,
        initialPotential,
        shift,
        averagePool,
        weights,
        calibrate,
        newImages,
        augment,
        newCountFrom,
        newSeed);
  }

  /** The largest number of images that a correction after the thresholds takes; 0 without any. */
  public int calibrationImages() {
    return calibrate.stream().mapToInt(images::forStage).max().orElse(0);
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
