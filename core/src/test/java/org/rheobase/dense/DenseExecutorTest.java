package org.rheobase.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Tensor;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class DenseExecutorTest {
  private static final Shape IMAGE = Shape.of(3, 9, 9);

  /** Appends nodes, with inferred shapes. */
  private static final class Nodes {
    private final List<Node> list = new ArrayList<>();

    String add(String name, Op op, String... inputs) {
      return add(name, op, IMAGE, inputs);
    }

    String add(String name, Op op, Shape declared, String... inputs) {
      List<Shape> shapes =
          Arrays.stream(inputs)
              .map(i -> list.stream().filter(n -> n.name().equals(i)).findFirst().orElseThrow())
              .map(Node::shape)
              .toList();
      list.add(new Node(name, op, List.of(inputs), ShapeInference.infer(op, shapes, declared)));
      return name;
    }

    Graph graph(String output) {
      return new Graph("test", list, List.of(new Graph.Output(output, output)));
    }
  }

  private static Op.Conv conv(int in, int out, long seed) {
    Window window = Window.of(3, 3).withPadding(1, 1, 1, 1);
    return ConvolutionCase.of(window, 1, in, out, 9, 9, seed).conv();
  }

  /** A residual network in small, with every operation that an artificial network may hold. */
  private static Graph residual() {
    Nodes n = new Nodes();
    n.add("image", new Op.Input());
    n.add("conv1", conv(3, 4, 1), "image");
    n.add(
        "norm",
        new Op.BatchNorm(
            Weights.filled(4, 2),
            Weights.filled(4, 1),
            Weights.filled(4, 0.5f),
            Weights.filled(4, 3),
            1e-5f),
        "conv1");
    n.add("relu1", new Op.Relu(6), "norm");
    n.add("same", new Op.Identity(), "relu1");
    n.add("conv2", conv(4, 4, 2), "same");
    n.add("sum", new Op.Add(), "conv2", "relu1");
    n.add("relu2", new Op.Relu(Float.POSITIVE_INFINITY), "sum");
    n.add("twice", new Op.Add(), "relu2", "relu2", "relu1");
    n.add("padded", new Op.Pad(1, 1, 0, 0, 0, 2), "twice");
    n.add("max", new Op.MaxPool(Window.of(2, 2).withStride(2, 2)), "padded");
    n.add("both", new Op.Concat(), "max", "max");
    n.add("mean", new Op.AveragePool(Window.of(5, 5), false, 0, 0), "both");
    n.add("flat", new Op.Reshape(), Shape.of(12), "mean");
    Random random = new Random(3);
    n.add(
        "logits",
        new Op.Linear(
            Weights.of(ConvolutionCase.gaussian(random, 60), 5, 12), Weights.filled(5, 0.1f)),
        "flat");
    n.add("probabilities", new Op.Softmax(), "logits");
    return n.graph("probabilities");
  }

  private static Tensor images(int count) {
    return new Tensor(count, IMAGE, ConvolutionCase.gaussian(new Random(4), count * IMAGE.size()));
  }

  private static Tensor get(Map<String, Tensor> values, String tap) {
    return Objects.requireNonNull(values.get(tap));
  }

  @Test
  void theSameBitsForAnyThreadsAndAnyBatchSplit() {
    Tensor all = images(64);
    try (DenseExecutor executor = new DenseExecutor(residual(), new JavaBackend())) {
      List<String> taps = residual().nodes().stream().map(Node::name).toList();
      Map<String, Tensor> whole = executor.run(all, taps, 1);
      assertThat(whole.keySet()).containsExactlyElementsOf(taps);
      assertThat(executor.run(all, taps, 2)).usingRecursiveComparison().isEqualTo(whole);
      for (int split : new int[] {1, 7}) {
        for (int start = 0; start < 64; start += split) {
          int count = Math.min(split, 64 - start);
          int from = start * IMAGE.size();
          float[] values = Arrays.copyOfRange(all.values(), from, from + count * IMAGE.size());
          Map<String, Tensor> part = executor.run(new Tensor(count, IMAGE, values), taps, 2);
          for (String tap : taps) {
            Tensor expected = get(whole, tap);
            int size = expected.shape().size();
            assertThat(get(part, tap).values())
                .isEqualTo(
                    Arrays.copyOfRange(expected.values(), start * size, (start + count) * size));
          }
        }
      }
    }
  }

  @Test
  void valuesDoNotDependOnWhatElseIsTapped() {
    Tensor batch = images(3);
    Graph graph = residual();
    try (DenseExecutor executor = new DenseExecutor(graph, new JavaBackend())) {
      List<String> taps = graph.nodes().stream().map(Node::name).toList();
      Map<String, Tensor> together = executor.run(batch, taps, 1);
      for (String tap : taps) {
        assertThat(executor.value(batch, tap, 1).values())
            .as(tap)
            .isEqualTo(get(together, tap).values());
      }
      assertThat(executor.output(batch, 1).values())
          .isEqualTo(get(together, "probabilities").values());
    }
  }

  @Test
  void operationsComposeAsTheGraphSays() {
    Nodes n = new Nodes();
    n.add("image", new Op.Input());
    n.add("relu", new Op.Relu(Float.POSITIVE_INFINITY), "image");
    n.add("sum", new Op.Add(), "image", "relu");
    n.add("same", new Op.Identity(), "sum");
    n.add("cut", new Op.Relu(2), "same");
    n.add("total", new Op.Add(), "cut", "same", "image");
    Tensor batch = images(2);
    try (DenseExecutor executor = new DenseExecutor(n.graph("total"), new JavaBackend())) {
      float[] found = executor.output(batch, 1).values();
      for (int i = 0; i < found.length; i++) {
        float x = batch.values()[i];
        float sum = x + Math.max(x, 0);
        assertThat(found[i]).isEqualTo(Math.min(Math.max(sum, 0), 2) + sum + x);
      }
    }
  }

  @Test
  void memoryIsBoundedByLiveValuesNotByDepth() {
    Nodes n = new Nodes();
    String last = n.add("image", new Op.Input());
    for (int i = 0; i < 50; i++) {
      String conv = n.add("conv" + i, conv(3, 3, i), last);
      String relu = n.add("relu" + i, new Op.Relu(6), conv);
      last = n.add("sum" + i, new Op.Add(), relu, last);
    }
    int[] sizes = Schedule.of(n.graph(last), Set.of(last), Set.of()).bufferSizes();
    assertThat(sizes).containsExactly(243, 243);
  }

  @Test
  void nodesThatNoTapNeedsAreNotComputed() {
    Schedule schedule = Schedule.of(residual(), Set.of("relu1"), Set.of());
    assertThat(schedule.steps().stream().map(s -> s.node().name()))
        .containsExactly("image", "conv1", "norm", "relu1");
  }

  @Test
  void kernelsArePreparedOnceForEachWorkerAndClosedWithTheExecutor() {
    AtomicInteger prepared = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    DenseBackend counting =
        new DenseBackend() {
          @Override
          public String name() {
            return "counting";
          }

          @Override
          public Kernel convolution(Op.Conv conv, Shape input) {
            return count(new JavaBackend().convolution(conv, input));
          }

          @Override
          public Kernel linear(Op.Linear linear) {
            return count(new JavaBackend().linear(linear));
          }

          private Kernel count(Kernel kernel) {
            prepared.incrementAndGet();
            return new Kernel() {
              @Override
              public void run(float[] x, int xOffset, float[] y, int yOffset) {
                kernel.run(x, xOffset, y, yOffset);
              }

              @Override
              public void close() {
                closed.incrementAndGet();
              }
            };
          }
        };
    DenseExecutor executor = new DenseExecutor(residual(), counting);
    executor.output(images(5), 1);
    executor.output(images(5), 1);
    assertThat(prepared).hasValue(3);
    executor.close();
    assertThat(closed).hasValue(3);
    assertThatThrownBy(() -> executor.output(images(1), 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSpikingPopulationIsRefusedUnlessNoTapNeedsIt() {
    Nodes n = new Nodes();
    n.add("image", new Op.Input());
    n.add("conv", conv(3, 4, 1), "image");
    n.add(
        "site",
        new Op.IntegrateFire(Weights.filled(4, 1), Weights.filled(4, 0), Weights.filled(4, 0.5f)),
        "conv");
    try (DenseExecutor executor = new DenseExecutor(n.graph("site"), new JavaBackend())) {
      assertThatThrownBy(() -> executor.output(images(1), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("site")
          .hasMessageContaining("simulate");
      assertThat(executor.run(images(1), List.of("conv"), 1)).containsKey("conv");
    }
  }

  @Test
  void imagesOfAnotherShapeAreRefused() {
    try (DenseExecutor executor = new DenseExecutor(residual(), new JavaBackend())) {
      assertThatThrownBy(() -> executor.output(Tensor.zeros(1, Shape.of(3, 8, 9)), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[3,9,9]")
          .hasMessageContaining("[3,8,9]");
    }
  }

  @Test
  void valuesThatDoNotFitIntoOneArrayAreRefusedBeforeTheWork() {
    Nodes n = new Nodes();
    n.add("image", new Op.Input(), Shape.of(1, 1, 1));
    n.add("padded", new Op.Pad(20000, 20000, 20000, 20000, 0, 0), "image");
    try (DenseExecutor executor = new DenseExecutor(n.graph("padded"), new JavaBackend())) {
      assertThatThrownBy(() -> executor.output(Tensor.zeros(2, Shape.of(1, 1, 1)), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fewer images");
    }
  }
}
