package org.rheobase.sweep;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.data.CalibrationImages;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Tensor;

/**
 * How far the calibration images have come in the artificial network and its spiking twin:
 * activations and spikes of the sites that later modules read, and what a module computes from
 * them. A module's steps are a batch of the dense backend.
 */
final class Frontier implements AutoCloseable {
  /** Images whose means are computed at a time, at most. */
  private static final int MEANS_GROUP = 16;

  private final Graph ann;
  private final CalibrationImages images;
  private final int steps;
  private final SpikeSweep.Settings settings;
  private final Storage storage;
  private final CurrentMemory currentMemory;
  private final DenseExecutor analog;
  private final Map<String, SpikeTrains> trains = new HashMap<>();
  private final Map<String, Activations> activations = new HashMap<>();
  private Graph snn;
  private DenseExecutor spiking;

  Frontier(
      Graph ann,
      Graph snn,
      CalibrationImages images,
      int steps,
      SpikeSweep.Settings settings,
      Storage storage,
      CurrentMemory currentMemory) {
    this.ann = ann;
    this.snn = snn;
    this.images = images;
    this.steps = steps;
    this.settings = settings;
    this.storage = storage;
    this.currentMemory = currentMemory;
    this.analog = new DenseExecutor(ann, settings.backend());
    this.spiking = new DenseExecutor(snn, settings.backend());
  }

  /** The spiking network as it is. */
  Graph snn() {
    return snn;
  }

  /** The same network with other parameters. */
  void replace(Graph changed) {
    spiking.close();
    snn = changed;
    spiking = new DenseExecutor(changed, settings.backend());
  }

  /**
   * The site on its turn, with nothing computed yet. One at a time: its currents lie where those of
   * the last one lay.
   */
  SiteRun at(Module module) {
    return new SiteRun(
        snn,
        module.site(),
        images.size(),
        steps,
        settings,
        otherBytes(module),
        new SiteRun.Source() {
          @Override
          public SiteRun.Group compute(int first, int count) {
            return group(module, first, count);
          }

          @Override
          public LayerMeans means(Node layer, int countFrom) {
            return Frontier.this.means(module, layer, module.current(), countFrom);
          }
        });
  }

  /**
   * Lets the site fire.
   *
   * @param isRead whether later modules read its spikes
   */
  Response fire(SiteRun run, Op.IntegrateFire parameters, int countFrom, boolean isRead) {
    if (!isRead) {
      return run.simulate(parameters, countFrom, null, null);
    }
    Node site = run.site();
    SpikeTrains spikes = new SpikeTrains(storage, images.size(), steps, site.shape(), parameters);
    trains.put(site.name(), spikes);
    Activations values = new Activations(storage, images.size(), site.shape().size());
    activations.put(site.name(), values);
    return run.simulate(parameters, countFrom, spikes, values);
  }

  /** Forgets a site that no later module reads. */
  void release(String site) {
    Objects.requireNonNull(trains.remove(site)).close();
    Objects.requireNonNull(activations.remove(site)).close();
  }

  private SiteRun.Group group(Module module, int first, int count) {
    int neurons = module.site().shape().size();
    Tensor batch = batch(module, first, count);
    float[][] targets = new float[count][];
    analog.run(
        count,
        reached(module, batch, first),
        List.of(module.site().name()),
        settings.threads(),
        (i, _, values) -> targets[i] = NotFinite.checked(module.site(), values, neurons));
    Map<String, float[][]> constants = constants(module, batch);
    if (module.isConstant()) {
      float[][] constant = Objects.requireNonNull(constants.get(module.current()));
      CurrentMemory.Block currents = currentMemory.take(count, 1, neurons);
      for (int i = 0; i < count; i++) {
        currents.write(i, 0, constant[i]);
      }
      return new SiteRun.Group(first, targets, currents);
    }
    CurrentMemory.Block currents = currentMemory.take(count, steps, neurons);
    Map<String, DenseExecutor.Source> given = new HashMap<>();
    constants.forEach(
        (name, values) -> given.put(name, (item, target) -> copy(values[item / steps], target)));
    for (String source : module.sources()) {
      SpikeTrains spikes = Objects.requireNonNull(trains.get(source));
      given.put(source, (item, target) -> spikes.read(first + item / steps, item % steps, target));
    }
    spiking.run(
        count * steps,
        given,
        List.of(module.current()),
        settings.threads(),
        (item, _, values) -> {
          NotFinite.check(module.site(), values, neurons);
          currents.write(item / steps, item % steps, values);
        });
    return new SiteRun.Group(first, targets, currents);
  }

  /** Without constants, nothing in the module reads the image. */
  private Tensor batch(Module module, int first, int count) {
    return module.constants().isEmpty()
        ? Tensor.zeros(0, ann.input().shape())
        : images.batch(first, count, settings.threads());
  }

  /** What the module reads in the artificial network. */
  private Map<String, DenseExecutor.Source> reached(Module module, Tensor batch, int first) {
    Map<String, DenseExecutor.Source> given = new HashMap<>();
    given.put(ann.input().name(), image(batch));
    for (String source : module.sources()) {
      Activations values = Objects.requireNonNull(activations.get(source));
      given.put(source, (item, target) -> values.read(first + item, target));
    }
    return given;
  }

  private Map<String, float[][]> constants(Module module, Tensor batch) {
    Map<String, float[][]> constants = new HashMap<>();
    module.constants().forEach(name -> constants.put(name, new float[batch.batch()][]));
    if (!constants.isEmpty()) {
      spiking.run(
          batch.batch(),
          Map.of(snn.input().name(), image(batch)),
          module.constants(),
          settings.threads(),
          (i, name, values) ->
              Objects.requireNonNull(constants.get(name))[i] =
                  Arrays.copyOf(values, snn.node(name).shape().size()));
    }
    return constants;
  }

  /**
   * The means of a layer that reads out the last sites.
   *
   * @param countFrom the first step that takes part, from 1
   */
  LayerMeans readout(Module module, int countFrom) {
    return means(module, module.site(), module.site().name(), countFrom);
  }

  /**
   * @param current whose mean value is wanted besides the layer's input
   * @param countFrom the first step that takes part, from 1
   */
  private LayerMeans means(Module module, Node layer, String current, int countFrom) {
    int inputSize = snn.node(layer.input()).shape().size();
    LayerMeans means =
        new LayerMeans(storage, images.size(), inputSize, module.site().shape().size());
    try {
      fill(means, inputSize, module, layer, current, countFrom);
      return means;
    } catch (RuntimeException e) {
      means.close();
      throw e;
    }
  }

  private void fill(
      LayerMeans means, int inputSize, Module module, Node layer, String current, int countFrom) {
    Node site = module.site();
    int neurons = site.shape().size();
    long bytesPerImage = (long) Double.BYTES * (inputSize + neurons);
    int group = Math.clamp(settings.memory() / 8 / bytesPerImage, 1, MEANS_GROUP);
    for (int first = 0; first < images.size(); first += group) {
      int from = first;
      int count = Math.min(group, images.size() - first);
      Tensor batch = batch(module, first, count);
      analog.run(
          count,
          reached(module, batch, first),
          List.of(site.name()),
          settings.threads(),
          (i, _, values) -> means.writeTarget(from + i, NotFinite.checked(site, values, neurons)));
      double[][] input = new double[count][inputSize];
      double[][] output = new double[count][neurons];
      int skipped = countFrom - 1;
      int passes = module.isAffine(snn) ? 1 : steps - skipped;
      for (int pass = 0; pass < passes; pass++) {
        spiking.run(
            count,
            average(module, batch, first, skipped, passes == 1 ? -1 : pass + skipped),
            List.of(layer.input(), current),
            settings.threads(),
            (i, name, values) ->
                add(values, passes, name.equals(layer.input()) ? input[i] : output[i]));
      }
      for (int i = 0; i < count; i++) {
        means.writeInput(from + i, floats(input[i]));
        means.writeCurrent(from + i, NotFinite.checked(site, floats(output[i]), neurons));
      }
    }
  }

  /**
   * What a module of the spiking network reads at one step, or on average.
   *
   * @param skipped steps that the average leaves out
   * @param step from 0; negative for the average
   */
  private Map<String, DenseExecutor.Source> average(
      Module module, Tensor batch, int first, int skipped, int step) {
    Map<String, DenseExecutor.Source> given = new HashMap<>();
    given.put(snn.input().name(), image(batch));
    for (String source : module.sources()) {
      SpikeTrains spikes = Objects.requireNonNull(trains.get(source));
      given.put(
          source,
          (item, target) -> {
            if (step < 0) {
              spikes.readMean(first + item, skipped, target);
            } else {
              spikes.read(first + item, step, target);
            }
          });
    }
    return given;
  }

  private static void add(float[] values, int passes, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (double) values[i] / passes;
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** What an image takes besides its currents: itself, and what depends on it alone. */
  private long otherBytes(Module module) {
    long floats = module.constants().isEmpty() ? 0 : snn.input().shape().size();
    for (String constant : module.constants()) {
      floats += snn.node(constant).shape().size();
    }
    return floats * Float.BYTES;
  }

  private static DenseExecutor.Source image(Tensor batch) {
    int size = batch.shape().size();
    return (item, target) -> System.arraycopy(batch.values(), item * size, target, 0, size);
  }

  private static void copy(float[] values, float[] target) {
    System.arraycopy(values, 0, target, 0, values.length);
  }

  @Override
  public void close() {
    analog.close();
    spiking.close();
    trains.values().forEach(SpikeTrains::close);
    activations.values().forEach(Activations::close);
  }
}
