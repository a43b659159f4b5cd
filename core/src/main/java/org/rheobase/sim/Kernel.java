package org.rheobase.sim;

import java.util.Locale;

/** Ways to simulate; the result is the same. */
public enum Kernel {
  /** The fastest for each layer and step where the network is quantised, or the reference. */
  AUTO,
  /** The reference: plain loops, any network. */
  SCALAR,
  /** Event-driven integers, quantised networks only. */
  EVENT,
  /** Products of bytes, where the network is quantised; events for layers that bytes cannot do. */
  DENSE,
  /** Tables of sums of five weights, where the network is quantised; events for other layers. */
  LOOKUP;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
