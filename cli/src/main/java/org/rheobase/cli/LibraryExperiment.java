package org.rheobase.cli;

import org.rheobase.cli.Engine.ExperimentRequest;
import org.rheobase.cli.ModelReading.PreprocessingText;
import org.rheobase.cli.compare.Experiment;
import org.rheobase.convert.Conversion;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.ParameterMemory;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.CostModel;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;
import org.rheobase.sweep.SpikeSweep;
import org.rheobase.task.Classification;

/**
 * Measures recipes with the library.
 *
 * @param ann the artificial network
 */
record LibraryExperiment(
    Subject subject,
    Graph ann,
    Preprocessing preprocessing,
    Dataset calibrationData,
    Dataset testData,
    SpikeSweep.Settings settings)
    implements Experiment {

  /** Reads everything once. */
  static LibraryExperiment open(ExperimentRequest request, ProgressListener progress) {
    OnnxModel model = ModelReading.readArtificial(request.model());
    PreprocessingText preprocessing = ModelReading.preprocessing(request.model(), model);
    Preprocessing parsed = preprocessing.parsed(model.graph());
    Dataset calibrationData = DataSpec.parse(request.calibrationData());
    Dataset testData = Evaluation.data(request.testData(), request.images());
    DenseBackend backend = ModelReading.backend(request.backend());
    progress.stage("fingerprints of the data", 0);
    Subject subject =
        new Subject(
            Main.version(),
            model.sha256(),
            request.model().outputs(),
            preprocessing.text(),
            calibrationData.fingerprint(),
            calibrationData.size(),
            testData.fingerprint(),
            testData.size(),
            backend.name());
    return new LibraryExperiment(
        subject,
        model.graph(),
        parsed,
        calibrationData,
        testData,
        new SpikeSweep.Settings(backend, request.threads(), request.memory()));
  }

  @Override
  public AnnScore ann(ProgressListener progress) {
    try (DenseExecutor executor = new DenseExecutor(ann, settings.backend())) {
      Classification.Score score =
          Classification.evaluate(executor, testData, preprocessing, settings.threads(), progress);
      return new AnnScore(score.top1(1), score.top5(1));
    }
  }

  @Override
  public Measurement measure(Recipe recipe, ProgressListener progress) {
    long start = System.nanoTime();
    Conversion conversion =
        Converter.convert(ann, recipe, calibrationData, preprocessing, settings, progress);
    double seconds = (System.nanoTime() - start) / 1e9;
    Graph snn = conversion.snn();
    CostModel costs =
        KernelCosts.forWork(Kernel.AUTO, snn, recipe.steps(), testData.size(), progress);
    long converted = System.nanoTime();
    int countFrom = recipe.countFrom().step(recipe.steps());
    Classification.SpikingScore score =
        Classification.evaluate(
            snn,
            Simulators.compile(snn, Kernel.AUTO, costs),
            testData,
            preprocessing,
            recipe.steps(),
            countFrom,
            settings.threads(),
            progress);
    long evaluated = System.nanoTime();
    ParameterMemory memory = ParameterMemory.of(snn, recipe.weights().bytes());
    double images = score.score().images();
    return new Measurement(
        score.score().top1(recipe.steps()),
        score.score().top5(recipe.steps()),
        countFrom,
        score.sops() / images,
        score.activity().macs() / images,
        score.firingRate(),
        memory.total(),
        memory.total() - memory.weights() - memory.biases(),
        seconds,
        (evaluated - converted) / 1e9,
        settings.threads());
  }
}
