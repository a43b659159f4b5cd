package org.rheobase.graph;

/** What a node's value is over time when the network runs on spikes. */
public enum ValueKind {
  /** Depends on the image only (direct coding): the same at every step. */
  CONSTANT,
  /** One bit per neuron and step, once thresholds are normalised to 1. */
  SPIKES,
  /** Small non-negative integers: sums of spikes over a pooling window. */
  COUNTS,
  /** Real numbers that change from step to step. */
  ANALOG;

  /** The kind of values of both kinds side by side. */
  ValueKind beside(ValueKind other) {
    if (this == other) {
      return this;
    }
    boolean integers = (this == SPIKES || this == COUNTS) && (other == SPIKES || other == COUNTS);
    return integers ? COUNTS : ANALOG;
  }

  /** Whether a linear operation over such values adds weights instead of multiplying them. */
  public boolean isSpikeDriven() {
    return this == SPIKES || this == COUNTS;
  }
}
