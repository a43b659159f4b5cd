package org.rheobase.fuzz;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.OperationCount;
import org.rheobase.graph.Shape;
import org.rheobase.graph.SpikingModules;
import org.rheobase.graph.Weights;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.OnnxWriter;
import org.rheobase.onnx.ReadOptions;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.transform.NodeVerdicts;
import org.rheobase.transform.NormalizeThresholds;
import org.rheobase.transform.QuantizeWeights;

/** What the commands do with a model file before any image is computed. */
final class ModelReading {
  /** Larger networks are inspected, not converted: a fuzzer needs many runs per second. */
  private static final long LARGEST_CONVERSION = 1 << 16;

  private static final Shape IMAGE = Shape.of(3, 8, 8);

  private ModelReading() {}

  /** Reads, inspects and converts the model in a file. */
  static void check(Path file, Path scratch) {
    ReadOptions[] options = {ReadOptions.DEFAULT};
    Contract.MODEL.holds(
        file,
        () -> {
          if (OnnxReader.leavesImageSizeOpen(file)) {
            options[0] = ReadOptions.of(IMAGE);
          }
        });
    Contract.MODEL.holds(file, () -> OnnxReader.verdicts(file, options[0]));
    OnnxModel[] model = new OnnxModel[1];
    if (Contract.MODEL.holds(file, () -> model[0] = OnnxReader.read(file, options[0]))) {
      Graph graph = model[0].graph();
      inspect(file, graph);
      if (!graph.isSpiking() && size(graph) <= LARGEST_CONVERSION) {
        convert(file, graph, scratch);
      }
    }
  }

  private static void inspect(Path file, Graph graph) {
    Contract.NETWORK.holds(
        "",
        file.toFile().length(),
        () -> {
          OperationCount.of(graph).totalMacs();
          NodeVerdicts.of(graph);
          for (Recipe.AveragePooling pooling : Recipe.AveragePooling.values()) {
            Graph prepared = graph.isSpiking() ? graph : Converter.prepare(graph, pooling);
            SpikingModules modules = SpikingModules.of(prepared);
            prepared.nodes().stream()
                .filter(n -> n.inputs().size() == 1)
                .forEach(modules::isSpikeDriven);
          }
        });
  }

  /** With thresholds of 1, quantised, written and read again. */
  private static void convert(Path file, Graph graph, Path scratch) {
    Contract.NETWORK.holds(
        "",
        file.toFile().length(),
        () -> {
          Graph spiking = spiking(Converter.prepare(graph, Recipe.AveragePooling.LINEAR));
          if (!spiking.isSpiking()) {
            return;
          }
          Graph snn = QuantizeWeights.apply(NormalizeThresholds.apply(spiking), 16);
          NodeVerdicts.of(snn);
          Path saved = scratch.resolve("saved.snn.onnx");
          OnnxWriter.write(snn, new SnnMetadata("{}", 8, 1, "0", "", "", 0, "0"), saved);
          if (!OnnxReader.read(saved).graph().nodes().equals(snn.nodes())) {
            throw new AssertionError("the converted network was read back as another one");
          }
        });
  }

  private static Graph spiking(Graph prepared) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : prepared.nodes()) {
      int channels = node.shape().channels();
      nodes.add(
          node.op() instanceof Op.Relu
              ? node.withOp(
                  new Op.IntegrateFire(
                      Weights.filled(channels, 1),
                      Weights.filled(channels, 0),
                      Weights.filled(channels, 0.5f)))
              : node);
    }
    return new Graph(prepared.name(), nodes, prepared.outputs());
  }

  private static long size(Graph graph) {
    long size = OperationCount.of(graph).totalParameters();
    for (Node node : graph.nodes()) {
      size += node.shape().size();
    }
    return size;
  }
}
