package org.rheobase.cli.compare;

import java.util.List;
import org.rheobase.convert.Recipe;
import org.rheobase.parallel.ProgressListener;

/** A trained network with calibration and test images, read once, that recipes are tried on. */
public interface Experiment {

  Subject subject();

  /** Measures the artificial network. */
  AnnScore ann(ProgressListener progress);

  /** Converts for the recipe's T, then measures at that T. */
  Measurement measure(Recipe recipe, ProgressListener progress);

  /**
   * All that a measurement depends on, the recipe aside. Threads, memory and the kernel of the
   * simulation are not among it: results do not depend on them.
   *
   * @param program version
   * @param modelSha256 of the file
   * @param outputs that were chosen; empty for the model's own
   * @param preprocessing text of the file
   * @param calibrationData fingerprint
   * @param testData fingerprint of the images that are evaluated
   * @param backend what runs the artificial network; backends round differently
   */
  record Subject(
      String program,
      String modelSha256,
      List<String> outputs,
      String preprocessing,
      String calibrationData,
      int calibrationImages,
      String testData,
      int testImages,
      String backend) {}

  /**
   * What the artificial network achieves.
   *
   * @param top1 share of images, in {@code [0,1]}
   * @param top5 likewise
   */
  record AnnScore(double top1, double top5) {}

  /**
   * What one conversion achieves.
   *
   * @param top1 share of images, in {@code [0,1]}
   * @param top5 likewise
   * @param countFrom the first step whose output counts
   * @param sops synaptic operations per image
   * @param macs multiply-accumulates per image
   * @param firingRate spikes per neuron and step
   * @param parameterBytes of the spiking network
   * @param addedBytes of these, thresholds, bias currents and initial potentials
   * @param convertSeconds without reading the model, and without writing the result
   */
  record Measurement(
      double top1,
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
}
