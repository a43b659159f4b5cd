package org.rheobase.graph;

/** A function of one real number, as the ONNX operator of its name defines it. */
public sealed interface Function {
  record Sigmoid() implements Function {}

  record Tanh() implements Function {}

  record Exp() implements Function {}

  record Sqrt() implements Function {}

  /** {@code min(max(x, lower), upper)}; either bound may be infinite. */
  record Clip(float lower, float upper) implements Function {}

  /** {@code max(0, min(1, alpha x + beta))}. */
  record HardSigmoid(float alpha, float beta) implements Function {}

  /** {@code x max(0, min(1, x / 6 + 1 / 2))}. */
  record HardSwish() implements Function {}

  record Power(float exponent) implements Function {}

  /**
   * {@code x}, or {@code slope x} below 0.
   *
   * @param slope one for all channels, or one for each
   */
  record LeakyRelu(Weights slope) implements Function {}

  /** The function's value at {@code x} in one channel. */
  default double at(double x, int channel) {
    return switch (this) {
      case Sigmoid _ -> 1 / (1 + StrictMath.exp(-x));
      case Tanh _ -> StrictMath.tanh(x);
      case Exp _ -> StrictMath.exp(x);
      case Sqrt _ -> Math.sqrt(x);
      case Clip clip -> Math.min(Math.max(x, clip.lower), clip.upper);
      case HardSigmoid hard -> Math.max(0, Math.min(1, hard.alpha * x + hard.beta));
      case HardSwish _ -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
      case Power power -> StrictMath.pow(x, power.exponent);
      case LeakyRelu leaky ->
          x >= 0 ? x : x * leaky.slope.get(leaky.slope.size() == 1 ? 0 : channel);
    };
  }

  /** The name of the ONNX operator. */
  default String label() {
    return switch (this) {
      case Sigmoid _ -> "Sigmoid";
      case Tanh _ -> "Tanh";
      case Exp _ -> "Exp";
      case Sqrt _ -> "Sqrt";
      case Clip _ -> "Clip";
      case HardSigmoid _ -> "HardSigmoid";
      case HardSwish _ -> "HardSwish";
      case Power _ -> "Pow";
      case LeakyRelu leaky -> leaky.slope.size() == 1 ? "LeakyRelu" : "PRelu";
    };
  }

  /** Whether no value is below 0. */
  default boolean isNonNegative() {
    return switch (this) {
      case Sigmoid _, Exp _, Sqrt _, HardSigmoid _ -> true;
      case Clip clip -> clip.lower >= 0;
      case Tanh _, HardSwish _, Power _, LeakyRelu _ -> false;
    };
  }
}
