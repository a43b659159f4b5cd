package org.rheobase.graph;

import java.util.List;
import java.util.Locale;

/**
 * What a node computes. Exhaustive switches over this interface have no default: adding an
 * operation makes the compiler list every place to visit. All operations work on one image, {@code
 * [c,h,w]} or {@code [c]}.
 */
public sealed interface Op {

  /** Moves, copies or drops values without arithmetic; {@link Movements} says which go where. */
  sealed interface Movement extends Op permits Reshape, Identity, Transpose, Select {}

  /** Not linear, and no neuron: computed on real numbers as it is. */
  sealed interface NonLinear extends Op
      permits Softmax, Pointwise, Multiply, Divide, Reduce, InstanceNorm, LocalResponseNorm {}

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

    /** Whether this is an average pooling in the form of a convolution. */
    public boolean isPooling() {
      if (!isDepthwise() || bias.maxAbs() != 0) {
        return false;
      }
      for (float w : weight.values()) {
        if (w != 1f / (window.kernelHeight() * window.kernelWidth())) {
          return false;
        }
      }
      return true;
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

    /** The same on maps {@code [in,1,1]}. */
    public Conv asConvolution() {
      return new Conv(
          Weights.of(weight.values(), outFeatures(), inFeatures(), 1, 1), bias, Window.of(1, 1), 1);
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
  record Reshape() implements Movement {}

  /** The value itself (Identity, Dropout at inference, empty Pad, Concat of one). */
  record Identity() implements Movement {}

  /**
   * The same values with their dimensions in another order.
   *
   * @param permutation dimension {@code d} of the output is dimension {@code permutation[d]} of the
   *     input, both from 0
   */
  record Transpose(List<Integer> permutation) implements Movement {
    public Transpose {
      permutation = List.copyOf(permutation);
    }
  }

  /**
   * Chosen positions along one dimension, in a given order, with repetitions (slices, splits,
   * channel shuffles, nearest-neighbour resizing, broadcasting).
   *
   * @param axis the dimension, from 0
   * @param indices positions along it
   */
  record Select(int axis, List<Integer> indices) implements Movement {
    public Select {
      indices = List.copyOf(indices);
    }
  }

  /**
   * Bilinear resizing of rows and columns (ONNX Resize, mode linear, without antialiasing).
   *
   * @param scaleHeight output rows per input row, which coordinates are computed with
   * @param scaleWidth the same for columns
   */
  record Resize(Coordinates coordinates, int height, int width, float scaleHeight, float scaleWidth)
      implements Op {}

  /** A value that does not depend on the image. */
  record Constant(Weights values) implements Op {}

  /** A function of every element by itself. */
  record Pointwise(Function function) implements NonLinear {}

  /** Product of two values of one shape, element by element. */
  record Multiply() implements NonLinear {}

  /** Quotient of two values of one shape, element by element. */
  record Divide() implements NonLinear {}

  /**
   * Combines all positions along one dimension, of which one remains.
   *
   * @param axis the dimension, from 0
   */
  record Reduce(Kind kind, int axis) implements NonLinear {
    /** How positions are combined. */
    public enum Kind {
      MAX,
      MEAN,
      SUM
    }
  }

  /**
   * Normalisation of every channel over its own positions: {@code y = scale (x - mean) /
   * sqrt(variance + epsilon) + shift}, mean and variance taken from the image itself. Group and
   * layer normalisation are this under other shapes.
   *
   * @param scale {@code [c]}
   * @param shift {@code [c]}
   */
  record InstanceNorm(Weights scale, Weights shift, float epsilon) implements NonLinear {}

  /**
   * Normalisation of every channel by its neighbours at the same position: {@code y = x / (bias +
   * alpha / size * sum x^2)^beta}, summed over {@code size} channels around it, as far as they
   * exist.
   *
   * @param size channels that take part, an odd number
   */
  record LocalResponseNorm(int size, float alpha, float beta, float bias) implements NonLinear {}

  /**
   * Softmax along one dimension: over features {@code [c]}, or over the channels of each position.
   *
   * @param axis the dimension, from 0
   */
  record Softmax(int axis) implements NonLinear {
    public Softmax() {
      this(0);
    }
  }

  /**
   * A site: a population of integrate-and-fire neurons, one per element. At every step {@code v +=
   * current + biasCurrent}; then {@link Neuron} says whether a neuron is on, so that its output is
   * {@code threshold}, and what {@code v} becomes. A channel with {@code threshold <= 0} is dead:
   * its output is always 0.
   *
   * @param threshold {@code [c]}, in the units of the current; all 1 (or 0 where dead) in a
   *     normalised network
   * @param biasCurrent {@code [c]}, added at every step: corrections and shift, apart from the
   *     convolution's own bias
   * @param initialPotential {@code [c]} or one value per neuron, in the units of the current
   * @param neuron the model of all these neurons
   */
  record IntegrateFire(
      Weights threshold, Weights biasCurrent, Weights initialPotential, Neuron neuron)
      implements Op {
    /** With soft reset. */
    public IntegrateFire(Weights threshold, Weights biasCurrent, Weights initialPotential) {
      this(threshold, biasCurrent, initialPotential, new Neuron.SoftReset());
    }

    /** The same neurons with other thresholds, currents and potentials. */
    public IntegrateFire with(
        Weights newThreshold, Weights newBiasCurrent, Weights newInitialPotential) {
      return new IntegrateFire(newThreshold, newBiasCurrent, newInitialPotential, neuron);
    }

    public IntegrateFire withBiasCurrent(Weights current) {
      return with(threshold, current, initialPotential);
    }

    public IntegrateFire withInitialPotential(Weights potential) {
      return with(threshold, biasCurrent, potential);
    }

    public IntegrateFire withNeuron(Neuron model) {
      return new IntegrateFire(threshold, biasCurrent, initialPotential, model);
    }

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
      case Transpose _ -> "Transpose";
      case Select _ -> "Gather";
      case Resize _ -> "Resize";
      case Constant _ -> "Constant";
      case Pointwise p -> p.function().label();
      case Multiply _ -> "Mul";
      case Divide _ -> "Div";
      case Reduce r ->
          "Reduce"
              + r.kind().name().charAt(0)
              + r.kind().name().substring(1).toLowerCase(Locale.ROOT);
      case InstanceNorm _ -> "InstanceNormalization";
      case LocalResponseNorm _ -> "LRN";
      case Softmax _ -> "Softmax";
      case IntegrateFire _ -> "IntegrateFire";
    };
  }
}
