package org.rheobase.convert;

import org.rheobase.error.MisuseException;
import org.rheobase.graph.Neuron;
import org.rheobase.rule.RuleText;

/** Neuron models as recipes name them. */
public final class NeuronRule {
  /**
   * Steps of a window, where a recipe does not say: a deep network of T = 32 steps bears no more,
   * because each layer answers up to a window late.
   */
  public static final int WINDOW = 2;

  private static final String SOFT_RESET = "soft-reset";
  private static final String HARD_RESET = "hard-reset";
  private static final String SWITCH_CODING = "tsc";

  private NeuronRule() {}

  /** Reads what {@link #text} writes, for example {@code tsc[window=8]}. */
  public static Neuron parse(String text) {
    RuleText rule = RuleText.parse(text, "neuron");
    Neuron neuron =
        switch (rule.name()) {
          case SOFT_RESET -> new Neuron.SoftReset();
          case HARD_RESET -> new Neuron.HardReset();
          case SWITCH_CODING -> switchCoding(rule.integer("window", WINDOW));
          default ->
              throw new MisuseException(
                  "unknown neuron '" + text + "'; use soft-reset, hard-reset or tsc");
        };
    rule.checkAllUsed();
    return neuron;
  }

  private static Neuron switchCoding(int window) {
    if (window < 1 || window > Neuron.SwitchCoding.LONGEST_WINDOW) {
      throw new MisuseException(
          "neuron tsc: expected a window of 1 to "
              + Neuron.SwitchCoding.LONGEST_WINDOW
              + " steps, found "
              + window);
    }
    return new Neuron.SwitchCoding(window);
  }

  /** A neuron as recipes write it. */
  public static String text(Neuron neuron) {
    return switch (neuron) {
      case Neuron.SoftReset _ -> SOFT_RESET;
      case Neuron.HardReset _ -> HARD_RESET;
      case Neuron.SwitchCoding coding ->
          RuleText.of(SWITCH_CODING).with("window", coding.window(), WINDOW).toString();
    };
  }
}
