package org.rheobase.cli.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code evaluate} found; the field names are those of the JSON and are never renamed.
 *
 * @param task for example {@code classification}
 * @param model the file
 * @param kind {@code ann} or {@code snn}
 * @param images how many were evaluated
 * @param steps the time steps that {@code metric.byStep} is given at; empty for an artificial
 *     network
 * @param countFrom the first step whose output counts, from 1
 * @param firingRate over all neurons, images and steps; no layers for an artificial network
 * @param operations per image
 * @param energy joules per image by platform; empty when not asked for
 * @param seconds wall-clock time of the evaluation, reading and preprocessing of images included
 * @param threads that worked
 * @param recipe how the spiking network was made; empty for an artificial network
 * @param exit the same images when they stop early; null when not asked for
 */
public record EvaluateReport(
    String task,
    String model,
    String kind,
    int images,
    List<Integer> steps,
    int countFrom,
    Metric metric,
    FiringRate firingRate,
    Operations operations,
    Map<String, Double> energy,
    double seconds,
    double imagesPerSecond,
    int threads,
    Map<String, Object> recipe,
    @Nullable ExitReport exit) {

  /**
   * The task's measure of quality, a fraction of one.
   *
   * @param name for example {@code top1}
   * @param ann that of the artificial network: measured when that is what was evaluated, otherwise
   *     what is known about the source network, or null
   * @param byStep for every entry of {@code steps}; empty for an artificial network
   * @param annTop5 like {@code ann}, for the label among the five largest outputs
   * @param top5ByStep like {@code byStep}, for the label among the five largest outputs
   */
  public record Metric(
      String name,
      @Nullable Double ann,
      List<Double> byStep,
      @Nullable Double annTop5,
      List<Double> top5ByStep) {}

  /**
   * Spikes per neuron and step.
   *
   * @param mean over all neurons
   */
  public record FiringRate(double mean, List<LayerRate> byLayer) {}

  /**
   * Spikes per neuron and step of one site.
   *
   * @param neurons in one image
   */
  public record LayerRate(String name, long neurons, double rate) {}

  /**
   * Operations per image, averaged over the images.
   *
   * @param macs multiply-accumulates over the whole run
   * @param sops synaptic operations over the whole run; 0 for an artificial network
   */
  public record Operations(double macs, double sops) {}

  /** Whether a spiking network was evaluated. */
  boolean spiking() {
    return kind.equals("snn");
  }

  /** The same result under another file name. */
  public EvaluateReport withModel(String name) {
    return with(name, exit);
  }

  /** The same result with what became of the images when they stopped early. */
  public EvaluateReport withExit(ExitReport stopped) {
    return with(model, stopped);
  }

  private EvaluateReport with(String name, @Nullable ExitReport stopped) {
    return new EvaluateReport(
        task,
        name,
        kind,
        images,
        steps,
        countFrom,
        metric,
        firingRate,
        operations,
        energy,
        seconds,
        imagesPerSecond,
        threads,
        recipe,
        stopped);
  }
}
