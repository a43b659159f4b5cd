package org.rheobase.data;

/**
 * The SplitMix64 generator (Steele, Lea, Flood 2014): integer arithmetic only, so a seed gives the
 * same numbers on every machine and in every Java version.
 */
final class SplitMix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** A stream of its own for each pair: image {@code index} never depends on the others. */
  SplitMix(long seed, long index) {
    state = mix(mix(seed + GOLDEN) ^ (index + 1) * 0xD1342543DE82EF95L);
  }

  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in 0 … bound - 1. */
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
