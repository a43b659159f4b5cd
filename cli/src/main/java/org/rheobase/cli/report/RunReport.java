package org.rheobase.cli.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.EvaluateReport.Operations;

/**
 * What {@code run} saw, image by image; the field names are those of the JSON and are never
 * renamed.
 *
 * @param model the file
 * @param kind {@code ann} or {@code snn}
 * @param steps T, where images stop at the latest; 0 for an artificial network
 * @param countFrom the first step whose output counts, from 1
 * @param exit when images stop before the last step; null where they do not
 * @param recipe how the spiking network was made; empty for an artificial network
 */
public record RunReport(
    String model,
    String kind,
    int steps,
    int countFrom,
    ExitReport.@Nullable Rule exit,
    List<Image> images,
    Map<String, Object> recipe) {

  /**
   * One image.
   *
   * @param name the file, or file and record
   * @param label its class from 0; null where it is not known
   * @param top the likeliest classes, the prediction first
   * @param steps that were simulated; 0 for an artificial network
   * @param byStep the prediction as it formed; empty for an artificial network
   * @param spikes of all neurons
   * @param operations of this image
   * @param seconds from the preprocessed image to the prediction
   */
  public record Image(
      String name,
      @Nullable Integer label,
      List<Candidate> top,
      int steps,
      List<Step> byStep,
      long spikes,
      Operations operations,
      double seconds) {}

  /**
   * The prediction after a step.
   *
   * @param step from 1
   * @param counted steps that the outputs average
   * @param top the likeliest classes
   */
  public record Step(int step, int counted, List<Candidate> top) {}

  /**
   * A class and what speaks for it.
   *
   * @param label the class, as data sets number it
   * @param name null where no names were given
   * @param output of the network, averaged over the counted steps
   */
  public record Candidate(int label, @Nullable String name, double output) {
    /** The class as people call it. */
    public String text() {
      return name == null ? "class " + label : name;
    }
  }
}
