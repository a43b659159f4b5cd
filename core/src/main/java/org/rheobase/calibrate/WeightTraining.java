package org.rheobase.calibrate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.rheobase.dense.TrainableConvolution;
import org.rheobase.graph.Op;
import org.rheobase.parallel.Workers;
import org.rheobase.sweep.LayerMeans;
import org.rheobase.sweep.SiteRun;

/**
 * Weight calibration of one layer (S1 section 4.4): the change of its weights that brings the
 * site's output for mean inputs closer to the activations. The mean current with changed weights is
 * {@code u + convolution(x, change)}.
 */
final class WeightTraining {
  /** Images of a batch that one thread takes at a time; the order of sums depends on it. */
  private static final int LARGEST_SHARD = 8;

  /** Elements of a shard at most, where layers are large. */
  private static final int SHARD_ELEMENTS = 8 << 20;

  /**
   * How often the change is halved while it does not lower the error: where only rounding is left
   * to correct, as in the first layer, the gradient is mostly noise.
   */
  private static final int HALVINGS = 8;

  private final Calibration.Weight options;
  private final SiteRun run;
  private final TrainedLayer layer;
  private final LayerMeans means;
  private final int shard;
  private final int inputSize;
  private final int neurons;
  private final int steps;
  private final Deque<Shard> idle = new ArrayDeque<>();

  private WeightTraining(
      Calibration.Weight options, SiteRun run, TrainedLayer layer, LayerMeans means, int steps) {
    this.options = options;
    this.run = run;
    this.layer = layer;
    this.means = means;
    this.steps = steps;
    this.inputSize = layer.input().size();
    this.neurons = run.site().shape().size();
    this.shard = Math.clamp(SHARD_ELEMENTS / (inputSize + 4L * neurons), 1, LARGEST_SHARD);
  }

  /**
   * The layer with new weights; with its old ones where no change lowered the error.
   *
   * @param from the first step that takes part, from 1
   */
  static Op train(Calibration.Weight options, SiteRun run, TrainedLayer layer, int from) {
    try (LayerMeans means = run.means(layer.node(), from)) {
      WeightTraining training =
          new WeightTraining(options, run, layer, means, run.steps() - from + 1);
      try {
        return layer.with(training.train());
      } finally {
        training.idle.forEach(Shard::close);
      }
    }
  }

  private float[] train() {
    float[] old = layer.conv().weight().values();
    float[] change = new float[old.length];
    float[] gradient = new float[old.length];
    int[] all = new int[means.images()];
    Arrays.setAll(all, i -> i);
    double before = error(change, all, null);
    Descent descent =
        new Descent(options.optimizer(), options.rate(), options.iterations(), scale(old));
    Batches batches = new Batches(all.length, options.batch());
    for (int k = 0; k < options.iterations(); k++) {
      error(change, batches.next(), gradient);
      descent.step(change, gradient);
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      if (error(change, all, null) < before) {
        return sum(old, change);
      }
      for (int i = 0; i < change.length; i++) {
        change[i] /= 2;
      }
    }
    return old;
  }

  /** 1, or the root mean square of each output channel's weights. */
  private double[] scale(float[] weights) {
    double[] scale = new double[weights.length];
    int row = weights.length / layer.conv().outChannels();
    for (int from = 0; from < weights.length; from += row) {
      double square = 0;
      for (int i = from; i < from + row; i++) {
        square += (double) weights[i] * weights[i] / row;
      }
      Arrays.fill(scale, from, from + row, options.relative() ? Math.sqrt(square) : 1);
    }
    return scale;
  }

  private static float[] sum(float[] old, float[] change) {
    float[] weights = old.clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] += change[i];
    }
    return weights;
  }

  /**
   * The mean error of some images.
   *
   * @param gradient receives how it changes with the weights, if there is one
   */
  private double error(float[] change, int[] images, float @Nullable [] gradient) {
    int shards = (images.length + shard - 1) / shard;
    double[] errors = new double[shards];
    float[][] gradients = new float[gradient == null ? 0 : shards][];
    List<Shard> used = new ArrayList<>();
    try {
      Workers.forEach(
          shards,
          run.settings().threads(),
          () -> {
            Shard own = checkOut(used);
            return (IntConsumer)
                s -> {
                  int[] part =
                      Arrays.copyOfRange(
                          images, s * shard, Math.min(images.length, (s + 1) * shard));
                  errors[s] = own.error(change, part);
                  if (gradient != null) {
                    gradients[s] = own.weightGradient();
                  }
                };
          });
    } finally {
      idle.addAll(used);
    }
    if (gradient != null) {
      Arrays.fill(gradient, 0);
      for (float[] part : gradients) {
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] += part[i] / images.length;
        }
      }
    }
    return Arrays.stream(errors).sum() / images.length;
  }

  private synchronized Shard checkOut(List<Shard> used) {
    Shard own = idle.isEmpty() ? new Shard() : idle.pop();
    used.add(own);
    return own;
  }

  /** One thread's convolution and buffers, for up to {@code shard} images. */
  private final class Shard implements AutoCloseable {
    private final TrainableConvolution convolution =
        run.settings().backend().trainable(layer.conv(), layer.input(), shard);
    private final float[][] inputs = new float[shard][inputSize];

    /** What the change adds to the current, and then how the error changes with that. */
    private final float[][] added = new float[shard][neurons];

    private final float[] current = new float[neurons];
    private final float[] target = new float[neurons];
    private final RateModel model =
        new RateModel(
            run.parameters(), steps, neurons, run.site().shape().area(), options.consistent());

    double error(float[] change, int[] images) {
      for (int i = 0; i < images.length; i++) {
        means.input(images[i], inputs[i]);
      }
      convolution.forward(images.length, change, inputs, added);
      double error = 0;
      for (int i = 0; i < images.length; i++) {
        means.current(images[i], current);
        means.target(images[i], target);
        error += model.error(current, added[i], target);
      }
      return error;
    }

    float[] weightGradient() {
      float[] gradient = new float[layer.conv().weight().size()];
      convolution.weightGradient(added, gradient);
      return gradient;
    }

    @Override
    public void close() {
      convolution.close();
    }
  }

  /** Batches of a permutation of the images, a new one when it is used up. */
  private static final class Batches {
    private final int[] order;
    private final int size;
    private final SplittableRandom random = new SplittableRandom(1);
    private int next;

    Batches(int images, int size) {
      this.order = new int[images];
      Arrays.setAll(order, i -> i);
      this.size = Math.min(images, size);
      this.next = images;
    }

    int[] next() {
      if (next + size > order.length) {
        for (int i = order.length - 1; i > 0; i--) {
          int j = random.nextInt(i + 1);
          int swap = order[i];
          order[i] = order[j];
          order[j] = swap;
        }
        next = 0;
      }
      next += size;
      return Arrays.copyOfRange(order, next - size, next);
    }
  }
}
