package org.rheobase.sweep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.data.CalibrationImages;
import org.rheobase.dense.DenseBackend;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.parallel.ProgressListener;

/**
 * Passes of calibration images through the artificial network and its spiking twin together, site
 * by site: what a visitor decides about a site holds for all that follow, and every site is
 * simulated a few times only, so that the time grows linearly with depth. One pass at a time; the
 * memory of one serves the next.
 */
public final class SpikeSweep implements AutoCloseable {
  private final Settings settings;
  private final Storage storage;
  private final CurrentMemory currentMemory = new CurrentMemory();

  public SpikeSweep(Settings settings) {
    this.settings = settings;
    this.storage = new Storage(settings.memory() / 2);
  }

  public Settings settings() {
    return settings;
  }

  /**
   * How to run.
   *
   * @param memory bytes for currents and spikes, beside the Java heap; beyond it, currents are
   *     computed again and spikes go to temporary files
   */
  public record Settings(DenseBackend backend, int threads, long memory) {}

  /** Decides about each site, in forward order. */
  public interface Visitor {
    /**
     * What holds from now on.
     *
     * @param site valid until this method returns: the next one uses its memory
     */
    Correction visit(SiteRun site);

    /** Names of layers behind the last sites that this visitor decides about too. */
    default List<String> readouts() {
      return List.of();
    }

    /** What such a layer computes from now on; called in the order of {@link #readouts}. */
    default Op readout(Node layer, LayerMeans means) {
      return layer.op();
    }
  }

  /**
   * The network after a sweep.
   *
   * @param responses how each site answers in it, in forward order
   */
  public record Result(Graph snn, Map<String, Response> responses) {}

  /**
   * Walks through the network.
   *
   * @param ann the prepared artificial network
   * @param snn the same with sites in place of its ReLUs, thresholds in the units of its
   *     activations
   * @param steps T
   * @param countFrom the first step that the final responses look at, from 1
   */
  public Result run(
      Graph ann,
      Graph snn,
      CalibrationImages images,
      int steps,
      int countFrom,
      ProgressListener progress,
      String stage,
      Visitor visitor) {
    List<Module> modules = new ArrayList<>(Module.of(snn));
    int sites = modules.size();
    for (String layer : visitor.readouts()) {
      modules.add(Module.readout(snn, snn.node(layer)));
    }
    Map<String, Integer> lastUses = Module.lastUses(modules);
    Map<String, Op> decided = new HashMap<>();
    Map<String, Response> responses = new LinkedHashMap<>();
    progress.stage(stage, modules.size());
    try (Frontier frontier =
        new Frontier(ann, snn, images, steps, settings, storage, currentMemory)) {
      for (int m = 0; m < sites; m++) {
        int done = m;
        Module module = modules.get(m);
        String site = module.site().name();
        SiteRun run = frontier.at(module);
        Correction correction = visitor.visit(run);
        if (!correction.layers().isEmpty()) {
          frontier.replace(with(frontier.snn(), correction.layers()));
          run = frontier.at(module);
        }
        responses.put(
            site, frontier.fire(run, correction.site(), countFrom, lastUses.containsKey(site)));
        decided.put(site, correction.site());
        lastUses.forEach((name, last) -> {
          if (last == done) {
            frontier.release(name);
          }
        });
        progress.advance(1);
      }
      for (Module module : modules.subList(sites, modules.size())) {
        try (LayerMeans means = frontier.readout(module, countFrom)) {
          decided.put(module.site().name(), visitor.readout(module.site(), means));
        }
        progress.advance(1);
      }
      return new Result(with(frontier.snn(), decided), responses);
    }
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    storage.close();
    currentMemory.close();
  }

  private static Graph with(Graph graph, Map<String, ? extends Op> changes) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Op changed = changes.get(node.name());
      nodes.add(changed == null ? node : node.withOp(changed));
    }
    return new Graph(graph.name(), nodes, graph.outputs());
  }
}
