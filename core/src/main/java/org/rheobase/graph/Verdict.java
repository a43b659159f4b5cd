package org.rheobase.graph;

/** What conversion to spikes does to an operation. */
public enum Verdict {
  /** The mean over time equals the artificial network's value, up to the coding by spikes. */
  EXACT,
  /** Becomes spiking, with an error that does not vanish however many steps are simulated. */
  APPROXIMATED,
  /** Works on real numbers instead of spikes. */
  ANALOG,
  /** Not supported: a model with such an operation does not convert. */
  REFUSED
}
