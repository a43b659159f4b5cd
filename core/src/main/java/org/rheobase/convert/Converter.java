package org.rheobase.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.calibrate.Calibration;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.Correction;
import org.rheobase.sweep.LayerMeans;
import org.rheobase.sweep.Response;
import org.rheobase.sweep.SiteRun;
import org.rheobase.sweep.SpikeSweep;
import org.rheobase.threshold.Thresholds;
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
  /** Images that errors are measured on, before and after the calibrations. */
  private static final int IMAGES_TO_MEASURE = 32;

  /** Image steps that errors are measured on at most, where T is large. */
  private static final int STEPS_TO_MEASURE = 1024;

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
      SpikeSweep.Settings settings,
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
        new CalibrationImages(
            data,
            preprocessing,
            recipe.images().forRule(recipe.threshold()),
            recipe.seed(),
            recipe.augment());
    try (SpikeSweep sweep = new SpikeSweep(settings)) {
      return convert(prepared, recipe, data, preprocessing, images, sweep, progress);
    }
  }

  private static Conversion convert(
      Graph prepared,
      Recipe recipe,
      Dataset data,
      Preprocessing preprocessing,
      CalibrationImages images,
      SpikeSweep sweep,
      ProgressListener progress) {
    Thresholds thresholds =
        Thresholds.choose(
            prepared,
            spiking(prepared, Map.of(), recipe),
            recipe.threshold(),
            recipe.thresholdScale(),
            recipe.granularity(),
            recipe.steps(),
            values -> site(values, recipe),
            images,
            sweep,
            progress);
    Calibrated calibrated =
        calibrate(
            prepared,
            spiking(prepared, thresholds.bySite(), recipe),
            recipe,
            data,
            preprocessing,
            sweep,
            progress);
    Graph normalized = NormalizeThresholds.apply(calibrated.snn());
    Graph snn =
        switch (recipe.weights()) {
          case INT16 -> QuantizeWeights.apply(normalized, 16);
          case INT8 -> QuantizeWeights.apply(normalized, 8);
          case FLOAT -> normalized;
        };
    return new Conversion(
        snn,
        report(prepared, thresholds.bySite(), calibrated),
        Math.max(images.size(), calibrated.images()),
        calibrated.untrained(),
        thresholds.excess());
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
   * Every ReLU becomes an integrate-and-fire site with thresholds in the units of its activations;
   * 1 where none is chosen yet.
   */
  private static Graph spiking(Graph prepared, Map<String, float[]> thresholds, Recipe recipe) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : prepared.nodes()) {
      if (node.op() instanceof Op.Relu) {
        float[] chosen =
            thresholds.getOrDefault(
                node.name(), Weights.filled(node.shape().channels(), 1).values());
        nodes.add(node.withOp(site(chosen, recipe)));
      } else {
        nodes.add(node);
      }
    }
    return new Graph(prepared.name(), nodes, prepared.outputs());
  }

  private static Op.IntegrateFire site(float[] threshold, Recipe recipe) {
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
    return new Op.IntegrateFire(
        Weights.vector(threshold), Weights.vector(bias), Weights.vector(initial), recipe.neuron());
  }

  /**
   * A network behind its calibrations.
   *
   * @param images the largest number that a calibration looked at
   * @param before by site: how it answered before the first calibration
   * @param after by site: how it answers behind the last one, to the same images
   * @param untrained sites whose weights a weight calibration left as they are
   */
  private record Calibrated(
      Graph snn,
      int images,
      Map<String, Response> before,
      Map<String, Response> after,
      List<String> untrained) {}

  private static Calibrated calibrate(
      Graph prepared,
      Graph spiking,
      Recipe recipe,
      Dataset data,
      Preprocessing preprocessing,
      SpikeSweep sweep,
      ProgressListener progress) {
    int steps = recipe.steps();
    int countFrom = recipe.countFrom().step(steps);
    CalibrationImages measured =
        new CalibrationImages(
            data,
            preprocessing,
            Math.clamp(STEPS_TO_MEASURE / steps, 1, IMAGES_TO_MEASURE),
            recipe.seed());
    Map<String, Response> before =
        measure(prepared, spiking, measured, recipe, sweep, progress, "measuring errors");
    Graph snn = spiking;
    List<String> untrained = new ArrayList<>();
    int most = measured.size();
    for (Calibration calibration : recipe.calibrate()) {
      CalibrationImages images =
          new CalibrationImages(
              data,
              preprocessing,
              recipe.images().forStage(calibration),
              recipe.seed(),
              recipe.augment());
      most = Math.max(most, images.size());
      snn =
          sweep
              .run(
                  prepared,
                  snn,
                  images,
                  steps,
                  countFrom,
                  progress,
                  calibration.stage(),
                  new CalibrationVisitor(
                      calibration, calibration.readouts(snn), countFrom, untrained))
              .snn();
    }
    Map<String, Response> after =
        recipe.calibrate().isEmpty()
            ? before
            : measure(prepared, snn, measured, recipe, sweep, progress, "measuring errors again");
    return new Calibrated(snn, most, before, after, untrained);
  }

  private static Map<String, Response> measure(
      Graph prepared,
      Graph snn,
      CalibrationImages images,
      Recipe recipe,
      SpikeSweep sweep,
      ProgressListener progress,
      String stage) {
    return sweep
        .run(
            prepared,
            snn,
            images,
            recipe.steps(),
            recipe.countFrom().step(recipe.steps()),
            progress,
            stage,
            site -> Correction.of(site.parameters()))
        .responses();
  }

  /**
   * Applies a calibration and notes what is to be reported.
   *
   * @param untrained sites whose weights a weight calibration left as they are
   */
  private record CalibrationVisitor(
      Calibration calibration, List<String> readouts, int countFrom, List<String> untrained)
      implements SpikeSweep.Visitor {
    @Override
    public Correction visit(SiteRun site) {
      Correction correction = calibration.apply(site, countFrom);
      if (calibration instanceof Calibration.Weight
          && correction.layers().isEmpty()
          && !untrained.contains(site.site().name())) {
        untrained.add(site.site().name());
      }
      return correction;
    }

    @Override
    public Op readout(Node layer, LayerMeans means) {
      return calibration.readout(layer, means);
    }
  }

  private static List<Conversion.Site> report(
      Graph prepared, Map<String, float[]> thresholds, Calibrated calibrated) {
    List<Conversion.Site> sites = new ArrayList<>();
    thresholds.forEach((name, values) -> {
      float min = Float.POSITIVE_INFINITY;
      float max = 0;
      double sum = 0;
      int dead = 0;
      for (float v : values) {
        min = v > 0 ? Math.min(min, v) : min;
        max = Math.max(max, v);
        sum += v;
        dead += v <= 0 ? 1 : 0;
      }
      Response before = Objects.requireNonNull(calibrated.before().get(name));
      Response after = Objects.requireNonNull(calibrated.after().get(name));
      sites.add(
          new Conversion.Site(
              name,
              prepared.node(name).shape().size(),
              min < Float.POSITIVE_INFINITY ? min : 0,
              (float) (sum / values.length),
              max,
              dead,
              after.saturatedShare(),
              after.silentShare(),
              before.relativeError(),
              after.relativeError()));
    });
    return sites;
  }
}
