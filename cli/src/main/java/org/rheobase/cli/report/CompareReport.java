package org.rheobase.cli.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare} found; the field names are those of the JSON and are never renamed.
 *
 * @param task for example {@code classification}
 * @param model the file
 * @param metricName what {@code metric} and {@code ann} are, for example {@code top1}
 * @param images that were evaluated
 * @param ann metric of the artificial network, a fraction of one
 * @param annTop5 label among the five largest outputs, a fraction of one
 * @param rows one for each cell: a conversion and its evaluation
 * @param summary one for each recipe, number of calibration images and T
 * @param recipes every choice by recipe; a row's T, seed and calibration images take their place
 */
public record CompareReport(
    String task,
    String model,
    String metricName,
    int images,
    double ann,
    double annTop5,
    List<Row> rows,
    List<Summary> summary,
    Map<String, Map<String, Object>> recipes) {

  /**
   * One conversion and its evaluation.
   *
   * @param steps T
   * @param calibrationImages that corrections after the thresholds took; 0 without any
   * @param metric a fraction of one, after T steps
   * @param countFrom the first step whose output counts, from 1
   * @param sops synaptic operations per image
   * @param macs multiply-accumulates per image
   * @param firingRate spikes per neuron and step
   * @param parameterBytes of the spiking network
   * @param addedBytes of these, thresholds, bias currents and initial potentials
   * @param threads that took these times
   */
  public record Row(
      String recipe,
      @JsonProperty("T") int steps,
      long seed,
      int calibrationImages,
      double metric,
      double ann,
      double top5,
      int countFrom,
      double sops,
      double macs,
      double firingRate,
      long parameterBytes,
      long addedBytes,
      double convertSeconds,
      double evaluateSeconds,
      int threads) {}

  /**
   * A row's means over its seeds.
   *
   * @param seeds how many there are
   * @param mean of the metric
   * @param standardDeviation of the metric, of the sample (divisor n - 1); null for one seed
   */
  public record Summary(
      String recipe,
      @JsonProperty("T") int steps,
      int calibrationImages,
      int seeds,
      double mean,
      @Nullable Double standardDeviation,
      double sops,
      double macs,
      double firingRate,
      double parameterBytes,
      double addedBytes,
      double convertSeconds,
      double evaluateSeconds) {}

  /** Puts rows together; those that differ only in their seed make one line of the summary. */
  public static CompareReport of(
      String model,
      int images,
      double ann,
      double annTop5,
      List<Row> rows,
      Map<String, Map<String, Object>> recipes) {
    Map<List<Object>, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      List<Object> group = List.of(row.recipe(), row.calibrationImages(), row.steps());
      groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(row);
    }
    return new CompareReport(
        "classification",
        model,
        "top1",
        images,
        ann,
        annTop5,
        List.copyOf(rows),
        groups.values().stream().map(CompareReport::summary).toList(),
        recipes);
  }

  private static Summary summary(List<Row> rows) {
    Row first = rows.getFirst();
    Spread metric = spread(rows, Row::metric);
    return new Summary(
        first.recipe(),
        first.steps(),
        first.calibrationImages(),
        rows.size(),
        metric.mean(),
        metric.deviation(),
        mean(rows, Row::sops),
        mean(rows, Row::macs),
        mean(rows, Row::firingRate),
        mean(rows, Row::parameterBytes),
        mean(rows, Row::addedBytes),
        mean(rows, Row::convertSeconds),
        mean(rows, Row::evaluateSeconds));
  }

  private static double mean(List<Row> rows, ToDoubleFunction<Row> value) {
    return spread(rows, value).mean();
  }

  private static Spread spread(List<Row> rows, ToDoubleFunction<Row> value) {
    return Spread.of(rows.stream().map(value::applyAsDouble).toList());
  }

  /** The summary as lines of a table or a plot: by recipe and number of calibration images. */
  List<Line> lines() {
    Map<List<Object>, List<Summary>> groups = new LinkedHashMap<>();
    for (Summary s : summary) {
      groups
          .computeIfAbsent(List.of(s.recipe(), s.calibrationImages()), _ -> new ArrayList<>())
          .add(s);
    }
    return groups.values().stream().map(Line::new).toList();
  }

  /** Whether a recipe was tried with several numbers of calibration images. */
  boolean variesImages() {
    return lines().size() > lines().stream().map(Line::recipe).distinct().count();
  }

  /** T, in ascending order. */
  List<Integer> steps() {
    return summary.stream().map(Summary::steps).distinct().sorted().toList();
  }

  /**
   * What one recipe with one number of calibration images achieves.
   *
   * @param byStep in ascending order of T
   */
  record Line(List<Summary> byStep) {
    String recipe() {
      return byStep.getFirst().recipe();
    }

    int calibrationImages() {
      return byStep.getFirst().calibrationImages();
    }
  }
}
