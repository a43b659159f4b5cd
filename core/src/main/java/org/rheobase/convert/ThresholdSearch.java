package org.rheobase.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;

/** Passes the calibration images through the network and chooses the threshold of every site. */
final class ThresholdSearch {
  /** Activations of one batch are held up to this size. */
  private static final long BATCH_BYTES = 256L << 20;

  private ThresholdSearch() {}

  /**
   * Chooses the thresholds.
   *
   * @param prepared the network whose ReLUs become sites
   * @return thresholds per channel by site name, in forward order; a cap of the activation bounds
   *     them
   */
  static Map<String, float[]> run(
      Graph prepared,
      Recipe recipe,
      CalibrationImages images,
      DenseBackend backend,
      int threads,
      ProgressListener progress) {
    List<Node> sites = prepared.nodes().stream().filter(n -> n.op() instanceof Op.Relu).toList();
    List<String> taps = sites.stream().map(Node::name).toList();
    List<ThresholdStatistics> statistics =
        sites.stream()
            .map(s -> ThresholdStatistics.of(recipe.threshold(), recipe.granularity(), s.shape()))
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
      float[] values = statistics.get(s).thresholds();
      if (sites.get(s).op() instanceof Op.Relu relu) {
        for (int c = 0; c < values.length; c++) {
          values[c] = Math.min(values[c], relu.cap());
        }
      }
      thresholds.put(sites.get(s).name(), values);
    }
    return thresholds;
  }

  private static void show(
      Map<String, Tensor> activations, Node site, ThresholdStatistics statistics) {
    Tensor tensor = java.util.Objects.requireNonNull(activations.get(site.name()));
    for (float v : tensor.values()) {
      if (!(v >= 0 && v < Float.POSITIVE_INFINITY)) {
        throw new UnreadableDataException(
            "node "
                + site.name()
                + ": expected finite activations on the calibration images, found "
                + v
                + "; check the model's weights and the preprocessing");
      }
    }
    for (int i = 0; i < tensor.batch(); i++) {
      statistics.accept(tensor.values(), i * tensor.shape().size());
    }
  }
}
