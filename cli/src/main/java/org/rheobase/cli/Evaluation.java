package org.rheobase.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.EvaluateRequest;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.ExitReport;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.OperationCount;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.sim.CostModel;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;
import org.rheobase.task.Classification;

/** A network, artificial or spiking, over labelled images. */
final class Evaluation {
  private Evaluation() {}

  static EvaluateReport of(EvaluateRequest request, Progress progress) {
    OnnxModel model = ModelReading.read(request.model());
    Preprocessing preprocessing =
        ModelReading.preprocessing(request.model(), model).parsed(model.graph());
    Dataset data = data(request.data(), request.images());
    long start = System.nanoTime();
    SnnMetadata metadata = model.spiking();
    if (metadata == null) {
      return evaluateAnn(request, model.graph(), preprocessing, data, start, progress);
    }
    return evaluateSnn(request, model.graph(), metadata, preprocessing, data, start, progress);
  }

  /**
   * Labelled images.
   *
   * @param atMost of them, or null for all
   */
  static Dataset data(String spec, @Nullable Integer atMost) {
    Dataset all = DataSpec.parse(spec);
    return atMost == null || atMost >= all.size() ? all : all.slice(0, atMost);
  }

  private static EvaluateReport evaluateAnn(
      EvaluateRequest request,
      Graph graph,
      Preprocessing preprocessing,
      Dataset data,
      long start,
      Progress progress) {
    if (request.exit() != null) {
      throw new MisuseException(
          request.model().file()
              + " is an artificial network, which has no steps to stop at; leave --exit out");
    }
    Classification.Score score;
    try (DenseExecutor executor =
        new DenseExecutor(graph, ModelReading.backend(request.backend()))) {
      score = Classification.evaluate(executor, data, preprocessing, request.threads(), progress);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new EvaluateReport(
        "classification",
        request.model().file().toString(),
        "ann",
        score.images(),
        List.of(),
        1,
        new EvaluateReport.Metric("top1", score.top1(1), List.of(), score.top5(1), List.of()),
        new EvaluateReport.FiringRate(0, List.of()),
        new EvaluateReport.Operations(OperationCount.of(graph).totalMacs(), 0),
        Map.of(),
        seconds,
        score.images() / seconds,
        request.threads(),
        Map.of(),
        null);
  }

  private static EvaluateReport evaluateSnn(
      EvaluateRequest request,
      Graph graph,
      SnnMetadata metadata,
      Preprocessing preprocessing,
      Dataset data,
      long start,
      Progress progress) {
    RunLength length = RunLength.of(request.steps(), request.countFrom(), metadata);
    int steps = length.steps();
    int countFrom = length.countFrom();
    long preparing = System.nanoTime();
    CostModel costs = KernelCosts.forWork(request.kernel(), graph, steps, data.size(), progress);
    long measured = System.nanoTime() - preparing;
    SpikingNetwork network = Simulators.compile(graph, request.kernel(), costs);
    long calibrating = System.nanoTime();
    // First, because it may find that its images do not suffice.
    EarlyExit exit =
        request.exit() == null
            ? null
            : EarlyExit.of(
                request.exit(), network, preprocessing, length, request.threads(), progress);
    long calibrated = measured + System.nanoTime() - calibrating;
    Classification.SpikingScore score =
        Classification.evaluate(
            graph, network, data, preprocessing, steps, countFrom, request.threads(), progress);
    double seconds = (System.nanoTime() - start - calibrated) / 1e9;
    int images = score.score().images();
    List<EvaluateReport.LayerRate> rates = new ArrayList<>();
    for (int s = 0; s < score.sites().size(); s++) {
      Node site = score.sites().get(s);
      rates.add(
          new EvaluateReport.LayerRate(site.name(), site.shape().size(), score.firingRate(s)));
    }
    List<Integer> everyStep = IntStream.rangeClosed(1, steps).boxed().toList();
    return new EvaluateReport(
        "classification",
        request.model().file().toString(),
        "snn",
        images,
        everyStep,
        countFrom,
        new EvaluateReport.Metric(
            "top1",
            request.annAccuracy(),
            everyStep.stream().map(t -> score.score().top1(t)).toList(),
            null,
            everyStep.stream().map(t -> score.score().top5(t)).toList()),
        new EvaluateReport.FiringRate(score.firingRate(), rates),
        new EvaluateReport.Operations(
            (double) score.activity().macs() / images, (double) score.sops() / images),
        Map.of(),
        seconds,
        images / seconds,
        request.threads(),
        JsonReport.map(metadata.recipe()),
        exit(request, exit, network, preprocessing, data, length, score.predictions(), progress));
  }

  private static @Nullable ExitReport exit(
      EvaluateRequest request,
      @Nullable EarlyExit exit,
      SpikingNetwork network,
      Preprocessing preprocessing,
      Dataset data,
      RunLength length,
      int[] predictions,
      Progress progress) {
    return exit == null
        ? null
        : exit.evaluate(
            network, data, preprocessing, length, predictions, request.threads(), progress);
  }
}
