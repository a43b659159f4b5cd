package org.rheobase.sim;

import org.rheobase.graph.Graph;

/** What every simulator checks before it runs. */
final class Checks {
  private Checks() {}

  static void run(Graph graph, float[] image, int steps, int countFrom) {
    int expected = graph.input().shape().size();
    if (image.length != expected) {
      throw new IllegalArgumentException(
          "expected an image of "
              + expected
              + " values "
              + graph.input().shape()
              + ", found "
              + image.length);
    }
    if (steps < 1 || countFrom < 1) {
      throw new IllegalArgumentException(
          "expected 1 step or more, counted from step 1 or later, found "
              + steps
              + " steps counted from "
              + countFrom);
    }
  }
}
