package org.rheobase.threshold;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.data.CalibrationImages;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.Correction;
import org.rheobase.sweep.SpikeSweep;

/**
 * The thresholds of a network.
 *
 * @param bySite per channel, by site name, in forward order; 0 marks a dead channel
 * @param excess of each balancing iteration, the mean excess over the thresholds summed over sites
 *     (S2 figure 3b, "conversion error"); empty for other rules
 */
public record Thresholds(Map<String, float[]> bySite, List<Double> excess) {

  /** Makes the parameters of a site out of its thresholds, per channel. */
  public interface SiteMaker {
    Op.IntegrateFire site(float[] thresholds);
  }

  /**
   * Chooses thresholds by a rule, and scales them. None exceeds the cap of the activation that it
   * stands for.
   *
   * @param prepared the network whose ReLUs become sites
   * @param spiking the same with sites of any thresholds, for rules that look at spikes
   * @param steps the design T
   * @param maker for rules that simulate sites
   * @param sweep says how to run, and simulates for such rules
   */
  public static Thresholds choose(
      Graph prepared,
      Graph spiking,
      ThresholdRule rule,
      ThresholdScale scale,
      Granularity granularity,
      int steps,
      SiteMaker maker,
      CalibrationImages images,
      SpikeSweep sweep,
      ProgressListener progress) {
    scale.check(prepared);
    Thresholds chosen =
        switch (rule) {
          case ThresholdRule.OfActivations r ->
              scaled(
                  scale,
                  new Thresholds(
                      ThresholdSearch.run(
                          prepared,
                          r,
                          granularity,
                          steps,
                          images,
                          sweep.settings().backend(),
                          sweep.settings().threads(),
                          progress),
                      List.of()));
          case ThresholdRule.Balance r ->
              scaled(
                  scale,
                  LocalThresholdBalancing.run(
                      prepared,
                      r,
                      granularity,
                      images,
                      sweep.settings().backend(),
                      sweep.settings().threads(),
                      progress));
          case ThresholdRule.SpikeNorm r ->
              // It simulates with the thresholds that it chose: scaled they must be meanwhile.
              spikeNorm(prepared, spiking, r, scale, granularity, maker, images, sweep, progress);
        };
    return capped(prepared, chosen);
  }

  private static Thresholds spikeNorm(
      Graph prepared,
      Graph spiking,
      ThresholdRule.SpikeNorm rule,
      ThresholdScale scale,
      Granularity granularity,
      SiteMaker maker,
      CalibrationImages images,
      SpikeSweep sweep,
      ProgressListener progress) {
    Map<String, float[]> bySite = new LinkedHashMap<>();
    sweep.run(
        prepared,
        spiking,
        images,
        rule.steps(),
        1,
        progress,
        "spike-norm",
        site -> {
          float[] largest = site.largestCurrents();
          float max = 0;
          for (float v : largest) {
            max = Math.max(max, v);
          }
          float cap = cap(prepared.node(site.site().name()));
          double factor = scale.of(site.site().name());
          for (int c = 0; c < largest.length; c++) {
            float own = granularity == Granularity.LAYER ? max : largest[c];
            largest[c] = (float) Math.min(cap, factor * Math.min(cap, own * rule.scale()));
          }
          bySite.put(site.site().name(), largest);
          return Correction.of(maker.site(largest));
        });
    return new Thresholds(bySite, List.of());
  }

  private static float cap(Node site) {
    return site.op() instanceof Op.Relu relu ? relu.cap() : Float.POSITIVE_INFINITY;
  }

  private static Thresholds scaled(ThresholdScale scale, Thresholds thresholds) {
    thresholds
        .bySite()
        .forEach((name, values) -> {
          for (int c = 0; c < values.length; c++) {
            values[c] *= (float) scale.of(name);
          }
        });
    return thresholds;
  }

  private static Thresholds capped(Graph prepared, Thresholds thresholds) {
    thresholds
        .bySite()
        .forEach((name, values) -> {
          float cap = cap(prepared.node(name));
          for (int c = 0; c < values.length; c++) {
            values[c] = Math.min(values[c], cap);
          }
        });
    return thresholds;
  }
}
