package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Operations in the simulator's layout return the bits of the reference. */
class AnalogOpTest {
  @Property(tries = 200)
  void averagesAreThoseOfTheReference(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int channels,
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width) {
    Random random = new Random(seed);
    int[] pads = random.ints(4, 0, 3).toArray();
    Window window;
    do {
      window =
          Window.of(1 + random.nextInt(height), 1 + random.nextInt(width))
              .withStride(1 + random.nextInt(3), 1 + random.nextInt(3))
              .withPadding(pads[0], pads[1], pads[2], pads[3]);
    } while (!window.fits(height, width));
    Op.AveragePool pool =
        new Op.AveragePool(
            window, random.nextBoolean(), random.nextInt(pads[2] + 1), random.nextInt(pads[3] + 1));
    Shape out = Shape.of(channels, window.outHeight(height), window.outWidth(width));
    check(random, pool, Shape.of(channels, height, width), out);
  }

  @Property(tries = 60)
  void fullyConnectedLayersAreThoseOfTheReference(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int in,
      @ForAll @IntRange(min = 1, max = 40) int out) {
    Random random = new Random(seed);
    float[] weights = new float[in * out];
    float[] bias = new float[out];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
      bias[i % out] = (float) random.nextGaussian();
    }
    Op.Linear linear = new Op.Linear(Weights.of(weights, out, in), Weights.vector(bias));
    check(random, linear, Shape.of(in), Shape.of(out));
  }

  private static void check(Random random, Op op, Shape in, Shape out) {
    double[] outside = random.doubles(in.size(), -1, 1).toArray();
    double[] inside = new double[outside.length];
    int[] order = Layout.toOutside(in);
    for (int i = 0; i < inside.length; i++) {
      inside[i] = outside[order[i]];
    }
    double[] expected = ReferenceOps.apply(op, List.of(outside), List.of(in), out);
    int[] back = Layout.toOutside(out);
    for (Loops loops : List.of(new PlainLoops(), new VectorLoops())) {
      AnalogOp prepared = AnalogOp.of(op, List.of(in), out, loops);
      double[] found = new double[expected.length];
      for (int run = 0; run < 2; run++) {
        prepared.run(List.of(inside), found);
        for (int i = 0; i < found.length; i++) {
          assertThat(Double.doubleToLongBits(found[i]))
              .isEqualTo(Double.doubleToLongBits(expected[back[i]]));
        }
      }
    }
  }
}
