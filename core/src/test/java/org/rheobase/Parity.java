package org.rheobase;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Tensor;
import org.rheobase.onnx.OnnxReader;

/** Compares every output of a model with what ONNX Runtime computes. */
public final class Parity {
  private Parity() {}

  /**
   * Runs random images and checks that no value differs by more than a ten-thousandth of the
   * output's largest.
   *
   * @param amplitude images lie between 0 and this
   */
  public static void check(Path file, int images, float amplitude, List<DenseBackend> backends) {
    Graph graph = OnnxReader.read(file).graph();
    Tensor batch = Tensor.zeros(images, graph.input().shape());
    Random random = new Random(11);
    for (int i = 0; i < batch.values().length; i++) {
      batch.values()[i] = amplitude * random.nextFloat();
    }
    Map<String, Tensor> expected;
    try (OnnxRuntimeOracle oracle = OnnxRuntimeOracle.of(file)) {
      expected = oracle.run(batch);
    }
    for (DenseBackend backend : backends) {
      try (DenseExecutor executor = new DenseExecutor(graph, backend)) {
        for (Graph.Output output : graph.outputs()) {
          compare(
              file.getFileName() + ", " + backend.name() + ", " + output.name(),
              executor.value(batch, output.node(), 2).values(),
              Objects.requireNonNull(expected.get(output.name())).values());
        }
      }
    }
  }

  private static void compare(String what, float[] found, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      if (!(Math.abs((double) found[i] - expected[i]) <= 1e-4 * largest)) {
        assertThat(found[i]).as("%s, element %d", what, i).isEqualTo(expected[i]);
      }
    }
  }
}
