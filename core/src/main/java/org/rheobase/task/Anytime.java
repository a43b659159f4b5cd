package org.rheobase.task;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.Sample;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.SpikingNetwork;

/** Scores a classifier whose images stop as soon as their predictions are settled. */
public final class Anytime {
  private Anytime() {}

  /**
   * Predictions at the steps at which images stopped.
   *
   * @param right images whose prediction is their label
   * @param unchanged images whose prediction is that after all steps
   * @param stops {@code [T]}: images whose last step it was
   * @param sops synaptic operations of all images
   * @param macs multiply-accumulates of all images
   */
  public record Score(int images, int right, int unchanged, int[] stops, long sops, long macs) {
    public Score {
      if (Arrays.stream(stops).sum() != images) {
        throw new IllegalArgumentException("every image stops once");
      }
    }

    /** Top-1 accuracy, in {@code [0,1]}. */
    public double top1() {
      return (double) right / images;
    }

    /** Steps per image. */
    public double meanSteps() {
      double sum = 0;
      for (int t = 1; t <= stops.length; t++) {
        sum += (double) t * stops[t - 1];
      }
      return sum / images;
    }
  }

  /**
   * Simulates every image until the rule stops it.
   *
   * @param steps T, where images stop at the latest
   * @param predictions of every image after all steps, as {@link
   *     Classification.SpikingScore#predictions}
   */
  public static Score evaluate(
      SpikingNetwork network,
      Dataset data,
      Preprocessing preprocessing,
      int steps,
      int countFrom,
      MarginRule rule,
      int[] predictions,
      int threads,
      ProgressListener progress) {
    AtomicInteger right = new AtomicInteger();
    AtomicInteger unchanged = new AtomicInteger();
    AtomicIntegerArray stops = new AtomicIntegerArray(steps);
    AtomicLong sops = new AtomicLong();
    AtomicLong macs = new AtomicLong();
    progress.stage("stopping early", data.size());
    Workers.forEach(
        data.size(),
        threads,
        network::newSimulator,
        (simulator, i) -> {
          Sample sample = data.get(i);
          Simulation run =
              simulator.run(preprocessing.apply(sample), steps, countFrom, rule.from(countFrom));
          float[] outputs = run.outputs()[run.steps() - 1];
          int label = Classification.label(sample, preprocessing, outputs.length);
          int predicted = Classification.predicted(outputs);
          right.addAndGet(predicted == label && !Float.isNaN(outputs[label]) ? 1 : 0);
          unchanged.addAndGet(predicted == predictions[i] ? 1 : 0);
          stops.incrementAndGet(run.steps() - 1);
          sops.addAndGet(Arrays.stream(run.activity().sops()).sum());
          macs.addAndGet(run.activity().macs());
          progress.advance(1);
        });
    int[] byStep = new int[steps];
    Arrays.setAll(byStep, stops::get);
    return new Score(data.size(), right.get(), unchanged.get(), byStep, sops.get(), macs.get());
  }
}
