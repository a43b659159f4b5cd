package org.rheobase.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.dense.ByteConvolution;
import org.rheobase.dense.ConvolutionCase;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.dense.JavaBackend;
import org.rheobase.dense.TrainableCase;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class OneDnnBackendTest {
  private static final Window SAME = Window.of(3, 3).withPadding(1, 1, 1, 1);

  private final DenseBackend backend = new OneDnnBackend();

  @Provide
  Arbitrary<ConvolutionCase> convolutions() {
    return ConvolutionCase.any();
  }

  @Property(tries = 1000)
  void convolutionAgreesWithTheDefinition(@ForAll("convolutions") ConvolutionCase convolution) {
    convolution.check(convolution.run(backend));
  }

  @Property(tries = 300)
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

  @Property(tries = 500)
  void productsOfBytesAreExact(@ForAll("convolutions") ConvolutionCase convolution) {
    Op.Conv conv = convolution.conv();
    checkBytes(conv.window(), convolution.input(), conv.outChannels(), conv.weight().size());
  }

  @Test
  void productsOfBytesAreExactForTheShapesOfAResNet() {
    checkBytes(SAME, Shape.of(16, 32, 32), 32, 1);
    checkBytes(SAME.withStride(2, 2), Shape.of(64, 9, 7), 128, 2);
    checkBytes(Window.of(1, 1), Shape.of(130, 5, 5), 130, 3);
  }

  /** All weights and inputs at their largest, or any: nothing may saturate on the way. */
  private void checkBytes(Window window, Shape in, int out, int seed) {
    Random random = new Random(seed);
    byte[] weights = new byte[out * in.channels() * window.kernelHeight() * window.kernelWidth()];
    byte[] inputs = new byte[in.size()];
    for (boolean isExtreme : new boolean[] {false, true}) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] = isExtreme ? Byte.MIN_VALUE : (byte) random.nextInt(256);
      }
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] =
            isExtreme ? ByteConvolution.LARGEST_INPUT : (byte) random.nextInt(1 + seed % 127);
      }
      ByteConvolution.Layer layer = new ByteConvolution.Layer(window, in, out, weights);
      assertThat(sums(backend, layer, inputs))
          .containsExactly(sums(new JavaBackend(), layer, inputs));
    }
  }

  /** Of the second of two runs, the first of which had other inputs. */
  private static int[] sums(DenseBackend backend, ByteConvolution.Layer layer, byte[] inputs) {
    try (ByteConvolution.Run run = backend.bytes(layer).newRun()) {
      run.compute();
      MemorySegment.copy(inputs, 0, run.inputs(), ValueLayout.JAVA_BYTE, 0, inputs.length);
      run.compute();
      return run.sums().toArray(ValueLayout.JAVA_INT);
    }
  }

  @Test
  void convolutionsThatOneDnnCannotDoAreDoneAllTheSame() {
    Window inPadding = Window.of(1, 1).withStride(2, 3).withDilation(1, 3).withPadding(3, 2, 1, 1);
    ConvolutionCase crash = ConvolutionCase.of(inPadding, 1, 1, 3, 6, 1, 7);
    crash.check(crash.run(backend));
    Window toOneColumn = Window.of(4, 5).withStride(1, 3).withPadding(1, 2, 2, 3);
    ConvolutionCase wrong = ConvolutionCase.of(toOneColumn, 1, 1, 4, 5, 2, 8);
    wrong.check(wrong.run(backend));
  }

  @Test
  void convolutionsOfRealNetworksAgreeWithJava() {
    agrees(ConvolutionCase.of(SAME, 1, 16, 16, 32, 32, 1));
    agrees(ConvolutionCase.of(SAME, 1, 64, 64, 8, 8, 2));
    agrees(ConvolutionCase.of(SAME.withStride(2, 2), 96, 96, 96, 14, 14, 3));
    agrees(ConvolutionCase.of(Window.of(1, 1), 1, 33, 65, 7, 7, 4));
    agrees(
        ConvolutionCase.of(
            Window.of(7, 7).withStride(2, 2).withPadding(3, 3, 3, 3), 1, 3, 64, 56, 56, 5));
    agrees(
        ConvolutionCase.of(SAME.withDilation(6, 6).withPadding(6, 6, 6, 6), 1, 40, 24, 17, 17, 6));
  }

  private void agrees(ConvolutionCase convolution) {
    float[] found = convolution.run(backend);
    float[] java = convolution.run(new JavaBackend());
    double[] scale = convolution.expected(true);
    for (int i = 0; i < found.length; i++) {
      assertThat(Math.abs((double) found[i] - java[i])).isLessThanOrEqualTo(1e-5 * scale[i]);
    }
  }

  @Property(tries = 50)
  void linearAgreesWithJava(
      @ForAll @IntRange(min = 1, max = 300) int in,
      @ForAll @IntRange(min = 1, max = 70) int out,
      @ForAll long seed) {
    Random random = new Random(seed);
    Op.Linear linear = linear(random, in, out);
    float[] x = ConvolutionCase.gaussian(random, in);
    float[] java = new float[out];
    float[] found = new float[out];
    try (DenseBackend.Kernel a = new JavaBackend().linear(linear);
        DenseBackend.Kernel b = backend.linear(linear)) {
      a.run(x, 0, java, 0);
      b.run(x, 0, found, 0);
    }
    for (int o = 0; o < out; o++) {
      assertThat(Math.abs((double) found[o] - java[o])).isLessThanOrEqualTo(1e-5 * in);
    }
  }

  private static Op.Linear linear(Random random, int in, int out) {
    return new Op.Linear(
        Weights.of(ConvolutionCase.gaussian(random, out * in), out, in),
        Weights.vector(ConvolutionCase.gaussian(random, out)));
  }

  /** Three convolutions and a fully connected layer. */
  private static Graph network() {
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node("image", new Op.Input(), List.of(), Shape.of(3, 16, 16)));
    String last = "image";
    int channels = 3;
    for (int i = 0; i < 3; i++) {
      Op.Conv conv = ConvolutionCase.of(SAME, 1, channels, 24, 16, 16, i).conv();
      channels = 24;
      nodes.add(new Node("conv" + i, conv, List.of(last), Shape.of(24, 16, 16)));
      last = "relu" + i;
      nodes.add(new Node(last, new Op.Relu(6), List.of("conv" + i), Shape.of(24, 16, 16)));
    }
    nodes.add(new Node("flat", new Op.Reshape(), List.of(last), Shape.of(6144)));
    nodes.add(new Node("logits", linear(new Random(9), 6144, 10), List.of("flat"), Shape.of(10)));
    return new Graph("small", nodes, List.of(new Graph.Output("logits", "logits")));
  }

  @Test
  void theSameBitsForAnyThreadsAndAnyBatchSplit() {
    Shape image = Shape.of(3, 16, 16);
    Tensor all = new Tensor(20, image, ConvolutionCase.gaussian(new Random(5), 20 * image.size()));
    try (DenseExecutor executor = new DenseExecutor(network(), backend)) {
      float[] whole = executor.output(all, 1).values();
      for (int threads : new int[] {2, 5}) {
        assertThat(executor.output(all, threads).values()).isEqualTo(whole);
      }
      for (int i = 0; i < 20; i++) {
        assertThat(executor.output(new Tensor(1, image, all.image(i)), 1).values())
            .isEqualTo(Arrays.copyOfRange(whole, i * 10, (i + 1) * 10));
      }
    }
  }

  @Test
  void kernelsOfTheSameWeightsShareOneCopyAndTheLastFreesIt() {
    int before = PackedWeights.count();
    ConvolutionCase convolution = ConvolutionCase.of(SAME, 1, 16, 16, 8, 8, 1);
    List<DenseBackend.Kernel> kernels =
        IntStream.range(0, 3)
            .mapToObj(_ -> backend.convolution(convolution.conv(), convolution.input()))
            .toList();
    assertThat(PackedWeights.count()).isEqualTo(before + 1);
    kernels.get(0).close();
    kernels.get(0).close();
    kernels.get(1).close();
    float[] output = new float[convolution.output().size()];
    kernels.get(2).run(convolution.image(), 0, output, 0);
    convolution.check(output);
    kernels.get(2).close();
    assertThat(PackedWeights.count()).isEqualTo(before);
  }

  @Test
  void aKernelPreparedInOneThreadRunsInAnother() throws InterruptedException {
    ConvolutionCase convolution = ConvolutionCase.of(SAME, 1, 13, 21, 15, 11, 1);
    float[] output = new float[convolution.output().size()];
    try (DenseBackend.Kernel kernel =
        backend.convolution(convolution.conv(), convolution.input())) {
      Thread thread = new Thread(() -> kernel.run(convolution.image(), 0, output, 0));
      thread.start();
      thread.join();
    }
    convolution.check(output);
  }

  @Test
  void theClassPathOffersThisBackendFirst() {
    assertThat(DenseBackends.best()).isInstanceOf(OneDnnBackend.class);
    assertThat(DenseBackends.named("onednn")).isInstanceOf(OneDnnBackend.class);
    assertThat(DenseBackends.choose().fallback()).isEmpty();
  }
}
