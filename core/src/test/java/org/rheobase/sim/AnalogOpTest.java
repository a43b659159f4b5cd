package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Node;
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
    float[] weights = gaussians(random, in * out);
    float[] bias = gaussians(random, out);
    Op.Linear linear = new Op.Linear(Weights.of(weights, out, in), Weights.vector(bias));
    check(random, linear, Shape.of(in), Shape.of(out));
  }

  @Property(tries = 300)
  void convolutionsAreThoseOfTheReference(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 24) int in,
      @ForAll @IntRange(min = 1, max = 70) int out) {
    Random random = new Random(seed);
    boolean isDepthwise = random.nextInt(4) == 0;
    int groups = isDepthwise ? out : 1 + random.nextInt(4);
    int inPerGroup = isDepthwise ? 1 : in;
    int outPerGroup = isDepthwise ? 1 : out;
    int height = 1 + random.nextInt(7);
    int width = 1 + random.nextInt(11);
    Window window = Nets.window(random, height, width);
    int channels = groups * outPerGroup;
    int cells = window.kernelHeight() * window.kernelWidth();
    float[] weights = gaussians(random, channels * inPerGroup * cells);
    float[] bias = gaussians(random, channels);
    Op.Conv conv =
        new Op.Conv(
            Weights.of(weights, channels, inPerGroup, window.kernelHeight(), window.kernelWidth()),
            Weights.vector(bias),
            window,
            groups);
    Shape from = Shape.of(groups * inPerGroup, height, width);
    Shape to = Shape.of(channels, window.outHeight(height), window.outWidth(width));
    check(
        random,
        from,
        to,
        x -> ReferenceOps.applySingle(conv, x, from, to),
        loops -> AnalogOp.single(new Node("conv", conv, List.of("x"), to), from, loops));
    check(random, conv, from, to);
  }

  @Test
  void weightsBeyondTheLimitAreRefused() {
    int in = (1 << 24) + 1;
    Op.Linear linear = new Op.Linear(Weights.of(new float[in], 1, in), Weights.filled(1, 0));
    Node node = new Node("classifier", linear, List.of("x"), Shape.of(1));
    assertThatThrownBy(() -> AnalogOp.single(node, Shape.of(in), new PlainLoops()))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("node classifier")
        .hasMessageContaining("--kernel scalar");
  }

  @Property(tries = 300)
  void roundingInSinglePrecisionIsThatOfTheUnits(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int columns) {
    Random random = new Random(seed);
    float[] special = {
      0,
      -0f,
      0.5f,
      -0.5f,
      0.49999997f,
      -0.50000006f,
      2.5f,
      -2.5f,
      2047.5f,
      2048.5f,
      -2048.5f,
      4095.5f,
      8388607.5f,
      -8388607.5f,
      16777215,
      268435455,
      268435456,
      -268435456,
      3e8f,
      -3e8f,
      3e38f,
      Float.MIN_VALUE,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY
    };
    float[] sums = new float[columns + 3];
    float[] bias = new float[columns];
    float[] scale = new float[columns];
    int[] expected = new int[columns + 5];
    for (int j = 0; j < columns; j++) {
      int exponent = random.nextInt(25);
      scale[j] = Math.scalb(1f, exponent);
      boolean isSpecial = random.nextBoolean();
      sums[j + 3] =
          isSpecial
              ? special[random.nextInt(special.length)] / scale[j]
              : (float) random.nextGaussian();
      bias[j] = isSpecial ? 0 : (float) random.nextGaussian();
      expected[j + 2] = 7 + SiteUnits.round(sums[j + 3] + bias[j], -exponent, 1 << 28);
    }
    for (Loops loops : List.of(new PlainLoops(), new VectorLoops())) {
      int[] found = new int[expected.length];
      Arrays.fill(found, 2, 2 + columns, 7);
      loops.addRounded(sums, 3, bias, scale, found, 2);
      assertThat(found).isEqualTo(expected);
    }
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void check(Random random, Op op, Shape in, Shape out) {
    check(
        random,
        in,
        out,
        x -> ReferenceOps.apply(op, List.of(x), List.of(in), out),
        loops -> AnalogOp.of(op, List.of(in), out, loops));
  }

  private static void check(
      Random random,
      Shape in,
      Shape out,
      UnaryOperator<double[]> reference,
      Function<Loops, AnalogOp> prepare) {
    double[] outside = random.doubles(in.size(), -1, 1).toArray();
    double[] inside = new double[outside.length];
    int[] order = Layout.toOutside(in);
    for (int i = 0; i < inside.length; i++) {
      inside[i] = outside[order[i]];
    }
    double[] expected = reference.apply(outside);
    int[] back = Layout.toOutside(out);
    for (Loops loops : List.of(new PlainLoops(), new VectorLoops())) {
      AnalogOp prepared = prepare.apply(loops);
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
