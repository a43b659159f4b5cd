package org.rheobase.calibrate;

import java.util.Locale;

/** How a step of weights follows from gradients, with the usual constants. */
public enum Optimizer {
  /** Kingma and Ba 2015, with 0.9, 0.999 and 1e-8. */
  ADAM,
  /** Gradient descent with momentum 0.9. */
  SGD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
