package org.rheobase.task;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.Sample;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;
import org.rheobase.sim.Activity;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.SpikingNetwork;

/**
 * Scores a classifier: the share of images whose label is the largest output (top-1), or among the
 * five largest.
 */
public final class Classification {
  /** Images that a dense pass takes at a time. */
  private static final int BATCH = 64;

  private Classification() {}

  /**
   * Correct predictions by time step.
   *
   * @param images evaluated
   * @param top1 {@code [T]} images whose prediction after that step is right
   * @param top5 {@code [T]} images whose label is among the five largest outputs after that step
   */
  public record Score(int images, int[] top1, int[] top5) {
    /** Top-1 accuracy after step {@code t}, counted from 1, in {@code [0,1]}. */
    public double top1(int t) {
      return (double) top1[t - 1] / images;
    }

    public double top5(int t) {
      return (double) top5[t - 1] / images;
    }
  }

  /**
   * A spiking network's score and what its neurons did, summed over all images.
   *
   * @param sites the sites' nodes, in forward order
   * @param predictions {@code [images]}: every image's class after all steps
   */
  public record SpikingScore(Score score, List<Node> sites, Activity activity, int[] predictions) {
    /** Spikes per neuron and step of one site. */
    public double firingRate(int site) {
      long spikes = 0;
      for (long s : activity.spikes()[site]) {
        spikes += s;
      }
      int steps = activity.sops().length;
      return (double) spikes / ((double) sites.get(site).shape().size() * steps * score.images());
    }

    /** Spikes per neuron and step over all sites. */
    public double firingRate() {
      double spikes = 0;
      double neurons = 0;
      for (int s = 0; s < sites.size(); s++) {
        spikes += firingRate(s) * sites.get(s).shape().size();
        neurons += sites.get(s).shape().size();
      }
      return spikes / neurons;
    }

    public long sops() {
      long sum = 0;
      for (long s : activity.sops()) {
        sum += s;
      }
      return sum;
    }
  }

  /** Scores the artificial network; its outputs have one step. */
  public static Score evaluate(
      DenseExecutor executor,
      Dataset data,
      Preprocessing preprocessing,
      int threads,
      ProgressListener progress) {
    Tally tally = new Tally(1);
    progress.stage("evaluating the ANN", data.size());
    for (int first = 0; first < data.size(); first += BATCH) {
      int count = Math.min(BATCH, data.size() - first);
      Sample[] samples = new Sample[count];
      Shape shape = preprocessing.shape();
      float[] values = new float[Math.multiplyExact(count, shape.size())];
      int begin = first;
      Workers.forEach(
          count,
          threads,
          () ->
              i -> {
                samples[i] = data.get(begin + i);
                float[] image = preprocessing.apply(samples[i]);
                System.arraycopy(image, 0, values, i * shape.size(), shape.size());
              });
      Tensor outputs = executor.output(new Tensor(count, shape, values), threads);
      for (int i = 0; i < count; i++) {
        int label = label(samples[i], preprocessing, outputs.shape().size());
        tally.add(0, outputs.image(i), label);
      }
      progress.advance(count);
    }
    return tally.score(data.size());
  }

  /**
   * Scores the spiking network after every step of one run of each image.
   *
   * @param graph what {@code network} was compiled from
   * @param countFrom the first step whose output counts
   */
  public static SpikingScore evaluate(
      Graph graph,
      SpikingNetwork network,
      Dataset data,
      Preprocessing preprocessing,
      int steps,
      int countFrom,
      int threads,
      ProgressListener progress) {
    List<Node> sites = graph.sites();
    Tally tally = new Tally(steps);
    AtomicLongArray spikes = new AtomicLongArray(sites.size() * steps);
    AtomicLongArray sops = new AtomicLongArray(steps);
    AtomicLong macs = new AtomicLong();
    int[] predictions = new int[data.size()];
    progress.stage("simulating", data.size());
    Workers.forEach(
        data.size(),
        threads,
        network::newSimulator,
        (simulator, i) -> {
          Sample sample = data.get(i);
          Simulation run = simulator.run(preprocessing.apply(sample), steps, countFrom);
          int label = label(sample, preprocessing, run.outputs()[0].length);
          for (int t = 0; t < steps; t++) {
            tally.add(t, run.outputs()[t], label);
            sops.addAndGet(t, run.activity().sops()[t]);
            for (int s = 0; s < sites.size(); s++) {
              spikes.addAndGet(s * steps + t, run.activity().spikes()[s][t]);
            }
          }
          macs.addAndGet(run.activity().macs());
          predictions[i] = predicted(run.outputs()[steps - 1]);
          progress.advance(1);
        });
    long[][] spikesBySite = new long[sites.size()][steps];
    for (int s = 0; s < sites.size(); s++) {
      for (int t = 0; t < steps; t++) {
        spikesBySite[s][t] = spikes.get(s * steps + t);
      }
    }
    long[] sopsByStep = new long[steps];
    for (int t = 0; t < steps; t++) {
      sopsByStep[t] = sops.get(t);
    }
    return new SpikingScore(
        tally.score(data.size()),
        sites,
        new Activity(spikesBySite, sopsByStep, macs.get()),
        predictions);
  }

  /**
   * The class that an image is given: the largest output, of equal ones that with the lowest index,
   * and never one that is no number while there are others.
   */
  public static int predicted(float[] outputs) {
    int best = 0;
    for (int k = 1; k < outputs.length; k++) {
      if (outputs[k] > outputs[best] || Float.isNaN(outputs[best])) {
        best = k;
      }
    }
    return best;
  }

  static int label(Sample sample, Preprocessing preprocessing, int outputs) {
    if (sample.label() < 0) {
      throw new UnreadableDataException(
          "image "
              + sample.name()
              + " has no label, so no accuracy can be computed; add labels=FILE to the data, or use class folders");
    }
    int label = sample.label() + preprocessing.labelOffset();
    if (label >= outputs) {
      throw new UnreadableDataException(
          "image "
              + sample.name()
              + " has label "
              + sample.label()
              + ", but the network has only "
              + outputs
              + " outputs; check the labels and labels.offset of the preprocessing file");
    }
    return label;
  }

  private static final class Tally {
    private final AtomicIntegerArray top1;
    private final AtomicIntegerArray top5;

    Tally(int steps) {
      top1 = new AtomicIntegerArray(steps);
      top5 = new AtomicIntegerArray(steps);
    }

    /**
     * Of equal outputs, the one with the lower index ranks first; an output that is no number never
     * wins.
     */
    void add(int step, float[] outputs, int label) {
      if (Float.isNaN(outputs[label])) {
        return;
      }
      int before = 0;
      for (int k = 0; k < outputs.length; k++) {
        if (outputs[k] > outputs[label] || (k < label && outputs[k] == outputs[label])) {
          before++;
        }
      }
      if (before == 0) {
        top1.incrementAndGet(step);
      }
      if (before < 5) {
        top5.incrementAndGet(step);
      }
    }

    Score score(int images) {
      int[] first = new int[top1.length()];
      int[] five = new int[top5.length()];
      for (int t = 0; t < first.length; t++) {
        first[t] = top1.get(t);
        five[t] = top5.get(t);
      }
      return new Score(images, first, five);
    }
  }
}
