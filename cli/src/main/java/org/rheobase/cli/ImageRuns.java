package org.rheobase.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.RunRequest;
import org.rheobase.cli.report.EvaluateReport.Operations;
import org.rheobase.cli.report.ExitReport;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.RunListener;
import org.rheobase.cli.report.RunReport;
import org.rheobase.cli.report.RunReport.Candidate;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.Sample;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.OperationCount;
import org.rheobase.graph.Tensor;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.sim.Activity;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;
import org.rheobase.sim.StopRule;

/** A network, artificial or spiking, on one image after the other. */
final class ImageRuns {
  /** Classes of a step in the report. */
  private static final int CANDIDATES = 5;

  private final RunRequest request;
  private final Preprocessing preprocessing;
  private final Dataset data;
  private final ClassNames names;
  private final RunListener listener;

  private ImageRuns(
      RunRequest request,
      Preprocessing preprocessing,
      Dataset data,
      ClassNames names,
      RunListener listener) {
    this.request = request;
    this.preprocessing = preprocessing;
    this.data = data;
    this.names = names;
    this.listener = listener;
  }

  static RunReport of(RunRequest request, RunListener listener, Progress progress) {
    OnnxModel model = ModelReading.read(request.model());
    Graph graph = model.graph();
    Preprocessing preprocessing = ModelReading.preprocessing(request.model(), model).parsed(graph);
    String spec = request.data();
    ImageRuns runs =
        new ImageRuns(
            request,
            preprocessing,
            spec == null ? DataSpec.files(request.images()) : DataSpec.parse(spec),
            ClassNames.read(
                request.labels(),
                preprocessing.labelOffset(),
                graph.node(graph.outputs().getFirst().node()).shape().size()),
            listener);
    SnnMetadata metadata = model.spiking();
    return metadata == null ? runs.artificial(graph) : runs.spiking(graph, metadata, progress);
  }

  private RunReport artificial(Graph graph) {
    if (request.exit() != null) {
      throw new MisuseException(
          request.model().file()
              + " is an artificial network, which has no steps to stop at; leave --exit out");
    }
    RunReport report = report("ann", new RunLength(0, 1), null, Map.of());
    long macs = OperationCount.of(graph).totalMacs();
    listener.begin(report, names.names());
    try (DenseExecutor executor =
        new DenseExecutor(graph, ModelReading.backend(request.backend()))) {
      for (int i = 0; i < data.size(); i++) {
        Sample sample = data.get(i);
        Tensor input = new Tensor(1, preprocessing.shape(), preprocessing.apply(sample));
        listener.image(sample.name(), label(sample));
        long start = System.nanoTime();
        float[] outputs = executor.output(input, request.threads()).image(0);
        RunReport.Image image =
            new RunReport.Image(
                sample.name(),
                number(sample),
                top(outputs),
                0,
                List.of(),
                0,
                new Operations(macs, 0),
                (System.nanoTime() - start) / 1e9);
        listener.done(image);
        report.images().add(image);
      }
    }
    return report;
  }

  private RunReport spiking(Graph graph, SnnMetadata metadata, Progress progress) {
    RunLength length = RunLength.of(request.steps(), request.countFrom(), metadata);
    SpikingNetwork network =
        Simulators.compile(
            graph,
            request.kernel(),
            KernelCosts.forWork(request.kernel(), graph, length.steps(), data.size(), progress));
    EarlyExit exit =
        request.exit() == null
            ? null
            : EarlyExit.of(
                request.exit(), network, preprocessing, length, request.threads(), progress);
    progress.clear();
    RunReport report =
        report(
            "snn", length, exit == null ? null : exit.report(), JsonReport.map(metadata.recipe()));
    listener.begin(report, names.names());
    try (SpikingNetwork.Simulator simulator = network.newSimulator(request.threads())) {
      for (int i = 0; i < data.size(); i++) {
        RunReport.Image image = run(simulator, data.get(i), length, exit);
        listener.done(image);
        report.images().add(image);
      }
    }
    return report;
  }

  private RunReport.Image run(
      SpikingNetwork.Simulator simulator,
      Sample sample,
      RunLength length,
      @Nullable EarlyExit exit) {
    float[] input = preprocessing.apply(sample);
    listener.image(sample.name(), label(sample));
    List<RunReport.Step> byStep = new ArrayList<>();
    long[] showing = new long[1];
    StopRule.Watcher watcher =
        (step, prediction) -> {
          long seen = System.nanoTime();
          int counted = step < length.countFrom() ? step : step - length.countFrom() + 1;
          byStep.add(new RunReport.Step(step, counted, top(prediction)));
          listener.step(byStep.getLast());
          showing[0] += System.nanoTime() - seen;
        };
    StopRule stop = StopRule.watching(watcher);
    if (exit != null) {
      StopRule settled = exit.rule().from(length.countFrom());
      stop =
          (step, prediction) -> {
            watcher.see(step, prediction);
            return settled.stopsAfter(step, prediction);
          };
    }
    long start = System.nanoTime();
    Simulation run = simulator.run(input, length.steps(), length.countFrom(), stop);
    double seconds = (System.nanoTime() - start - showing[0]) / 1e9;
    Activity activity = run.activity();
    return new RunReport.Image(
        sample.name(),
        number(sample),
        byStep.getLast().top(),
        run.steps(),
        byStep,
        Arrays.stream(activity.spikes()).flatMapToLong(Arrays::stream).sum(),
        new Operations(activity.macs(), Arrays.stream(activity.sops()).sum()),
        seconds);
  }

  private RunReport report(
      String kind, RunLength length, ExitReport.@Nullable Rule exit, Map<String, Object> recipe) {
    return new RunReport(
        request.model().file().toString(),
        kind,
        length.steps(),
        length.countFrom(),
        exit,
        new ArrayList<>(),
        recipe);
  }

  /** Of equal outputs, the one with the lower index comes first; those that are no number last. */
  private List<Candidate> top(float[] outputs) {
    Comparator<Integer> isNumber = Comparator.comparing(k -> Float.isNaN(outputs[k]));
    return IntStream.range(0, outputs.length)
        .boxed()
        .sorted(isNumber.thenComparingDouble(k -> -outputs[k]))
        .limit(CANDIDATES)
        .map(k -> names.candidate(k, outputs[k]))
        .toList();
  }

  private @Nullable Candidate label(Sample sample) {
    return sample.label() < 0
        ? null
        : names.candidate(sample.label() + preprocessing.labelOffset(), 0);
  }

  private static @Nullable Integer number(Sample sample) {
    return sample.label() < 0 ? null : sample.label();
  }
}
