package org.rheobase.threshold;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.data.CalibrationImages;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;
import org.rheobase.sweep.NotFinite;

/** Thresholds from the activations of the artificial network, all sites in one or more passes. */
final class ThresholdSearch {
  /** Activations of one batch are held up to this size. */
  private static final long BATCH_BYTES = 256L << 20;

  private ThresholdSearch() {}

  /**
   * Chooses the thresholds.
   *
   * @param prepared the network whose ReLUs become sites
   * @param steps the design T
   * @return thresholds per channel by site name, in forward order
   */
  static Map<String, float[]> run(
      Graph prepared,
      ThresholdRule.OfActivations rule,
      Granularity granularity,
      int steps,
      CalibrationImages images,
      DenseBackend backend,
      int threads,
      ProgressListener progress) {
    List<Node> sites = prepared.nodes().stream().filter(n -> n.op() instanceof Op.Relu).toList();
    List<String> taps = sites.stream().map(Node::name).toList();
    List<ThresholdStatistics> statistics =
        sites.stream()
            .map(s -> ThresholdStatistics.of(rule, granularity, s.shape(), steps))
            .toList();
    int passes = statistics.stream().mapToInt(ThresholdStatistics::passes).max().orElse(0);
    long bytesPerImage = 4L * sites.stream().mapToLong(s -> s.shape().size()).sum();
    int batch = Math.clamp(BATCH_BYTES / Math.max(1, bytesPerImage), 1, 128);

    progress.stage("thresholds", passes * images.size());
    try (DenseExecutor executor = new DenseExecutor(prepared, backend)) {
      for (int pass = 0; pass < passes; pass++) {
        for (int first = 0; first < images.size(); first += batch) {
          int count = Math.min(batch, images.size() - first);
          Map<String, Tensor> activations =
              executor.run(images.batch(first, count, threads), taps, threads);
          Workers.forEach(
              sites.size(), threads, () -> s -> show(activations, sites.get(s), statistics.get(s)));
          progress.advance(count);
        }
        statistics.forEach(ThresholdStatistics::endPass);
      }
    }

    Map<String, float[]> thresholds = new LinkedHashMap<>();
    for (int s = 0; s < sites.size(); s++) {
      thresholds.put(sites.get(s).name(), statistics.get(s).thresholds());
    }
    return thresholds;
  }

  private static void show(
      Map<String, Tensor> activations, Node site, ThresholdStatistics statistics) {
    Tensor tensor = java.util.Objects.requireNonNull(activations.get(site.name()));
    for (float v : tensor.values()) {
      if (!(v >= 0 && v < Float.POSITIVE_INFINITY)) {
        throw NotFinite.at(site, v);
      }
    }
    for (int i = 0; i < tensor.batch(); i++) {
      statistics.accept(tensor.values(), i * tensor.shape().size());
    }
  }
}
