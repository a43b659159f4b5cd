package org.rheobase.graph;

/**
 * The model of a neuron: when it is on, and what becomes of its potential. At every step the
 * current is added to the potential {@code v}; the neuron is on where {@code v} reaches {@link
 * #needed} thresholds {@code theta}; its output is then {@code theta}, else 0, and {@code v}
 * becomes {@link #after}.
 */
public sealed interface Neuron {
  /** Soft reset, {@code v -= theta}: no charge is lost (S1 eq. 2-4; RMP, Han et al. 2020). */
  record SoftReset() implements Neuron {}

  /** Hard reset, {@code v = 0}: what exceeds the threshold is lost (Sengupta et al. 2019). */
  record HardReset() implements Neuron {}

  /**
   * Temporal switch coding, after the idea of Han and Roy (2020): a value is the time between a
   * spike that switches the neuron on and one that switches it off, at most one such pair in each
   * window of N steps. The neuron on the other side keeps a current that the first spike raises by
   * the weight, the second lowers again, and that it integrates at every step; so it receives the
   * weight times the time between.
   *
   * <p>Their encoder switches on when the window begins and off after the value's share of it. A
   * neuron behind others does not know its value when the window begins. Ours switches off when the
   * window ends and on before: as soon as its charge suffices to stay on for the {@code r} steps
   * that are left ({@code v >= r theta}, the reset being soft). What arrives later stays in the
   * potential for the next window. Under a constant current {@code p theta}, 0 <= p <= 1, a neuron
   * is on for {@code p N} steps of each window on average, and the charge that a window fails to
   * pass on never exceeds N thresholds; but each layer answers up to one window late. It is
   * approximate for that reason, and because the published description leaves the rule of hidden
   * neurons open.
   *
   * <p>A neuron that is on when a window ends and has charge for all of the next stays on, without
   * spikes. One that inhibition leaves with less than a threshold switches off early.
   *
   * @param window N, in steps, counted from the first; 1 is on exactly where soft reset spikes
   */
  record SwitchCoding(int window) implements Neuron {
    /** Larger numbers would not survive a saved network, whose numbers are floats. */
    public static final int LONGEST_WINDOW = 1 << 16;

    public SwitchCoding {
      if (window < 1 || window > LONGEST_WINDOW) {
        throw new IllegalArgumentException(
            "expected a window of 1 to " + LONGEST_WINDOW + " steps, found " + window);
      }
    }

    /** How many steps of the window are left, this one included. */
    public int left(int step) {
      return window - (step - 1) % window;
    }
  }

  /**
   * How many thresholds the potential must reach for the neuron to be on.
   *
   * @param wasOn whether it was on at the step before; false at the first
   * @param step from 1
   */
  default int needed(boolean wasOn, int step) {
    return switch (this) {
      case SoftReset _, HardReset _ -> 1;
      case SwitchCoding coding -> {
        int left = coding.left(step);
        yield wasOn && left < coding.window() ? 1 : left;
      }
    };
  }

  /** The potential behind a step at which the neuron was on. */
  default double after(double potential, double theta) {
    return switch (this) {
      case SoftReset _, SwitchCoding _ -> potential - theta;
      case HardReset _ -> 0;
    };
  }

  /** Whether the neuron sends a spike, given whether it is on at this step and the one before. */
  default boolean sends(boolean wasOn, boolean isOn) {
    return switch (this) {
      case SoftReset _, HardReset _ -> isOn;
      case SwitchCoding _ -> wasOn != isOn;
    };
  }
}
