package org.rheobase.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.calibrate.Calibration;
import org.rheobase.convert.Recipe.AveragePooling;
import org.rheobase.convert.Recipe.Images;
import org.rheobase.convert.Recipe.InitialPotential;
import org.rheobase.convert.Recipe.WeightFormat;
import org.rheobase.graph.Neuron;
import org.rheobase.threshold.Combine;
import org.rheobase.threshold.Granularity;
import org.rheobase.threshold.ThresholdRule;
import org.rheobase.threshold.ThresholdScale;

/** Recipes by name: the published methods as published, and our own. */
public final class Presets {
  /** The name of {@link Recipe#DEFAULT}. */
  public static final String OWN = "rheobase";

  /** Seven batches of 128 images, as the published code of S1 takes. */
  private static final Images PUBLISHED_CODE = new Images(7 * 128, 5000, 128, 128, 1024, 1024);

  private static final ThresholdRule MAX = ThresholdRule.Max.POOLED;
  private static final ThresholdRule MMSE = ThresholdRule.Mmse.POOLED;
  private static final Calibration BIAS = Calibration.Bias.PUBLISHED;
  private static final Calibration WEIGHT = Calibration.Weight.STANDARD;
  private static final Calibration POTENTIAL = Calibration.Potential.PUBLISHED;

  private static final Map<String, Recipe> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put(OWN, Recipe.DEFAULT);
    // Diehl et al. 2015; Rueckauer et al. 2017; Deng and Gu 2021.
    BY_NAME.put("diehl2015", layer(MAX, false));
    BY_NAME.put(
        "rueckauer2017",
        layer(new ThresholdRule.Percentile(99.9, false, Combine.POOLED, 128), false));
    BY_NAME.put("deng2021", layer(MAX, true));
    // Sengupta et al. 2019 and Han et al. 2020, as rules on our direct-coded network.
    BY_NAME.put(
        "sengupta2019",
        layer(ThresholdRule.SpikeNorm.FULL, false).withNeuron(new Neuron.HardReset()));
    BY_NAME.put("han2020-rmp", layer(new ThresholdRule.SpikeNorm(100, 0.8), false));
    // Han and Roy 2020, from its description: no published number is its target.
    BY_NAME.put(
        "han2020-tsc",
        layer(new ThresholdRule.SpikeNorm(100, 0.8), false)
            .withNeuron(new Neuron.SwitchCoding(NeuronRule.WINDOW)));
    // Li et al. 2021 (S1): as printed, and as their code does.
    BY_NAME.put("li2021-none", layer(MMSE, true));
    BY_NAME.put("li2021-light", layer(MMSE, true, BIAS));
    BY_NAME.put("li2021-advanced", layer(MMSE, true, WEIGHT, POTENTIAL));
    BY_NAME.put(
        "li2021-none-published-code", publishedCode(new ThresholdRule.Max(Combine.EMA, 128)));
    BY_NAME.put(
        "li2021-light-published-code", publishedCode(ThresholdRule.Mmse.PUBLISHED_CODE, BIAS));
    // Their driver for CIFAR leaves weight calibration out.
    BY_NAME.put(
        "li2021-advanced-published-code",
        publishedCode(ThresholdRule.Mmse.PUBLISHED_CODE, POTENTIAL));
    BY_NAME.put(
        "li2021-advanced-imagenet-published-code",
        publishedCode(
            ThresholdRule.Mmse.PUBLISHED_CODE, Calibration.Weight.PUBLISHED_CODE, POTENTIAL));
    // Bu et al. (S2), alone and with S1's calibration.
    BY_NAME.put("bu2024", bu());
    BY_NAME.put("bu2024+light", bu(BIAS));
    BY_NAME.put("bu2024+advanced", bu(WEIGHT, POTENTIAL));
    BY_NAME.put("bu2024-published-code", bu().withCountFrom(CountFrom.PUBLISHED_CODE));
  }

  private Presets() {}

  /** Names, our own first. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /** The recipe of that name, or null. */
  public static @Nullable Recipe named(String name) {
    return BY_NAME.get(name);
  }

  private static Recipe layer(ThresholdRule rule, boolean shift, Calibration... calibrate) {
    return recipe(
        rule,
        Granularity.LAYER,
        InitialPotential.ZERO,
        shift,
        Images.PUBLISHED,
        CountFrom.FIRST,
        calibrate);
  }

  private static Recipe publishedCode(ThresholdRule rule, Calibration... calibrate) {
    return recipe(
        rule,
        Granularity.LAYER,
        InitialPotential.ZERO,
        true,
        PUBLISHED_CODE,
        CountFrom.FIRST,
        calibrate);
  }

  private static Recipe bu(Calibration... calibrate) {
    return recipe(
        ThresholdRule.Balance.PUBLISHED,
        Granularity.CHANNEL,
        InitialPotential.HALF,
        false,
        Images.PUBLISHED,
        new CountFrom(16, true),
        calibrate);
  }

  private static Recipe recipe(
      ThresholdRule rule,
      Granularity granularity,
      InitialPotential initial,
      boolean shift,
      Images images,
      CountFrom countFrom,
      Calibration... calibrate) {
    return new Recipe(
        rule,
        ThresholdScale.NONE,
        granularity,
        Recipe.DEFAULT.steps(),
        new Neuron.SoftReset(),
        initial,
        shift,
        AveragePooling.LINEAR,
        WeightFormat.INT16,
        List.of(calibrate),
        images,
        List.of(),
        countFrom,
        0);
  }
}
