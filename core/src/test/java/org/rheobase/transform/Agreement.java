package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.rheobase.GraphBuilding;
import org.rheobase.NaiveDense;
import org.rheobase.graph.Graph;

/** Whether two networks compute the same. */
final class Agreement {
  private Agreement() {}

  /** Outputs agree on a few images, up to the rounding of weights to float. */
  static void assertSameOutputs(Graph before, Graph after) {
    for (int seed = 0; seed < 2; seed++) {
      assertClose(outputs(before, seed, 1), outputs(after, seed, 1));
    }
  }

  static double[] outputs(Graph graph, long seed, int steps) {
    return NaiveDense.outputs(graph, GraphBuilding.image(graph, seed), steps);
  }

  static double largestDifference(double[] a, double[] b) {
    assertThat(b).hasSameSizeAs(a);
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static void assertClose(double[] a, double[] b) {
    double scale = 1;
    for (double v : a) {
      scale = Math.max(scale, Math.abs(v));
    }
    assertThat(largestDifference(a, b)).isCloseTo(0, Offset.offset(1e-5 * scale));
  }
}
