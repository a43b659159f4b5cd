package org.rheobase.graph;

import org.apache.commons.numbers.gamma.Erf;

/** A function of one real number, as the ONNX operator of its name defines it. */
public sealed interface Function {
  record Sigmoid() implements Function {}

  record Tanh() implements Function {}

  record Exp() implements Function {}

  record Sqrt() implements Function {}

  /** The natural logarithm. */
  record Log() implements Function {}

  /** The absolute value. */
  record Abs() implements Function {}

  /** The error function, {@code 2 / sqrt(pi)} times the integral of {@code exp(-t^2)} from 0. */
  record ErrorFunction() implements Function {}

  /** {@code log(1 + exp(x))}. */
  record Softplus() implements Function {}

  /** {@code x}, or {@code alpha (exp(x) - 1)} below 0. */
  record Elu(float alpha) implements Function {}

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
      case Log _ -> StrictMath.log(x);
      case Abs _ -> Math.abs(x);
      case ErrorFunction _ -> Erf.value(x);
      // The exponential of a negative number cannot overflow.
      case Softplus _ -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
      case Elu elu -> x >= 0 ? x : elu.alpha * StrictMath.expm1(x);
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
      case Log _ -> "Log";
      case Abs _ -> "Abs";
      case ErrorFunction _ -> "Erf";
      case Softplus _ -> "Softplus";
      case Elu _ -> "Elu";
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
      case Sigmoid _, Exp _, Sqrt _, Abs _, Softplus _, HardSigmoid _ -> true;
      case Clip clip -> clip.lower >= 0;
      case Tanh _, Log _, ErrorFunction _, Elu _, HardSwish _, Power _, LeakyRelu _ -> false;
    };
  }
}
