package org.rheobase.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.rheobase.cli.ModelReading.PreprocessingText;
import org.rheobase.cli.compare.Experiment;
import org.rheobase.cli.report.BenchReport;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.RunListener;
import org.rheobase.cli.report.RunReport;
import org.rheobase.cli.report.drawing.Diagram;
import org.rheobase.convert.Conversion;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.RecipeFile;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.error.FailureException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Verdict;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxWriter;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.sweep.SpikeSweep;
import org.rheobase.transform.NodeVerdicts;

/** Does the commands' work with the library. */
final class LibraryEngine implements Engine {
  private static final String DEMO = "demo/shapes_cnn";

  @Override
  public InspectReport inspect(ModelSource source) {
    return Inspection.of(source);
  }

  @Override
  public Diagram diagram(ModelSource source, InspectReport report) {
    return Inspection.diagram(source, report);
  }

  @Override
  public ConvertReport convert(ConvertRequest request, Path target, Progress progress) {
    long start = System.nanoTime();
    OnnxModel model = ModelReading.readArtificial(request.model());
    Recipe recipe = request.recipe().resolve(request.seed());
    PreprocessingText preprocessing = ModelReading.preprocessing(request.model(), model);
    Dataset data = DataSpec.parse(request.calibrationData());
    Conversion conversion =
        Converter.convert(
            model.graph(),
            recipe,
            data,
            preprocessing.parsed(model.graph()),
            new SpikeSweep.Settings(
                ModelReading.backend(request.backend()), request.threads(), request.memory()),
            progress);
    progress.stage("fingerprint of the data", 0);
    SnnMetadata metadata =
        new SnnMetadata(
            RecipeFile.toJson(recipe),
            recipe.steps(),
            recipe.countFrom().step(recipe.steps()),
            model.sha256(),
            data.fingerprint(),
            preprocessing.text(),
            recipe.seed(),
            Main.version());
    OnnxWriter.write(conversion.snn(), metadata, target);
    return new ConvertReport(
        request.model().file().toString(),
        request.output().toString(),
        recipe.steps(),
        conversion.calibrationImages(),
        conversion.sites().stream()
            .map(s ->
                new ConvertReport.SiteReport(
                    s.name(),
                    conversion.snn().node(s.name()).shape().channels(),
                    s.neurons(),
                    s.deadChannels(),
                    s.minThreshold(),
                    s.maxThreshold(),
                    s.saturated(),
                    s.silent(),
                    s.errorBefore(),
                    s.errorAfter()))
            .toList(),
        conversion.excess(),
        (System.nanoTime() - start) / 1e9,
        request.threads(),
        JsonReport.map(RecipeFile.toJson(recipe)),
        notes(conversion));
  }

  /** What the user should know about the result. */
  private static List<String> notes(Conversion conversion) {
    Graph snn = conversion.snn();
    List<String> notes = new ArrayList<>();
    if (!conversion.untrained().isEmpty()) {
      notes.add(untrained(conversion.untrained()));
    }
    List<NodeVerdict> verdicts = NodeVerdicts.of(snn);
    for (Verdict verdict : List.of(Verdict.APPROXIMATED, Verdict.ANALOG)) {
      List<String> names =
          verdicts.stream().filter(v -> v.verdict() == verdict).map(NodeVerdict::node).toList();
      if (!names.isEmpty()) {
        notes.add(
            names.size()
                + (names.size() == 1 ? " node is " : " nodes are ")
                + Inspection.word(verdict)
                + " ("
                + names.getFirst()
                + (names.size() == 1 ? "" : ", …")
                + "); 'rheobase inspect' says why");
      }
    }
    return notes;
  }

  private static String untrained(List<String> sites) {
    boolean isOne = sites.size() == 1;
    return "weight calibration left "
        + (isOne ? "1 site alone (" : sites.size() + " sites alone (")
        + sites.getFirst()
        + (isOne ? "" : ", …")
        + "): no layer of at most 16 M weights feeds "
        + (isOne ? "it" : "them")
        + " directly and nothing else";
  }

  @Override
  public EvaluateReport evaluate(EvaluateRequest request, Progress progress) {
    return Evaluation.of(request, progress);
  }

  @Override
  public RunReport run(RunRequest request, RunListener listener, Progress progress) {
    return ImageRuns.of(request, listener, progress);
  }

  @Override
  public Experiment experiment(ExperimentRequest request, Progress progress) {
    return LibraryExperiment.open(request, progress);
  }

  @Override
  public BenchReport bench(BenchRequest request, Progress progress) {
    return Benchmark.of(request, progress);
  }

  @Override
  public DemoData demo(Path target, long seed, Progress progress) {
    copy(DEMO + ".onnx", target);
    Path preprocessing = target.resolveSibling("demo.preprocess.yaml");
    copy(DEMO + ".preprocess.yaml", preprocessing);
    // Seeds 1 and 2 drew the images that the network was trained and tuned on.
    return new DemoData(preprocessing, "shapes:512,seed=3", "shapes:1000,seed=4");
  }

  private static void copy(String resource, Path target) {
    try (InputStream in = LibraryEngine.class.getResourceAsStream(resource)) {
      Files.write(target, Objects.requireNonNull(in, resource).readAllBytes());
    } catch (IOException e) {
      throw new FailureException(
          "cannot write " + target + ": " + e.getMessage() + "; choose another --out", e);
    }
  }
}
