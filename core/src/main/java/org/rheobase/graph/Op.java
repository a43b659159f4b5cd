package org.rheobase.graph;

/**
 * What a node computes. Exhaustive switches over this interface have no default: adding an
 * operation makes the compiler list every place to visit. All operations work on one image, {@code
 * [c,h,w]} or {@code [c]}.
 */
public sealed interface Op {

  /** The network's image, {@code [c,h,w]}. */
  record Input() implements Op {}

  /**
   * Convolution (cross-correlation, as in ONNX).
   *
   * @param weight {@code [out channels, in channels / groups, kernel height, kernel width]}
   * @param bias {@code [out channels]}, zeros where the model has none
   */
  record Conv(Weights weight, Weights bias, Window window, int groups) implements Op {
    public int outChannels() {
      return weight.dim(0);
    }

    public int inChannels() {
      return weight.dim(1) * groups;
    }

    /** Whether each output channel reads exactly one input channel of its own. */
    public boolean isDepthwise() {
      return groups == outChannels() && weight.dim(1) == 1;
    }

    public Conv with(Weights newWeight, Weights newBias) {
      return new Conv(newWeight, newBias, window, groups);
    }
  }

  /**
   * Fully connected layer over features {@code [in]}.
   *
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   */
  record Linear(Weights weight, Weights bias) implements Op {
    public int outFeatures() {
      return weight.dim(0);
    }

    public int inFeatures() {
      return weight.dim(1);
    }
  }

  /**
   * Batch normalisation at inference: {@code y = scale (x - mean) / sqrt(variance + epsilon) +
   * shift}, per channel. A per-channel constant that a model adds or multiplies is read as the same
   * operation with mean 0 and variance 1.
   */
  record BatchNorm(Weights scale, Weights shift, Weights mean, Weights variance, float epsilon)
      implements Op {
    /** {@code gamma / sqrt(variance + epsilon)} of one channel, in double precision. */
    public double factor(int channel) {
      return scale.get(channel) / Math.sqrt((double) variance.get(channel) + epsilon);
    }

    /** {@code beta - mean * factor} of one channel, in double precision. */
    public double offset(int channel) {
      return shift.get(channel) - mean.get(channel) * factor(channel);
    }
  }

  /** {@code min(max(x, 0), cap)}; the cap is infinite for an ordinary ReLU and 6 for ReLU6. */
  record Relu(float cap) implements Op {
    public boolean isCapped() {
      return cap < Float.POSITIVE_INFINITY;
    }
  }

  /** Maximum over windows; cells outside the map do not take part. */
  record MaxPool(Window window) implements Op {}

  /**
   * Average over windows, undilated.
   *
   * @param countIncludePad whether padding cells count in the divisor (as zeros)
   * @param overhangHeight rows of {@code window.padBottom()} that exist only because of ceil mode
   *     and never count
   * @param overhangWidth the same for columns of {@code window.padRight()}
   */
  record AveragePool(Window window, boolean countIncludePad, int overhangHeight, int overhangWidth)
      implements Op {}

  /** Zero padding of rows, columns and channels. */
  record Pad(int top, int left, int bottom, int right, int channelsBefore, int channelsAfter)
      implements Op {}

  /** Sum of two or more values of one shape. */
  record Add() implements Op {}

  /** Concatenation over channels. */
  record Concat() implements Op {}

  /**
   * The same values under another shape (flatten, squeeze, unsqueeze, reshape to {@code [n,-1]}).
   */
  record Reshape() implements Op {}

  /** The value itself (Identity, Dropout at inference, empty Pad, Concat of one). */
  record Identity() implements Op {}

  /**
   * Softmax over features {@code [c]}, or over the channels of each position of {@code [c,h,w]}.
   */
  record Softmax() implements Op {}

  /**
   * A site: a population of integrate-and-fire neurons, one per element. At every step {@code v +=
   * current + biasCurrent}; where {@code v >= threshold} the neuron emits a spike of height {@code
   * threshold} and {@code v -= threshold} (soft reset; S1 eq. 2-4). A channel with {@code threshold
   * <= 0} is dead: its output is always 0.
   *
   * @param threshold {@code [c]}, in the units of the current; all 1 (or 0 where dead) in a
   *     normalised network
   * @param biasCurrent {@code [c]}, added at every step: corrections and shift, apart from the
   *     convolution's own bias
   * @param initialPotential {@code [c]} or one value per neuron, in the units of the current
   */
  record IntegrateFire(Weights threshold, Weights biasCurrent, Weights initialPotential)
      implements Op {
    public boolean isDead(int channel) {
      return threshold.get(channel) <= 0;
    }
  }

  /** The operation's name in tables and files, that of the ONNX operator where one exists. */
  default String label() {
    return switch (this) {
      case Input _ -> "Input";
      case Conv c -> c.isDepthwise() && c.groups() > 1 ? "Conv (depthwise)" : "Conv";
      case Linear _ -> "Gemm";
      case BatchNorm _ -> "BatchNormalization";
      case Relu r -> r.isCapped() ? "Relu (cap " + r.cap() + ")" : "Relu";
      case MaxPool _ -> "MaxPool";
      case AveragePool _ -> "AveragePool";
      case Pad _ -> "Pad";
      case Add _ -> "Add";
      case Concat _ -> "Concat";
      case Reshape _ -> "Reshape";
      case Identity _ -> "Identity";
      case Softmax _ -> "Softmax";
      case IntegrateFire _ -> "IntegrateFire";
    };
  }
}
