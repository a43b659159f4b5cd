package org.rheobase.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.DenseBackend;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.transform.FoldBatchNorm;
import org.rheobase.transform.FusePads;
import org.rheobase.transform.LowerAveragePool;
import org.rheobase.transform.MaxPoolBeforeNeuron;
import org.rheobase.transform.MergeActivations;
import org.rheobase.transform.NormalizeThresholds;
import org.rheobase.transform.QuantizeWeights;
import org.rheobase.transform.RemoveIdentity;

/** Turns an artificial network into a spiking one, as a recipe says. */
public final class Converter {
  private Converter() {}

  /**
   * Converts a network.
   *
   * @param data calibration images; labels are not looked at
   * @throws UnsupportedModelException if nothing in the network can become a neuron
   */
  public static Conversion convert(
      Graph ann,
      Recipe recipe,
      Dataset data,
      Preprocessing preprocessing,
      DenseBackend backend,
      int threads,
      ProgressListener progress) {
    Graph prepared = prepare(ann, recipe.averagePool());
    if (prepared.nodes().stream().noneMatch(n -> n.op() instanceof Op.Relu)) {
      throw new UnsupportedModelException(
          "model "
              + ann.name()
              + " has no ReLU, ReLU6 or Clip from 0, so nothing in it can become a spiking neuron; export the network"
              + " with such activations");
    }
    if (data.size() == 0) {
      throw new UnreadableDataException("the calibration data holds no image; expected at least 1");
    }
    CalibrationImages images =
        new CalibrationImages(data, preprocessing, recipe.images().threshold(), recipe.seed());
    Map<String, float[]> thresholds =
        ThresholdSearch.run(prepared, recipe, images, backend, threads, progress);
    Graph normalized = NormalizeThresholds.apply(spiking(prepared, thresholds, recipe));
    Graph snn =
        switch (recipe.weights()) {
          case INT16 -> QuantizeWeights.apply(normalized, 16);
          case INT8 -> QuantizeWeights.apply(normalized, 8);
          case FLOAT -> normalized;
        };
    return new Conversion(snn, report(prepared, thresholds), images.size());
  }

  /**
   * The transforms that keep the artificial network's outputs and bring it into the form that sites
   * need.
   */
  public static Graph prepare(Graph ann, Recipe.AveragePooling averagePool) {
    Graph graph = MergeActivations.apply(RemoveIdentity.apply(ann.pruned()));
    graph = FoldBatchNorm.apply(FusePads.apply(graph));
    graph = MergeActivations.apply(MaxPoolBeforeNeuron.apply(graph));
    return LowerAveragePool.apply(
        graph,
        switch (averagePool) {
          case LINEAR -> LowerAveragePool.Mode.LINEAR;
          case SPIKING -> LowerAveragePool.Mode.SPIKING;
        });
  }

  /**
   * Every ReLU becomes an integrate-and-fire site with thresholds in the units of its activations.
   */
  private static Graph spiking(Graph prepared, Map<String, float[]> thresholds, Recipe recipe) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : prepared.nodes()) {
      float[] threshold = thresholds.get(node.name());
      if (threshold == null) {
        nodes.add(node);
        continue;
      }
      float[] bias = new float[threshold.length];
      float[] initial = new float[threshold.length];
      for (int c = 0; c < threshold.length; c++) {
        bias[c] = recipe.shift() ? threshold[c] / (2f * recipe.steps()) : 0;
        initial[c] =
            switch (recipe.initialPotential()) {
              case ZERO -> 0;
              case HALF -> threshold[c] / 2;
            };
      }
      nodes.add(
          node.withOp(
              new Op.IntegrateFire(
                  Weights.vector(threshold), Weights.vector(bias), Weights.vector(initial))));
    }
    return new Graph(prepared.name(), nodes, prepared.outputs());
  }

  private static List<Conversion.Site> report(Graph prepared, Map<String, float[]> thresholds) {
    List<Conversion.Site> sites = new ArrayList<>();
    thresholds.forEach((name, values) -> {
      float min = Float.POSITIVE_INFINITY;
      float max = 0;
      double sum = 0;
      int dead = 0;
      for (float v : values) {
        min = Math.min(min, v);
        max = Math.max(max, v);
        sum += v;
        dead += v <= 0 ? 1 : 0;
      }
      sites.add(
          new Conversion.Site(
              name,
              prepared.node(name).shape().size(),
              min,
              (float) (sum / values.length),
              max,
              dead));
    });
    return sites;
  }
}
