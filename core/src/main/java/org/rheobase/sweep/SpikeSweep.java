package org.rheobase.sweep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.data.CalibrationImages;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.ProgressListener;

/**
 * One pass of calibration images through the artificial network and its spiking twin together, site
 * by site: what a visitor decides about a site holds for all that follow, and every site is
 * simulated a few times only, so that the time grows linearly with depth. A module's steps are
 * computed as a batch by the dense backend.
 */
public final class SpikeSweep {
  private final Graph ann;
  private final Graph snn;
  private final CalibrationImages images;
  private final int steps;
  private final int countFrom;
  private final Settings settings;
  private final Storage storage;
  private final Map<String, SpikeTrains> trains = new HashMap<>();
  private final Map<String, Activations> activations = new HashMap<>();

  /**
   * How to run.
   *
   * @param memory bytes for currents and spikes; beyond it, currents are computed again and spikes
   *     go to temporary files
   */
  public record Settings(DenseBackend backend, int threads, long memory) {}

  /** Decides about each site, in forward order. */
  public interface Visitor {
    /** The site's parameters from now on. */
    Op.IntegrateFire visit(SiteRun site);
  }

  /**
   * The network after a sweep.
   *
   * @param responses how each site answers in it, in forward order
   */
  public record Result(Graph snn, Map<String, Response> responses) {}

  private SpikeSweep(
      Graph ann, Graph snn, CalibrationImages images, int steps, int countFrom, Settings settings) {
    this.ann = ann;
    this.snn = snn;
    this.images = images;
    this.steps = steps;
    this.countFrom = countFrom;
    this.settings = settings;
    this.storage = new Storage(settings.memory() / 2);
  }

  /**
   * Walks through the network.
   *
   * @param ann the prepared artificial network
   * @param snn the same with sites in place of its ReLUs, thresholds in the units of its
   *     activations
   * @param steps T
   * @param countFrom the first step that the final responses look at, from 1
   */
  public static Result run(
      Graph ann,
      Graph snn,
      CalibrationImages images,
      int steps,
      int countFrom,
      Settings settings,
      ProgressListener progress,
      String stage,
      Visitor visitor) {
    return new SpikeSweep(ann, snn, images, steps, countFrom, settings)
        .run(progress, stage, visitor);
  }

  private Result run(ProgressListener progress, String stage, Visitor visitor) {
    List<Module> modules = Module.of(snn);
    Map<String, Integer> lastUses = Module.lastUses(modules);
    Map<String, Op.IntegrateFire> decided = new HashMap<>();
    Map<String, Response> responses = new LinkedHashMap<>();
    progress.stage(stage, modules.size());
    try (DenseExecutor analog = new DenseExecutor(ann, settings.backend());
        DenseExecutor spiking = new DenseExecutor(snn, settings.backend())) {
      for (int m = 0; m < modules.size(); m++) {
        Module module = modules.get(m);
        Node site = module.site();
        SiteRun run =
            new SiteRun(
                site,
                images.size(),
                steps,
                settings.threads(),
                settings.memory() / 2,
                otherBytes(module),
                (first, count) -> group(analog, spiking, module, first, count));
        Op.IntegrateFire parameters = visitor.visit(run);
        decided.put(site.name(), parameters);
        responses.put(site.name(), fire(run, parameters, lastUses.containsKey(site.name())));
        release(lastUses, m);
        progress.advance(1);
      }
    } finally {
      trains.values().forEach(SpikeTrains::close);
      activations.values().forEach(Activations::close);
    }
    return new Result(withSites(snn, decided), responses);
  }

  private Response fire(SiteRun run, Op.IntegrateFire parameters, boolean isRead) {
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

  private void release(Map<String, Integer> lastUses, int done) {
    lastUses.forEach((site, last) -> {
      if (last == done) {
        Objects.requireNonNull(trains.remove(site)).close();
        Objects.requireNonNull(activations.remove(site)).close();
      }
    });
  }

  private SiteRun.Group group(
      DenseExecutor analog, DenseExecutor spiking, Module module, int first, int count) {
    String site = module.site().name();
    int neurons = module.site().shape().size();
    // Without constants, nothing in the module reads the image.
    Tensor batch =
        module.constants().isEmpty()
            ? Tensor.zeros(0, ann.input().shape())
            : images.batch(first, count, settings.threads());
    float[][] targets = new float[count][];
    analog.run(
        count,
        given(batch, first, module),
        List.of(site),
        settings.threads(),
        (i, _, values) -> targets[i] = NotFinite.checked(module.site(), values, neurons));

    Map<String, float[][]> constants = new HashMap<>();
    module.constants().forEach(name -> constants.put(name, new float[count][]));
    if (!constants.isEmpty()) {
      spiking.run(
          count,
          Map.of(snn.input().name(), image(batch)),
          module.constants(),
          settings.threads(),
          (i, name, values) ->
              Objects.requireNonNull(constants.get(name))[i] =
                  java.util.Arrays.copyOf(values, snn.node(name).shape().size()));
    }
    float[][][] currents = new float[count][steps][];
    if (module.isConstant()) {
      float[][] constant = Objects.requireNonNull(constants.get(module.current()));
      for (int i = 0; i < count; i++) {
        java.util.Arrays.fill(currents[i], constant[i]);
      }
    } else {
      Map<String, DenseExecutor.Source> given = new HashMap<>();
      constants.forEach((name, values) ->
          given.put(
              name,
              (item, target) ->
                  System.arraycopy(
                      values[item / steps], 0, target, 0, values[item / steps].length)));
      for (String source : module.sources()) {
        SpikeTrains spikes = Objects.requireNonNull(trains.get(source));
        given.put(
            source, (item, target) -> spikes.read(first + item / steps, item % steps, target));
      }
      spiking.run(
          count * steps,
          given,
          List.of(module.current()),
          settings.threads(),
          (item, _, values) ->
              currents[item / steps][item % steps] =
                  NotFinite.checked(module.site(), values, neurons));
    }
    return new SiteRun.Group(first, targets, currents);
  }

  private Map<String, DenseExecutor.Source> given(Tensor batch, int first, Module module) {
    Map<String, DenseExecutor.Source> given = new HashMap<>();
    given.put(ann.input().name(), image(batch));
    for (String source : module.sources()) {
      Activations values = Objects.requireNonNull(activations.get(source));
      given.put(source, (item, target) -> values.read(first + item, target));
    }
    return given;
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

  private static Graph withSites(Graph snn, Map<String, Op.IntegrateFire> parameters) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : snn.nodes()) {
      Op.IntegrateFire changed = parameters.get(node.name());
      nodes.add(changed == null ? node : node.withOp(changed));
    }
    return new Graph(snn.name(), nodes, snn.outputs());
  }
}
