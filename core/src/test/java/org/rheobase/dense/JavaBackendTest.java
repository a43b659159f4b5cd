package org.rheobase.dense;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class JavaBackendTest {
  private final JavaBackend backend = new JavaBackend();

  @Provide
  Arbitrary<ConvolutionCase> convolutions() {
    return ConvolutionCase.any();
  }

  @Property(tries = 500)
  void convolutionAgreesWithTheDefinition(@ForAll("convolutions") ConvolutionCase convolution) {
    convolution.check(convolution.run(backend));
  }

  @Property(tries = 100)
  void trainableConvolutionAndItsGradientAgreeWithTheDefinition(
      @ForAll("convolutions") ConvolutionCase convolution,
      @ForAll @IntRange(min = 1, max = 3) int n) {
    TrainableCase training = TrainableCase.of(convolution, n, 5);
    training.checkForward(backend);
    training.checkGradient(backend);
  }

  @Property(tries = 10)
  void aGradientNeedsImagesAndNoMoreThanThereIsRoomFor(
      @ForAll("convolutions") ConvolutionCase convolution) {
    TrainableCase.of(convolution, 2, 5).checkRefusals(backend);
  }

  @Test
  void convolutionOverSeveralTilesAgreesWithTheDefinition() {
    Window window = Window.of(3, 3).withPadding(1, 1, 1, 1);
    ConvolutionCase narrow = ConvolutionCase.of(window, 1, 3, 5, 41, 37, 1);
    narrow.check(narrow.run(backend));
    ConvolutionCase deep = ConvolutionCase.of(window, 1, 300, 3, 9, 7, 2);
    deep.check(deep.run(backend));
  }

  @Test
  void eachOutputIsTheFloatSumInTheOrderOfTheWeights() {
    ConvolutionCase pointwise = ConvolutionCase.of(Window.of(1, 1), 1, 7, 3, 5, 5, 3);
    float[] found = pointwise.run(backend);
    for (int o = 0; o < 3; o++) {
      for (int p = 0; p < 25; p++) {
        float sum = pointwise.conv().bias().get(o);
        for (int c = 0; c < 7; c++) {
          sum += pointwise.conv().weight().get(o * 7 + c) * pointwise.image()[c * 25 + p];
        }
        assertThat(found[o * 25 + p]).isEqualTo(sum);
      }
    }
  }

  @Property(tries = 100)
  void linearAgreesWithTheDefinition(
      @ForAll @IntRange(min = 1, max = 70) int in,
      @ForAll @IntRange(min = 1, max = 9) int out,
      @ForAll long seed) {
    Random random = new Random(seed);
    Op.Linear linear =
        new Op.Linear(
            Weights.of(ConvolutionCase.gaussian(random, out * in), out, in),
            Weights.vector(ConvolutionCase.gaussian(random, out)));
    float[] x = ConvolutionCase.gaussian(random, in + 2);
    float[] y = new float[out + 3];
    try (DenseBackend.Kernel kernel = backend.linear(linear)) {
      kernel.run(x, 2, y, 1);
    }
    assertThat(y[0]).isZero();
    assertThat(y[out + 1]).isZero();
    for (int o = 0; o < out; o++) {
      double sum = linear.bias().get(o);
      double scale = Math.abs(sum);
      for (int i = 0; i < in; i++) {
        double product = (double) linear.weight().get(o * in + i) * x[i + 2];
        sum += product;
        scale += Math.abs(product);
      }
      assertThat(Math.abs(y[o + 1] - sum)).isLessThanOrEqualTo(1e-6 * scale);
    }
  }
}
