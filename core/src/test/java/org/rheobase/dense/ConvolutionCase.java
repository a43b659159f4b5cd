package org.rheobase.dense;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** A convolution with an image, and what comes out of it in double precision. */
public record ConvolutionCase(Op.Conv conv, Shape input, float[] image) {

  /** Odd and even sizes, strides, asymmetric pads, groups, dilations, 1 to 20 channels. */
  public static Arbitrary<ConvolutionCase> any() {
    Arbitrary<List<Integer>> sizes = Arbitraries.integers().between(1, 17).list().ofSize(2);
    Arbitrary<List<Integer>> kernel = Arbitraries.integers().between(1, 4).list().ofSize(2);
    Arbitrary<List<Integer>> steps = Arbitraries.integers().between(1, 3).list().ofSize(4);
    Arbitrary<List<Integer>> pads = Arbitraries.integers().between(0, 3).list().ofSize(4);
    Arbitrary<Integer> groups = Arbitraries.integers().between(1, 4);
    Arbitrary<List<Integer>> channels = Arbitraries.integers().between(1, 5).list().ofSize(2);
    return Combinators.combine(sizes, kernel, steps, pads, groups, channels, Arbitraries.longs())
        .filter(
            (size, k, step, pad, _, _, _) -> window(k, step, pad).fits(size.get(0), size.get(1)))
        .as((size, k, step, pad, group, channel, seed) ->
            of(
                window(k, step, pad),
                group,
                channel.get(0) * group,
                channel.get(1) * group,
                size.get(0),
                size.get(1),
                seed));
  }

  public static ConvolutionCase of(
      Window window, int groups, int in, int out, int height, int width, long seed) {
    Random random = new Random(seed);
    Weights weight =
        Weights.of(
            gaussian(random, out * in / groups * window.kernelHeight() * window.kernelWidth()),
            out,
            in / groups,
            window.kernelHeight(),
            window.kernelWidth());
    Op.Conv conv = new Op.Conv(weight, Weights.vector(gaussian(random, out)), window, groups);
    Shape input = Shape.of(in, height, width);
    return new ConvolutionCase(conv, input, gaussian(random, input.size()));
  }

  public Shape output() {
    return Shape.of(
        conv.outChannels(),
        conv.window().outHeight(input.height()),
        conv.window().outWidth(input.width()));
  }

  /** Runs the case, between guard cells that must stay as they are. */
  public float[] run(DenseBackend backend) {
    float[] shifted = new float[image.length + 3];
    System.arraycopy(image, 0, shifted, 3, image.length);
    float[] output = new float[output().size() + 7];
    java.util.Arrays.fill(output, 42);
    try (DenseBackend.Kernel kernel = backend.convolution(conv, input)) {
      kernel.run(shifted, 3, output, 5);
    }
    for (int guard : new int[] {0, 1, 2, 3, 4, output.length - 2, output.length - 1}) {
      if (output[guard] != 42) {
        throw new AssertionError("element " + guard + " outside the output was overwritten");
      }
    }
    return java.util.Arrays.copyOfRange(output, 5, output.length - 2);
  }

  /** The sums in double precision; the sums of absolute values where {@code absolute}. */
  public double[] expected(boolean absolute) {
    Window w = conv.window();
    int groupIn = conv.weight().dim(1);
    int groupOut = conv.outChannels() / conv.groups();
    Shape out = output();
    double[] sums = new double[out.size()];
    int at = 0;
    for (int o = 0; o < out.channels(); o++) {
      for (int oy = 0; oy < out.height(); oy++) {
        for (int ox = 0; ox < out.width(); ox++) {
          double sum = absolute ? Math.abs(conv.bias().get(o)) : conv.bias().get(o);
          for (int c = 0; c < groupIn; c++) {
            for (int i = 0; i < w.kernelHeight(); i++) {
              for (int j = 0; j < w.kernelWidth(); j++) {
                int iy = oy * w.strideHeight() - w.padTop() + i * w.dilationHeight();
                int ix = ox * w.strideWidth() - w.padLeft() + j * w.dilationWidth();
                if (iy >= 0 && iy < input.height() && ix >= 0 && ix < input.width()) {
                  int channel = o / groupOut * groupIn + c;
                  double product =
                      (double)
                              conv.weight()
                                  .get(
                                      ((o * groupIn + c) * w.kernelHeight() + i) * w.kernelWidth()
                                          + j)
                          * image[(channel * input.height() + iy) * input.width() + ix];
                  sum += absolute ? Math.abs(product) : product;
                }
              }
            }
          }
          sums[at++] = sum;
        }
      }
    }
    return sums;
  }

  /** Throws unless each value differs from the exact one by rounding only. */
  public void check(float[] found) {
    double[] exact = expected(false);
    double[] scale = expected(true);
    if (found.length != exact.length) {
      throw new AssertionError("expected " + exact.length + " values, found " + found.length);
    }
    for (int i = 0; i < exact.length; i++) {
      if (!(Math.abs(found[i] - exact[i]) <= 1e-5 * scale[i])) {
        throw new AssertionError(
            "element " + i + " of " + output() + ": expected " + exact[i] + ", found " + found[i]);
      }
    }
  }

  public static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Window window(List<Integer> kernel, List<Integer> steps, List<Integer> pads) {
    return Window.of(kernel.get(0), kernel.get(1))
        .withStride(steps.get(0), steps.get(1))
        .withDilation(steps.get(2), steps.get(3))
        .withPadding(pads.get(0), pads.get(1), pads.get(2), pads.get(3));
  }
}
