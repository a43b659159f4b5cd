package org.rheobase.threshold;

import java.util.Arrays;
import org.rheobase.graph.Shape;

/**
 * MMSE: {@code argmin over theta of mean (clipfloor(a) - a)^2}, {@code clipfloor(a) = theta/T
 * floor(clip(a T / theta, 0, T))} (S1 eq. 10 and 11), by trying every candidate. The first pass
 * finds the largest activation, the second one the errors. Of equal errors the larger threshold
 * wins.
 */
final class MinimalSquaredError implements ThresholdStatistics {
  /** Errors are summed in single precision over so many activations, then in double. */
  private static final int CHUNK = 256;

  private final Groups groups;
  private final int steps;
  private final float offset;
  private final float[] fractions;
  private final Maximum maximum;
  private final double[][] errors;
  private final float[] perChunk;
  private float[][] candidates = {};
  private boolean isSecondPass;

  MinimalSquaredError(Granularity granularity, Shape shape, ThresholdRule.Mmse rule, int steps) {
    this.groups = new Groups(granularity, shape);
    this.steps = steps;
    this.offset = rule.rounding() ? 0.5f : 0;
    this.fractions = rule.grid().fractions();
    this.maximum = new Maximum(granularity, shape);
    this.errors = new double[groups.count()][fractions.length];
    this.perChunk = new float[fractions.length];
  }

  @Override
  public int passes() {
    return 2;
  }

  @Override
  public void accept(float[] activations, int offset) {
    if (!isSecondPass) {
      maximum.accept(activations, offset);
      return;
    }
    int area = groups.shape().area();
    for (int c = 0; c < groups.shape().channels(); c++) {
      int g = groups.of(c);
      int end = offset + (c + 1) * area;
      for (int from = offset + c * area; from < end; from += CHUNK) {
        addErrors(activations, from, Math.min(end, from + CHUNK), candidates[g], errors[g]);
      }
    }
  }

  private void addErrors(float[] activations, int from, int to, float[] thetas, double[] sums) {
    Arrays.fill(perChunk, 0);
    for (int i = from; i < to; i++) {
      float a = activations[i];
      if (a > 0) {
        addErrors(a, thetas, perChunk, steps, offset);
      }
    }
    for (int k = 0; k < sums.length; k++) {
      sums[k] += perChunk[k];
    }
  }

  private static void addErrors(float a, float[] thetas, float[] sums, float steps, float offset) {
    for (int k = 0; k < sums.length; k++) {
      int count = (int) Math.min(a * steps / thetas[k] + offset, steps);
      float error = count * thetas[k] / steps - a;
      sums[k] += error * error;
    }
  }

  @Override
  public void endPass() {
    if (!isSecondPass) {
      isSecondPass = true;
      candidates = new float[groups.count()][fractions.length];
      for (int g = 0; g < candidates.length; g++) {
        for (int k = 0; k < fractions.length; k++) {
          candidates[g][k] = maximum.of(g) * fractions[k];
        }
      }
    }
  }

  @Override
  public float[] thresholds() {
    return groups.perChannel(g -> {
      int best = 0;
      for (int k = 1; k < fractions.length; k++) {
        best = errors[g][k] < errors[g][best] ? k : best;
      }
      return candidates[g][best];
    });
  }
}
