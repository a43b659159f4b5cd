package org.rheobase.threshold;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.data.CalibrationImages;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Sums;
import org.rheobase.parallel.Workers;
import org.rheobase.sweep.Module;
import org.rheobase.sweep.NotFinite;

/**
 * Local threshold balancing (S2 eq. 12-15): every iteration passes one batch through the network,
 * and at every site, in forward order, the threshold grows by {@code 2 rate} times the mean excess
 * of the arriving values over it; what goes on is clipped at the new threshold.
 */
final class LocalThresholdBalancing {
  /** Values whose excess is taken and summed while they are in the cache. */
  private static final int BLOCK = 2048;

  private final Graph prepared;
  private final ThresholdRule.Balance rule;
  private final Granularity granularity;
  private final int threads;
  private final List<Module> modules;
  private final Map<String, Integer> lastUses;
  private final Map<String, float[]> thresholds = new LinkedHashMap<>();

  private LocalThresholdBalancing(
      Graph prepared, ThresholdRule.Balance rule, Granularity granularity, int threads) {
    this.prepared = prepared;
    this.rule = rule;
    this.granularity = granularity;
    this.threads = threads;
    this.modules = Module.of(prepared);
    this.lastUses = Module.lastUses(modules);
    for (Module module : modules) {
      thresholds.put(module.site().name(), new float[module.site().shape().channels()]);
    }
  }

  /** Thresholds per channel by site name, and the excess of each iteration. */
  static Thresholds run(
      Graph prepared,
      ThresholdRule.Balance rule,
      Granularity granularity,
      CalibrationImages images,
      DenseBackend backend,
      int threads,
      ProgressListener progress) {
    LocalThresholdBalancing run = new LocalThresholdBalancing(prepared, rule, granularity, threads);
    int batch = Math.min(rule.batch(), images.size());
    int batches = images.size() / batch;
    List<Double> excess = new ArrayList<>();
    progress.stage("balancing", rule.iterations());
    try (DenseExecutor executor = new DenseExecutor(prepared, backend)) {
      for (int k = 0; k < rule.iterations(); k++) {
        excess.add(run.iterate(executor, images.batch(k % batches * batch, batch, threads)));
        progress.advance(1);
      }
    }
    return new Thresholds(run.thresholds, excess);
  }

  /** One iteration; returns the mean excess, summed over sites (S2 figure 3b). */
  private double iterate(DenseExecutor executor, Tensor batch) {
    Map<String, float[][]> clipped = new HashMap<>();
    int imageSize = batch.shape().size();
    double total = 0;
    for (int m = 0; m < modules.size(); m++) {
      Module module = modules.get(m);
      int done = m;
      Node site = module.site();
      int neurons = site.shape().size();
      Map<String, DenseExecutor.Source> given = new HashMap<>();
      given.put(
          prepared.input().name(),
          (i, values) -> System.arraycopy(batch.values(), i * imageSize, values, 0, imageSize));
      for (String source : module.sources()) {
        float[][] values = Objects.requireNonNull(clipped.get(source));
        given.put(
            source, (i, target) -> System.arraycopy(values[i], 0, target, 0, values[i].length));
      }
      float[][] arriving = new float[batch.batch()][];
      executor.run(
          batch.batch(),
          given,
          List.of(module.current()),
          threads,
          (i, _, values) -> arriving[i] = java.util.Arrays.copyOf(values, neurons));
      total += update(site, arriving);
      clipped.put(site.name(), arriving);
      clipped.keySet().removeIf(name -> lastUses.getOrDefault(name, -1) <= done);
    }
    return total;
  }

  /** Grows the site's thresholds and clips what arrived at them. */
  private double update(Node site, float[][] arriving) {
    float[] theta = Objects.requireNonNull(thresholds.get(site.name()));
    Shape shape = site.shape();
    int area = shape.area();
    double[][] sums = new double[arriving.length][];
    Workers.forEach(
        arriving.length, threads, () -> i -> sums[i] = excess(arriving[i], theta, area));
    double[] excess = new double[theta.length];
    for (double[] image : sums) {
      for (int c = 0; c < excess.length; c++) {
        excess[c] += image[c] / ((double) area * arriving.length);
      }
    }
    double mean = 0;
    for (double channel : excess) {
      mean += channel / excess.length;
    }
    if (!Double.isFinite(mean)) {
      throw NotFinite.at(site, mean);
    }
    float cap = site.op() instanceof Op.Relu relu ? relu.cap() : Float.POSITIVE_INFINITY;
    for (int c = 0; c < theta.length; c++) {
      double own = granularity == Granularity.LAYER ? mean : excess[c];
      theta[c] = (float) Math.min(cap, theta[c] + 2 * rule.rate() * own);
    }
    Workers.forEach(
        arriving.length,
        threads,
        () ->
            i -> {
              for (int c = 0; c < theta.length; c++) {
                clip(arriving[i], c * area, (c + 1) * area, theta[c]);
              }
            });
    return mean;
  }

  private static void clip(float[] values, int from, int to, float theta) {
    for (int n = from; n < to; n++) {
      values[n] = Math.min(Math.max(values[n], 0), theta);
    }
  }

  /** By channel, the sum of what exceeds its threshold. */
  static double[] excess(float[] values, float[] theta, int area) {
    double[] sums = new double[theta.length];
    float[] over = new float[Math.min(area, BLOCK)];
    for (int c = 0; c < sums.length; c++) {
      for (int from = 0; from < area; from += BLOCK) {
        int count = Math.min(BLOCK, area - from);
        excess(values, c * area + from, count, theta[c], over);
        sums[c] += Sums.of(over, 0, count);
      }
    }
    return sums;
  }

  private static void excess(float[] values, int from, int count, float theta, float[] over) {
    for (int i = 0; i < count; i++) {
      over[i] = Math.max(0, values[from + i] - theta);
    }
  }
}
