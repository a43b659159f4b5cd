package org.rheobase.sim;

import java.util.Locale;

/** Ways to simulate; the result is the same. */
public enum Kernel {
  /** Event-driven where the network is quantised, otherwise the reference. */
  AUTO,
  /** The reference: double precision, plain loops, any network. */
  SCALAR,
  /** Event-driven integers, quantised networks only. */
  EVENT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
