package org.rheobase.calibrate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.rule.RuleText;
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
   * The site's parameters after the correction.
   *
   * @param countFrom the first step whose output counts in the network's prediction
   */
  Op.IntegrateFire apply(SiteRun site, int countFrom);

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
    public Op.IntegrateFire apply(SiteRun site, int countFrom) {
      Op.IntegrateFire parameters = site.parameters();
      for (int round = 0; round < rounds; round++) {
        double[] gap = site.measure(parameters, over.from(countFrom)).gapByChannel();
        float[] bias = parameters.biasCurrent().values().clone();
        for (int c = 0; c < bias.length; c++) {
          bias[c] += parameters.isDead(c) ? 0 : (float) gap[c];
        }
        parameters = parameters.withBiasCurrent(Weights.vector(bias));
      }
      return parameters;
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
    public Op.IntegrateFire apply(SiteRun site, int countFrom) {
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
      return with(before, site, initial);
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
          default ->
              throw new MisuseException(
                  "unknown calibration '" + text + "'; use bias or potential, or none at all");
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
