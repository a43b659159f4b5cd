package org.rheobase.graph;

/** What becomes of an operation of a model when it is read and converted. */
public enum Verdict {
  /** Computes the same function, up to the rounding of floating-point arithmetic. */
  EXACT,
  /** Replaced by something that is close; the reason says how it differs. */
  APPROXIMATED,
  /** Stays in the spiking network as an operation on real values. */
  ANALOG,
  /** Not supported: a model with such a node is not converted. */
  REFUSED
}
