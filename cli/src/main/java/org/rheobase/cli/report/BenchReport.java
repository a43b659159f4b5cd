package org.rheobase.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench} measured; the field names are those of the JSON and are never renamed.
 *
 * @param adds what one core can add at best
 * @param layers one 3x3 layer after the other, on one thread
 * @param crossovers from which density on dense products and lookups are faster than events; empty
 *     where there are neither
 * @param network how a whole network runs, or null where none was named
 */
public record BenchReport(
    Machine machine,
    List<AddRate> adds,
    List<Layer> layers,
    List<Crossover> crossovers,
    @Nullable Network network) {

  /**
   * What was measured.
   *
   * @param vectorBits of the vectors that the simulator works with; 0 without
   * @param load processes that wanted a processor when the measurement began, on average over a
   *     minute; null where the system does not say
   */
  public record Machine(
      String processor, int processors, int vectorBits, String java, @Nullable Double load) {}

  /**
   * 16-bit weights added to sums in registers.
   *
   * @param kibibytes that the weights take
   * @param gigaPerSecond 10^9 additions per second
   */
  public record AddRate(int kibibytes, double gigaPerSecond) {}

  /**
   * A 3x3 layer of spikes with 16-bit weights.
   *
   * @param channels of its input and output
   * @param size height and width
   * @param density spikes per neuron and step
   * @param event 10^9 synaptic operations per second of the event-driven kernel
   * @param scalar the same of the scalar kernel
   * @param ratio of the two
   */
  public record Layer(
      int channels, int size, double density, double event, double scalar, double ratio) {}

  /**
   * Events beside a dense product of bytes and lookups on one layer.
   *
   * @param kernel height and width of its window
   * @param channels of its input and output
   * @param size height and width of its map
   * @param weightBits 8 or 16
   * @param densities spikes per neuron and step
   * @param event microseconds per step at each density
   * @param dense microseconds per step of the product; null without oneDNN
   * @param crossover density from which the product is faster than events; null if it never is
   * @param lookup microseconds per step of lookups; null where vectors are too short for them, or
   *     tables too large
   * @param lookupCrossover density from which lookups are faster than events; null if they never
   *     are
   */
  public record Crossover(
      int kernel,
      int channels,
      int size,
      int weightBits,
      List<Double> densities,
      List<Double> event,
      @Nullable Double dense,
      @Nullable Double crossover,
      @Nullable Double lookup,
      @Nullable Double lookupCrossover) {}

  /**
   * A network on labelled images.
   *
   * @param model the file
   * @param kernel that was chosen
   * @param sops synaptic operations per image
   * @param runs by number of threads
   * @param peakMemoryBytes of the process up to the end of these runs; null where the system does
   *     not say
   */
  public record Network(
      String model,
      int images,
      int steps,
      String kernel,
      double sops,
      List<Run> runs,
      @Nullable Long peakMemoryBytes) {}

  /**
   * Reading of images included.
   *
   * @param milliseconds per image and step
   * @param gigaSops 10^9 synaptic operations per second
   * @param speedUp over the first run
   */
  public record Run(int threads, double milliseconds, double gigaSops, double speedUp) {}
}
