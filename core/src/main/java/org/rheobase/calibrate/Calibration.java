package org.rheobase.calibrate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.rule.RuleText;
import org.rheobase.sweep.Correction;
import org.rheobase.sweep.LayerMeans;
import org.rheobase.sweep.Response;
import org.rheobase.sweep.SiteRun;

/**
 * A correction of every site, in forward order, from the gap between the activations of the
 * artificial network and the mean outputs of the spiking one, with all earlier sites corrected.
 */
public sealed interface Calibration {
  /** Name of the stage, in progress and tables. */
  String stage();

  /**
   * What becomes of the site and its layers.
   *
   * @param countFrom the first step whose output counts in the network's prediction
   */
  Correction apply(SiteRun site, int countFrom);

  /** Names of the layers behind the last sites that this calibration changes. */
  default List<String> readouts(Graph snn) {
    return List.of();
  }

  /**
   * What becomes of such a layer.
   *
   * @param means of its input and output over the counted steps; the targets are its outputs in the
   *     artificial network
   */
  default Op readout(Node layer, LayerMeans means) {
    return layer.op();
  }

  /** The steps that a gap is measured over. */
  enum Window {
    /** Step 1 to T, as published. */
    ALL,
    /** Those that count in the network's prediction. */
    COUNTED;

    int from(int countFrom) {
      return this == ALL ? 1 : countFrom;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Bias calibration (S1 section 4.2, "light"): {@code b[c] += mean(a) - mean(s)} over images and
   * positions, in the site's bias current.
   *
   * @param rounds how often, each measured with the last one's bias
   * @param over the steps that the gap is measured over
   */
  record Bias(int rounds, Window over) implements Calibration {
    /** The published correction: once. */
    public static final Bias PUBLISHED = new Bias(1, Window.ALL);

    public Bias {
      if (rounds < 1 || rounds > 100) {
        throw new MisuseException("bias calibration takes 1 to 100 rounds, found " + rounds);
      }
    }

    @Override
    public String stage() {
      return "bias calibration";
    }

    @Override
    public Correction apply(SiteRun site, int countFrom) {
      Op.IntegrateFire parameters = site.parameters();
      for (int round = 0; round < rounds; round++) {
        double[] gap = site.measure(parameters, over.from(countFrom)).gapByChannel();
        float[] bias = parameters.biasCurrent().values().clone();
        for (int c = 0; c < bias.length; c++) {
          bias[c] += parameters.isDead(c) ? 0 : (float) gap[c];
        }
        parameters = parameters.withBiasCurrent(Weights.vector(bias));
      }
      return Correction.of(parameters);
    }

    @Override
    public String toString() {
      return RuleText.of("bias")
          .with("rounds", rounds, PUBLISHED.rounds())
          .with("over", over, PUBLISHED.over())
          .toString();
    }
  }

  /**
   * Potential calibration (S1 section 4.3): {@code v(0) = T (mean(a) - mean(s))} over images.
   *
   * @param per what has a potential of its own: a neuron costs 4 bytes each and ties the network to
   *     its image size, a channel or a layer costs next to nothing
   * @param onTop whether the gap is measured with the initial potential as it is and added to it;
   *     else measured from 0 (published)
   */
  record Potential(Extent per, boolean onTop) implements Calibration {
    /** The published correction: per neuron, measured from 0. */
    public static final Potential PUBLISHED = new Potential(Extent.NEURON, false);

    /** What shares an initial potential. */
    public enum Extent {
      NEURON,
      CHANNEL,
      LAYER;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    @Override
    public String stage() {
      return "potential calibration";
    }

    @Override
    public Correction apply(SiteRun site, int countFrom) {
      Op.IntegrateFire before = site.parameters();
      int neurons = site.site().shape().size();
      float[] initial = new float[neurons];
      if (onTop) {
        int each = neurons / before.initialPotential().size();
        for (int n = 0; n < neurons; n++) {
          initial[n] = before.initialPotential().get(n / each);
        }
      }
      Response response = site.measure(with(before, site, initial), 1);
      double[] gap = spread(response.gapByNeuron(), before);
      for (int n = 0; n < neurons; n++) {
        initial[n] += (float) (site.steps() * gap[n]);
      }
      return Correction.of(with(before, site, initial));
    }

    /** The mean over everything that shares a potential, for each neuron; 0 in dead channels. */
    private double[] spread(double[] gap, Op.IntegrateFire site) {
      int area = gap.length / site.threshold().size();
      int extent =
          switch (per) {
            case NEURON -> 1;
            case CHANNEL -> area;
            case LAYER -> gap.length;
          };
      double[] spread = new double[gap.length];
      for (int from = 0; from < gap.length; from += extent) {
        double sum = 0;
        int alive = 0;
        for (int n = from; n < from + extent; n++) {
          if (!site.isDead(n / area)) {
            sum += gap[n];
            alive++;
          }
        }
        for (int n = from; n < from + extent; n++) {
          spread[n] = site.isDead(n / area) ? 0 : sum / alive;
        }
      }
      return spread;
    }

    /** The smallest form that holds the potentials. */
    private Op.IntegrateFire with(Op.IntegrateFire site, SiteRun run, float[] initial) {
      Weights weights;
      if (per == Extent.NEURON) {
        weights = new Weights(run.site().shape().dims(), initial);
      } else {
        int channels = site.threshold().size();
        float[] byChannel = new float[channels];
        int area = initial.length / channels;
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          for (int n = c * area; n < (c + 1) * area; n++) {
            sum += initial[n];
          }
          byChannel[c] = (float) (sum / area);
        }
        weights = Weights.vector(byChannel);
      }
      return site.withInitialPotential(weights);
    }

    @Override
    public String toString() {
      return RuleText.of("potential")
          .with("per", per, PUBLISHED.per())
          .with("onTop", onTop, PUBLISHED.onTop())
          .toString();
    }
  }

  /**
   * Weight calibration (S1 section 4.4): the weights of the convolution or fully connected layer
   * that feeds the site ({@link TrainedLayer}) follow the gradient of the squared error of {@link
   * RateModel}, on mean inputs of the spiking network. Sites without such a layer stay.
   *
   * @param iterations batches
   * @param rate the length of the first step; it falls to 0 as a cosine
   * @param batch images
   * @param optimizer Adam as in the published code, or gradient descent with momentum as printed
   * @param relative whether the rate is in units of the root mean square of each output channel's
   *     weights, which suits any network
   * @param consistent whether the model includes the bias current, with its shift, and the initial
   *     potential; the published code leaves them out
   * @param over the steps that inputs are averaged over
   */
  record Weight(
      int iterations,
      double rate,
      boolean relative,
      int batch,
      Optimizer optimizer,
      boolean consistent,
      Window over)
      implements Calibration {
    /** 5000 batches of 32 by Adam, from 1e-5. */
    public static final Weight STANDARD =
        new Weight(5000, 1e-5, false, 32, Optimizer.ADAM, true, Window.ALL);

    /**
     * A few large steps, chosen on ResNet-20 with a held-out part of the training images as judge;
     * so is the average over all steps, although the second half alone leaves smaller errors per
     * site (docs/reproduction.md has the numbers).
     */
    public static final Weight SHORT =
        new Weight(150, 0.03, true, 32, Optimizer.ADAM, true, Window.ALL);

    /** As {@link #STANDARD} without bias current and initial potential. */
    public static final Weight PUBLISHED_CODE =
        new Weight(5000, 1e-5, false, 32, Optimizer.ADAM, false, Window.ALL);

    public Weight {
      if (iterations < 1 || iterations > 1_000_000) {
        throw new MisuseException(
            "weight calibration takes 1 to 1000000 iterations, found " + iterations);
      }
      if (!(rate > 0)) {
        throw new MisuseException("weight calibration takes a rate above 0, found " + rate);
      }
      if (batch < 1) {
        throw new MisuseException(
            "weight calibration takes batches from 1 image on, found " + batch);
      }
    }

    @Override
    public String stage() {
      return "weight calibration";
    }

    @Override
    public Correction apply(SiteRun site, int countFrom) {
      return TrainedLayer.of(site.network(), site.site())
          .map(layer ->
              new Correction(
                  site.parameters(),
                  Map.of(
                      layer.node().name(),
                      WeightTraining.train(this, site, layer, over.from(countFrom)))))
          .orElseGet(() -> Correction.of(site.parameters()));
    }

    @Override
    public String toString() {
      return RuleText.of("weight")
          .with("iterations", iterations, STANDARD.iterations())
          .with("rate", rate, STANDARD.rate())
          .with("relative", relative, STANDARD.relative())
          .with("batch", batch, STANDARD.batch())
          .with("optimizer", optimizer, STANDARD.optimizer())
          .with("consistent", consistent, STANDARD.consistent())
          .with("over", over, STANDARD.over())
          .toString();
    }
  }

  /**
   * The layer that reads out the last spikes is fitted to the artificial network's outputs, by
   * least squares on what counts; everything before it stays.
   *
   * @param ridge the penalty on changes of weights, relative to the mean variance of a feature
   */
  record Readout(double ridge) implements Calibration {
    /**
     * The best of seven from 0.001 to 3 on ResNet-20 at T = 8 and at T = 16, with a held-out part
     * of the training images as judge (docs/reproduction.md).
     */
    public static final Readout STANDARD = new Readout(0.1);

    public Readout {
      if (!(ridge > 0)) {
        throw new MisuseException("readout calibration takes a ridge above 0, found " + ridge);
      }
    }

    @Override
    public String stage() {
      return "readout calibration";
    }

    @Override
    public Correction apply(SiteRun site, int countFrom) {
      return Correction.of(site.parameters());
    }

    @Override
    public List<String> readouts(Graph snn) {
      return ReadoutFit.layers(snn);
    }

    @Override
    public Op readout(Node layer, LayerMeans means) {
      return ReadoutFit.fit(layer, means, ridge);
    }

    @Override
    public String toString() {
      return RuleText.of("readout").with("ridge", ridge, STANDARD.ridge()).toString();
    }
  }

  /** Reads what {@link #text} writes, for example {@code bias[rounds=2]}. */
  @JsonCreator
  static Calibration parse(String text) {
    RuleText rule = RuleText.parse(text, "calibration");
    Calibration calibration =
        switch (rule.name()) {
          case "bias" ->
              new Bias(
                  rule.integer("rounds", Bias.PUBLISHED.rounds()),
                  rule.constant("over", Bias.PUBLISHED.over()));
          case "potential" ->
              new Potential(
                  rule.constant("per", Potential.PUBLISHED.per()),
                  rule.flag("onTop", Potential.PUBLISHED.onTop()));
          case "weight" ->
              new Weight(
                  rule.integer("iterations", Weight.STANDARD.iterations()),
                  rule.number("rate", Weight.STANDARD.rate()),
                  rule.flag("relative", Weight.STANDARD.relative()),
                  rule.integer("batch", Weight.STANDARD.batch()),
                  rule.constant("optimizer", Weight.STANDARD.optimizer()),
                  rule.flag("consistent", Weight.STANDARD.consistent()),
                  rule.constant("over", Weight.STANDARD.over()));
          case "readout" -> new Readout(rule.number("ridge", Readout.STANDARD.ridge()));
          default ->
              throw new MisuseException(
                  "unknown calibration '"
                      + text
                      + "'; use bias, potential, weight or readout, or none at all");
        };
    rule.checkAllUsed();
    return calibration;
  }

  /** The text that {@link #parse} reads. */
  @JsonValue
  default String text() {
    return toString();
  }
}
