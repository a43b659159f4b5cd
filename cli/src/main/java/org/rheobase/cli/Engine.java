package org.rheobase.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.RecipeOptions.RecipeRequest;
import org.rheobase.cli.compare.Experiment;
import org.rheobase.cli.report.BenchReport;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.RunListener;
import org.rheobase.cli.report.RunReport;
import org.rheobase.cli.report.drawing.Diagram;
import org.rheobase.sim.Kernel;

/**
 * The work behind the commands, without options, files of results or text: the one place where the
 * command line meets the library. Every method throws a {@link
 * org.rheobase.error.RheobaseException} for what the user can mend.
 */
interface Engine {

  /** Reads a model and judges its nodes. */
  InspectReport inspect(ModelSource model);

  /**
   * The picture of a model that was inspected.
   *
   * @param report the result of {@link #inspect}
   */
  Diagram diagram(ModelSource model, InspectReport report);

  /**
   * Converts and writes the spiking network to {@code target}, which is moved to its place later.
   */
  ConvertReport convert(ConvertRequest request, Path target, Progress progress);

  /** Runs a network, artificial or spiking, over labelled images. */
  EvaluateReport evaluate(EvaluateRequest request, Progress progress);

  /**
   * Runs a network, artificial or spiking, on one image after the other.
   *
   * @param listener is told what happens when it happens
   */
  RunReport run(RunRequest request, RunListener listener, Progress progress);

  /** Reads a model, and the images that it is converted with and measured on. */
  Experiment experiment(ExperimentRequest request, Progress progress);

  /** Measures this machine, and a network on it. */
  BenchReport bench(BenchRequest request, Progress progress);

  /** Writes the built-in trained network to {@code target} and names its built-in images. */
  DemoData demo(Path target, long seed, Progress progress);

  /** What runs the artificial network's convolutions. */
  enum Backend {
    AUTO,
    JAVA,
    ONEDNN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where a model comes from.
   *
   * @param file an ONNX file
   * @param preprocess a file, or null for the one beside the model
   * @param outputs names of nodes or tensors that the network shall return; empty for its own
   */
  record ModelSource(Path file, @Nullable Path preprocess, List<String> outputs) {}

  /**
   * What to convert and how.
   *
   * @param model the artificial network
   * @param output where the result will be, for the report
   * @param calibrationData a SPEC
   * @param memory for calibration, in bytes
   */
  record ConvertRequest(
      ModelSource model,
      Path output,
      String calibrationData,
      RecipeRequest recipe,
      Backend backend,
      int threads,
      long memory,
      long seed) {}

  /**
   * What to evaluate and how.
   *
   * @param model a network, artificial or spiking
   * @param data a SPEC with labels
   * @param steps T, or null for the T that the network was made for
   * @param countFrom the first step whose output counts, or null for what the file says
   * @param images at most so many, or null for all
   * @param annAccuracy of the network that a spiking one was made from, where it is known
   * @param exit when images stop before the last step, or null
   */
  record EvaluateRequest(
      ModelSource model,
      String data,
      @Nullable Integer steps,
      @Nullable Integer countFrom,
      @Nullable Integer images,
      @Nullable Double annAccuracy,
      @Nullable ExitRequest exit,
      Kernel kernel,
      Backend backend,
      int threads,
      long seed) {
    /** The same question about the artificial network, which has no steps. */
    EvaluateRequest ofArtificial(ModelSource other) {
      return new EvaluateRequest(
          other, data, null, null, images, annAccuracy, null, kernel, backend, threads, seed);
    }

    /** The same question, knowing the accuracy of the artificial network. */
    EvaluateRequest withAnn(@Nullable Double accuracy) {
      return new EvaluateRequest(
          model, data, steps, countFrom, images, accuracy, exit, kernel, backend, threads, seed);
    }
  }

  /**
   * What to run on which images.
   *
   * @param model a network, artificial or spiking
   * @param images files; empty where {@code data} is given
   * @param data a SPEC; null where files are given
   * @param labels a file of class names, or null
   * @param steps T, or null for the T that the network was made for
   * @param countFrom the first step whose output counts, or null for what the file says
   * @param exit when images stop before the last step, or null
   */
  record RunRequest(
      ModelSource model,
      List<Path> images,
      @Nullable String data,
      @Nullable Path labels,
      @Nullable Integer steps,
      @Nullable Integer countFrom,
      @Nullable ExitRequest exit,
      Kernel kernel,
      Backend backend,
      int threads) {}

  /** When an image stops before the last step, see {@link org.rheobase.task.MarginRule}. */
  sealed interface ExitRequest {
    /** At a margin from 0. */
    record Margin(double value) implements ExitRequest {}

    /**
     * At the smallest margin that keeps a promise.
     *
     * @param share of predictions that may change, above 0 and at most 1
     * @param data a SPEC of the images to calibrate on
     */
    record Loss(double share, String data) implements ExitRequest {}
  }

  /**
   * What recipes are tried on.
   *
   * @param model the artificial network
   * @param calibrationData a SPEC
   * @param testData a SPEC with labels
   * @param images evaluate at most so many, or null for all
   * @param memory for calibration, in bytes
   */
  record ExperimentRequest(
      ModelSource model,
      String calibrationData,
      String testData,
      @Nullable Integer images,
      Backend backend,
      int threads,
      long memory) {}

  /**
   * What to measure.
   *
   * @param channels of the layers
   * @param densities spikes per neuron and step of the layers
   * @param network or null for layers only
   * @param threads that the network is measured with, besides one
   */
  record BenchRequest(
      List<Integer> channels,
      List<Double> densities,
      @Nullable NetworkBench network,
      int threads) {}

  /**
   * A spiking network to measure.
   *
   * @param data a SPEC with labels
   * @param steps T, or null for the T that the network was made for
   * @param images at most so many
   */
  record NetworkBench(
      ModelSource model, String data, @Nullable Integer steps, int images, Kernel kernel) {}

  /**
   * What the demonstration works on.
   *
   * @param preprocess a file, or null when the images need none
   * @param calibrationData a SPEC
   * @param testData a SPEC of other images
   */
  record DemoData(@Nullable Path preprocess, String calibrationData, String testData) {
    ModelSource source(Path file) {
      return new ModelSource(file, preprocess, List.of());
    }
  }
}
