package org.rheobase.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.error.FailureException;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tail;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** A saved spiking network runs anywhere, and reads back bit for bit. */
class OnnxWriterTest {
  @TempDir Path folder;

  private final Random random = new Random(11);
  private final StepNetworks networks = new StepNetworks(random);

  @ParameterizedTest
  @CsvSource({"1,1", "3,1", "1,5", "3,5", "2,8", "2,100"})
  void onnxRuntimeStepsTheNetworkAsTheDefinitionSays(int batch, int countFrom) throws OrtException {
    assertSteps(networks.residual(), batch, countFrom);
  }

  @ParameterizedTest
  @CsvSource({"hard,1", "switch,1", "switch,4", "both,3"})
  void onnxRuntimeStepsEveryModelOfNeurons(String models, int countFrom) throws OrtException {
    Neuron first = models.equals("switch") ? new Neuron.SwitchCoding(3) : new Neuron.HardReset();
    Neuron second = models.equals("hard") ? new Neuron.HardReset() : new Neuron.SwitchCoding(4);
    List<Node> nodes = new ArrayList<>();
    for (Node node : networks.residual().nodes()) {
      nodes.add(
          node.op() instanceof Op.IntegrateFire site
              ? node.withOp(site.withNeuron(node.name().equals("site1") ? first : second))
              : node);
    }
    Graph graph = new Graph("net", nodes, networks.residual().outputs());
    assertSteps(graph, 2, countFrom);
    assertThat(OnnxReader.read(folder.resolve("net.snn.onnx")).graph()).isEqualTo(graph);
  }

  @Test
  void severalOutputsAndMapsAreAveragedEach() throws OrtException {
    Graph graph =
        new StepNetworks.Nodes(Shape.of(2, 5, 6))
            .add("conv1", networks.conv(3, 2, 3, 2), "image")
            .add(
                "site",
                new Op.IntegrateFire(
                    Weights.filled(3, 1), Weights.filled(3, 0), networks.dyadic(3, 3, 3)),
                "conv1")
            .add("head", networks.conv(4, 3, 1, 1), "site")
            .add("other", networks.conv(2, 3, 3, 1), "site")
            .add("soft", new Op.Softmax(), "head")
            .add("both", new Op.Concat(), "soft", "other")
            .graph("logits", "head", "map", "soft", "joined", "both", "spikes", "site");
    assertSteps(graph, 2, 3);
  }

  /** Currents that are multiples of 1/64 give exact potentials. */
  private void assertSteps(Graph graph, int batch, int countFrom) throws OrtException {
    assertSteps(graph, batch, countFrom, 0);
  }

  private void assertSteps(Graph graph, int batch, int countFrom, double potentialTolerance)
      throws OrtException {
    Path file = folder.resolve("net.snn.onnx");
    OnnxWriter.write(graph, StepNetworks.metadata(countFrom), file);
    double[][] images = new double[batch][graph.input().shape().size()];
    for (double[] image : images) {
      Arrays.setAll(image, _ -> random.nextInt(65) / 64.0);
    }
    List<Map<String, double[]>> expected = new ArrayList<>();
    try (Ort ort = new Ort(file)) {
      Map<String, Ort.Array> feed = new LinkedHashMap<>();
      for (var entry : ort.inputShapes().entrySet()) {
        long[] shape = entry.getValue();
        assertThat(shape[0]).isEqualTo(-1);
        shape[0] = batch;
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        feed.put(entry.getKey(), new Ort.Array(shape, new float[size]));
      }
      float[] packed = Reference.present(feed, "image").values();
      Reference[] references = new Reference[batch];
      for (int n = 0; n < batch; n++) {
        references[n] = new Reference();
        for (int i = 0; i < images[n].length; i++) {
          packed[n * images[n].length + i] = (float) images[n][i];
        }
        expected.add(new LinkedHashMap<>());
      }
      for (int t = 1; t <= 8; t++) {
        Map<String, Ort.Array> results = ort.run(feed);
        for (int n = 0; n < batch; n++) {
          Map<String, double[]> values = references[n].step(graph, images[n]);
          accumulate(expected.get(n), values, t == countFrom);
          Map<String, double[]> tail =
              predict(graph, expected.get(n), t < countFrom ? t : t - countFrom + 1);
          for (Graph.Output output : graph.outputs()) {
            double[] want = Reference.present(tail, output.node());
            float[] found = Reference.present(results, output.name()).values();
            assertThat(found).hasSize(batch * want.length);
            for (int i = 0; i < want.length; i++) {
              assertThat((double) found[n * want.length + i])
                  .as("step %d image %d output %s", t, n, output.name())
                  .isCloseTo(want[i], Offset.offset(1e-5));
            }
          }
          for (Node site : graph.sites()) {
            assertPotential(site, references[n], results, n, potentialTolerance);
          }
        }
        feed.keySet().removeIf(name -> !name.equals("image"));
        results.forEach((name, value) -> {
          if (name.startsWith("next.")) {
            feed.put("state." + name.substring(5), value);
          }
        });
      }
    }
  }

  /** The state is the potential minus its initial value; the tolerance is relative above 1. */
  private static void assertPotential(
      Node site, Reference reference, Map<String, Ort.Array> results, int n, double tolerance) {
    Op.IntegrateFire op = (Op.IntegrateFire) site.op();
    double[] potential = Reference.present(reference.potentials, site.name());
    float[] found = Reference.present(results, "next." + site.name() + ".potential").values();
    boolean each = op.initialPotential().size() == potential.length;
    for (int i = 0; i < potential.length; i++) {
      float initial = op.initialPotential().get(each ? i : i / site.shape().area());
      assertThat((double) found[n * potential.length + i])
          .isCloseTo(
              potential[i] - initial,
              Offset.offset(tolerance * Math.max(1, Math.abs(potential[i]))));
    }
  }

  private static void accumulate(
      Map<String, double[]> sums, Map<String, double[]> values, boolean restart) {
    values.forEach((name, value) -> {
      double[] sum = sums.computeIfAbsent(name, _ -> new double[value.length]);
      Arrays.setAll(sum, i -> (restart ? 0 : sum[i]) + value[i]);
    });
  }

  /** Averages of all nodes; those from a softmax on are computed from the averages before them. */
  private static Map<String, double[]> predict(
      Graph graph, Map<String, double[]> sums, int counted) {
    Map<String, double[]> means = new LinkedHashMap<>();
    Tail tail = Tail.of(graph);
    for (Node node : graph.nodes()) {
      double[] sum = Reference.present(sums, node.name());
      List<double[]> inputs = node.inputs().stream().map(i -> Reference.present(means, i)).toList();
      means.put(
          node.name(),
          tail.nodes().contains(node.name())
              ? new Reference().eval(node, inputs, inputShape(graph, node))
              : Arrays.stream(sum).map(s -> s / counted).toArray());
    }
    return means;
  }

  private static Shape inputShape(Graph graph, Node node) {
    return node.inputs().isEmpty() ? node.shape() : graph.node(node.inputs().get(0)).shape();
  }

  @Test
  void readsBackTheSameGraphBitForBit() {
    for (Graph graph : List.of(networks.residual(), networks.everything(), networks.analog())) {
      Path file = folder.resolve("net.snn.onnx");
      OnnxWriter.write(graph, StepNetworks.metadata(3), file);
      OnnxModel model = OnnxReader.read(file);
      assertThat(model.graph().nodes()).containsExactlyElementsOf(graph.nodes());
      assertThat(model.graph()).isEqualTo(graph);
      assertThat(model.spiking()).isEqualTo(StepNetworks.metadata(3));
      assertThat(model.metadata()).containsEntry("rheobase.steps", "8");
      assertThat(OnnxReader.refusals(file)).isEmpty();
    }
  }

  @Test
  void onnxRuntimeRunsEveryOperation() throws OrtException {
    assertSteps(networks.everything(), 2, 1, 1e-5);
    assertSteps(networks.analog(), 2, 3, 1e-5);
  }

  @Test
  void windowsThatHangOverArePooledAlikeByOnnxRuntime() throws OrtException {
    Window window = Window.of(3, 3).withStride(2, 2).withPadding(1, 1, 2, 1);
    for (boolean countIncludePad : new boolean[] {false, true}) {
      Graph graph =
          new StepNetworks.Nodes(Shape.of(2, 6, 7))
              .add("conv", networks.conv(3, 2, 3, 1), "image")
              .add("site", networks.site(3, 3), "conv")
              .add("pool", new Op.AveragePool(window, countIncludePad, 1, 0), "site")
              .graph("y", "pool");
      assertSteps(graph, 1, 1);
      assertThat(OnnxReader.read(folder.resolve("net.snn.onnx")).graph()).isEqualTo(graph);
    }
  }

  @Test
  void writesTheSameBytesEachTime() throws IOException {
    Graph graph = networks.residual();
    OnnxWriter.write(graph, StepNetworks.metadata(3), folder.resolve("a.onnx"));
    OnnxWriter.write(graph, StepNetworks.metadata(3), folder.resolve("b.onnx"));
    assertThat(folder.resolve("a.onnx")).hasSameBinaryContentAs(folder.resolve("b.onnx"));
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Graph graph = networks.residual();
    Path directory = Files.createDirectory(folder.resolve("directory"));
    Path nowhere = folder.resolve("absent").resolve("net.onnx");
    for (Path file : List.of(directory, nowhere)) {
      assertThatThrownBy(() -> OnnxWriter.write(graph, StepNetworks.metadata(1), file))
          .isInstanceOf(FailureException.class)
          .hasMessageStartingWith(file.toString());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(directory);
    }
  }

  @Test
  void aNewerFormatIsNamedAsSuch() {
    Path file = changed(m -> property(m, "rheobase.format", "7"));
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("expected 1, found 7: written by a newer Rheobase");
  }

  @Test
  void editedFilesAreFoundOut() {
    assertUnreadable(
        changed(m -> property(m, "rheobase.steps", "many")), "rheobase.steps: expected a number");
    assertUnreadable(
        changed(m -> property(m, "rheobase.countFrom", "4")), "a constant of the step counter");
    assertUnreadable(changed(m -> m.removeMetadataProps(0)), "its metadata lacks rheobase.format");
    assertUnreadable(changed(m -> m.removeMetadataProps(1)), "lacks rheobase.recipe");
    assertUnreadable(
        changed(m -> m.getFunctionsBuilder(0).getNodeBuilder(0).setOpType("Sub")),
        "a function of org.rheobase");
    assertUnreadable(
        changed(m -> m.getGraphBuilder().getOutputBuilder(1).setName("next.other")),
        "the list of outputs");
    assertUnreadable(changed(m -> m.getGraphBuilder().clearInput()), "an input for the image");
    assertUnreadable(changed(m -> m.getGraphBuilder().removeInput(3)), "state.");
    int nodes = proto().getGraph().getNodeCount();
    for (int i = 0; i < nodes; i++) {
      int index = i;
      Path file = changed(m -> m.getGraphBuilder().removeNode(index));
      assertThatThrownBy(() -> OnnxReader.read(file))
          .isInstanceOf(UnreadableDataException.class)
          .hasMessageStartingWith(file.toString());
    }
  }

  @Test
  void aChangedWeightIsReadAsItStands() {
    Path file =
        changed(m ->
            m.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(t -> t.getName().equals("fc.bias"))
                .forEach(t -> t.clearRawData().addAllFloatData(List.of(1f, 2f, 3f))));
    Op.Linear fc = (Op.Linear) OnnxReader.read(file).graph().node("fc").op();
    assertThat(fc.bias()).isEqualTo(Weights.vector(1, 2, 3));
  }

  private ModelProto proto() {
    return StepModel.of(networks.residual(), StepNetworks.metadata(3));
  }

  private Path changed(Consumer<ModelProto.Builder> change) {
    ModelProto.Builder model = proto().toBuilder();
    change.accept(model);
    return TinyModel.write(model.build(), folder);
  }

  private static void property(ModelProto.Builder model, String key, String value) {
    model.getMetadataPropsBuilderList().stream()
        .filter(p -> p.getKey().equals(key))
        .forEach(p -> p.setValue(value));
  }

  private static void assertUnreadable(Path file, String reason) {
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(UnreadableDataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }
}
