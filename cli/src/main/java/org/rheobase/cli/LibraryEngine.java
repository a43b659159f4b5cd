package org.rheobase.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.drawing.Diagram;
import org.rheobase.convert.Conversion;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.RecipeFile;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.OperationCount;
import org.rheobase.graph.Shape;
import org.rheobase.graph.SpikingModules;
import org.rheobase.graph.Verdict;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.OnnxWriter;
import org.rheobase.onnx.ReadOptions;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.sim.Simulators;
import org.rheobase.sweep.SpikeSweep;
import org.rheobase.task.Classification;
import org.rheobase.transform.NodeVerdicts;

/** Does the commands' work with the library. */
final class LibraryEngine implements Engine {
  private static final String DEMO = "demo/shapes_cnn";

  @Override
  public InspectReport inspect(ModelSource source) {
    Path file = source.file();
    ReadOptions options = options(source);
    List<NodeVerdict> asRead = OnnxReader.verdicts(file, options);
    if (asRead.stream().anyMatch(v -> v.verdict() == Verdict.REFUSED)) {
      return unreadable(file, asRead);
    }
    OnnxModel model = OnnxReader.read(file, options);
    Graph graph = model.graph();
    OperationCount count = OperationCount.of(graph);
    Map<String, Node> byName = graph.byName();
    List<InspectReport.NodeReport> nodes = new ArrayList<>();
    for (NodeVerdict verdict : NodeVerdicts.of(graph)) {
      Node node = Objects.requireNonNull(byName.get(verdict.node()));
      nodes.add(
          new InspectReport.NodeReport(
              node.name(),
              verdict.op(),
              node.shape().dims(),
              OperationCount.macs(node),
              word(verdict.verdict()),
              verdict.reason()));
    }
    for (NodeVerdict verdict : model.leftOut()) {
      nodes.add(withoutShape(verdict));
    }
    Graph prepared = prepared(graph);
    SpikingModules modules = SpikingModules.of(prepared);
    long spikeDriven = 0;
    for (Node node : prepared.nodes()) {
      Node original = byName.get(node.name());
      if (original != null && modules.isSpikeDriven(node)) {
        spikeDriven += OperationCount.macs(original);
      }
    }
    return new InspectReport(
        file.toString(),
        graph.isSpiking() ? "snn" : "ann",
        nodes,
        count.totalMacs(),
        count.totalParameters(),
        modules.modules().size(),
        spikeDriven,
        modules.islands().stream()
            .filter(n -> !modules.tail().contains(n))
            .map(Node::name)
            .toList());
  }

  @Override
  public Diagram diagram(ModelSource source, InspectReport report) {
    return report.refused().isEmpty()
        ? NetworkDiagram.of(prepared(read(source).graph()), report)
        : NetworkDiagram.of(OnnxReader.outline(source.file(), options(source)), report);
  }

  /** The form that sites, islands and spike-driven layers are counted in. */
  private static Graph prepared(Graph graph) {
    return graph.isSpiking() ? graph : Converter.prepare(graph, Recipe.DEFAULT.averagePool());
  }

  /** A model with refused nodes has no shapes that could be relied on. */
  private static InspectReport unreadable(Path file, List<NodeVerdict> verdicts) {
    List<InspectReport.NodeReport> nodes =
        verdicts.stream().map(LibraryEngine::withoutShape).toList();
    return new InspectReport(file.toString(), "ann", nodes, 0, 0, 0, 0, List.of());
  }

  private static InspectReport.NodeReport withoutShape(NodeVerdict v) {
    return new InspectReport.NodeReport(
        v.node(), v.op(), List.of(), 0, word(v.verdict()), v.reason());
  }

  private static OnnxModel read(ModelSource source) {
    return OnnxReader.read(source.file(), options(source));
  }

  private static ReadOptions options(ModelSource source) {
    return new ReadOptions(openSize(source.file(), source.preprocess()), source.outputs());
  }

  /** The image size of the preprocessing, where the model leaves it open; else null. */
  private static @Nullable Shape openSize(Path file, @Nullable Path preprocess) {
    Path source = preprocess == null ? PreprocessingFile.beside(file).orElse(null) : preprocess;
    return source == null || !OnnxReader.leavesImageSizeOpen(file)
        ? null
        : PreprocessingFile.read(source).shape();
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public ConvertReport convert(ConvertRequest request, Path target, Progress progress) {
    long start = System.nanoTime();
    OnnxModel model = read(request.model());
    if (model.graph().isSpiking()) {
      throw new MisuseException(
          request.model().file()
              + " is a spiking network already; name the network that it was made from");
    }
    Recipe recipe = request.recipe().resolve(request.seed());
    PreprocessingText preprocessing = preprocessing(request.model(), model);
    Dataset data = DataSpec.parse(request.calibrationData());
    Conversion conversion =
        Converter.convert(
            model.graph(),
            recipe,
            data,
            preprocessing.parsed(model.graph()),
            new SpikeSweep.Settings(
                backend(request.backend()), request.threads(), request.memory()),
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
        notes(conversion.snn()));
  }

  /** What the user should know about the result. */
  private static List<String> notes(Graph snn) {
    List<String> notes = new ArrayList<>();
    List<NodeVerdict> verdicts = NodeVerdicts.of(snn);
    for (Verdict verdict : List.of(Verdict.APPROXIMATED, Verdict.ANALOG)) {
      List<String> names =
          verdicts.stream().filter(v -> v.verdict() == verdict).map(NodeVerdict::node).toList();
      if (!names.isEmpty()) {
        notes.add(
            names.size()
                + (names.size() == 1 ? " node is " : " nodes are ")
                + word(verdict)
                + " ("
                + names.getFirst()
                + (names.size() == 1 ? "" : ", …")
                + "); 'rheobase inspect' says why");
      }
    }
    return notes;
  }

  @Override
  public EvaluateReport evaluate(EvaluateRequest request, Progress progress) {
    OnnxModel model = read(request.model());
    Preprocessing preprocessing = preprocessing(request.model(), model).parsed(model.graph());
    Dataset data = DataSpec.parse(request.data());
    if (request.images() != null && request.images() < data.size()) {
      data = data.slice(0, request.images());
    }
    long start = System.nanoTime();
    SnnMetadata metadata = model.spiking();
    if (metadata == null) {
      return evaluateAnn(request, model.graph(), preprocessing, data, start, progress);
    }
    return evaluateSnn(request, model.graph(), metadata, preprocessing, data, start, progress);
  }

  private static EvaluateReport evaluateAnn(
      EvaluateRequest request,
      Graph graph,
      Preprocessing preprocessing,
      Dataset data,
      long start,
      Progress progress) {
    Classification.Score score;
    try (DenseExecutor executor = new DenseExecutor(graph, backend(request.backend()))) {
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
        Map.of());
  }

  private static EvaluateReport evaluateSnn(
      EvaluateRequest request,
      Graph graph,
      SnnMetadata metadata,
      Preprocessing preprocessing,
      Dataset data,
      long start,
      Progress progress) {
    int steps = request.steps() == null ? metadata.steps() : request.steps();
    int countFrom = request.countFrom() == null ? metadata.countFrom() : request.countFrom();
    if (countFrom > steps) {
      throw new MisuseException(
          "counting from step "
              + countFrom
              + " needs at least as many steps, found "
              + steps
              + "; raise -T or lower --count-from");
    }
    Classification.SpikingScore score =
        Classification.evaluate(
            graph,
            Simulators.compile(graph, request.kernel()),
            data,
            preprocessing,
            steps,
            countFrom,
            request.threads(),
            progress);
    double seconds = (System.nanoTime() - start) / 1e9;
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
        JsonReport.map(metadata.recipe()));
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

  private static DenseBackend backend(Backend choice) {
    return switch (choice) {
      case AUTO -> DenseBackends.best();
      case JAVA, ONEDNN -> DenseBackends.named(choice.toString());
    };
  }

  /**
   * A preprocessing file's text.
   *
   * @param source named in errors
   */
  private record PreprocessingText(String text, String source) {
    Preprocessing parsed(Graph graph) {
      Preprocessing preprocessing = PreprocessingFile.parse(text, source);
      Shape expected = graph.input().shape();
      if (!preprocessing.shape().equals(expected)) {
        throw new UnreadableDataException(
            source
                + ": key 'size': expected the network's input "
                + expected
                + ", found "
                + preprocessing.shape()
                + "; correct the size");
      }
      return preprocessing;
    }
  }

  /**
   * The one that was asked for, else the one that a spiking network carries, else the neighbour.
   */
  private static PreprocessingText preprocessing(ModelSource source, OnnxModel model) {
    Path file = source.file();
    Path given = source.preprocess();
    if (given != null) {
      return new PreprocessingText(PreprocessingFile.text(given), given.toString());
    }
    SnnMetadata metadata = model.spiking();
    if (metadata != null && !metadata.preprocessing().isEmpty()) {
      return new PreprocessingText(
          metadata.preprocessing(), file + ", metadata " + SnnMetadata.PREPROCESSING_KEY);
    }
    Path beside =
        PreprocessingFile.beside(file)
            .orElseThrow(() ->
                new UnreadableDataException(
                    file
                        + ": expected NAME.preprocess.yaml beside the model, found none; write one"
                        + " (docs/formats.md) or name it with --preprocess"));
    return new PreprocessingText(PreprocessingFile.text(beside), beside.toString());
  }
}
