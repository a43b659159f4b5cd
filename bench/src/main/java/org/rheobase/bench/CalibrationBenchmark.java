package org.rheobase.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rheobase.calibrate.Calibration;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackends;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;
import org.rheobase.sweep.Correction;
import org.rheobase.sweep.SiteRun;
import org.rheobase.sweep.SpikeSweep;

/**
 * Bias calibration in one sweep, beside the published way that simulates the network again for
 * every site, both on the same backend and with the same result.
 *
 * <p>{@code java org.rheobase.bench.CalibrationBenchmark MODEL.onnx SPEC [T [IMAGES
 * [REPETITIONS]]]}
 */
public final class CalibrationBenchmark {
  private CalibrationBenchmark() {}

  /** Prints medians of several runs in turns, and their ratio. */
  public static void main(String[] args) {
    Path model = Path.of(args[0]);
    int steps = args.length > 2 ? Integer.parseInt(args[2]) : 32;
    int images = args.length > 3 ? Integer.parseInt(args[3]) : 128;
    int repetitions = args.length > 4 ? Integer.parseInt(args[4]) : 3;
    Graph ann = Converter.prepare(OnnxReader.read(model).graph(), Recipe.AveragePooling.LINEAR);
    Graph snn = withSites(ann);
    CalibrationImages data =
        new CalibrationImages(
            DataSpec.parse(args[1]),
            PreprocessingFile.read(PreprocessingFile.beside(model).orElseThrow()),
            images,
            0);
    double[] sweep = new double[repetitions];
    double[] published = new double[repetitions];
    for (int r = 0; r < repetitions; r++) {
      long start = System.nanoTime();
      Graph once = run(ann, snn, data, steps, site -> Calibration.Bias.PUBLISHED.apply(site, 1));
      sweep[r] = (System.nanoTime() - start) / 1e9;
      start = System.nanoTime();
      Graph again = snn;
      for (Node site : snn.sites()) {
        again = run(ann, again, data, steps, run -> visit(run, site.name()));
      }
      published[r] = (System.nanoTime() - start) / 1e9;
      if (!again.equals(once)) {
        throw new IllegalStateException("the two ways differ");
      }
    }
    Arrays.sort(sweep);
    Arrays.sort(published);
    double ours = sweep[repetitions / 2];
    double theirs = published[repetitions / 2];
    System.out.printf(
        "%s: %d sites, T = %d, %d images, %d threads, medians of %d runs%n",
        model.getFileName(),
        snn.sites().size(),
        steps,
        images,
        Workers.defaultThreads(),
        repetitions);
    System.out.printf("one sweep                   %8.1f s%n", ours);
    System.out.printf("again for every site        %8.1f s%n", theirs);
    System.out.printf("ratio                       %8.1f%n", theirs / ours);
  }

  private static Correction visit(SiteRun site, String calibrated) {
    return site.site().name().equals(calibrated)
        ? Calibration.Bias.PUBLISHED.apply(site, 1)
        : Correction.of(site.parameters());
  }

  private static Graph run(
      Graph ann, Graph snn, CalibrationImages data, int steps, SpikeSweep.Visitor visitor) {
    SpikeSweep.Settings settings =
        new SpikeSweep.Settings(
            DenseBackends.best(), Workers.defaultThreads(), Runtime.getRuntime().maxMemory() / 4);
    try (SpikeSweep sweep = new SpikeSweep(settings)) {
      return sweep.run(ann, snn, data, steps, 1, ProgressListener.NONE, "bias", visitor).snn();
    }
  }

  /** Sites of threshold 3 with half of it as initial potential. */
  private static Graph withSites(Graph ann) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : ann.nodes()) {
      int channels = node.shape().channels();
      nodes.add(
          node.op() instanceof Op.Relu
              ? node.withOp(
                  new Op.IntegrateFire(
                      Weights.filled(channels, 3),
                      Weights.filled(channels, 0),
                      Weights.filled(channels, 1.5f)))
              : node);
    }
    return new Graph(ann.name(), nodes, ann.outputs());
  }
}
