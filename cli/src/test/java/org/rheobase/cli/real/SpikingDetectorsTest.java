package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.TestData;
import org.rheobase.cli.Terminal;
import org.rheobase.data.DataSpec;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.graph.Graph;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.Ort;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulation;
import org.rheobase.sim.Simulators;

/**
 * Detectors and a segmenter as spiking networks: channel shuffles, splits, resizing, decoding
 * behind the last neurons. Every simulator and ONNX Runtime must agree on them.
 */
class SpikingDetectorsTest {
  private static final int STEPS = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "coco_fastestdet_352",
        "face_ultraface_rfb_320",
        "face_yunet_n_320",
        "voc_deeplabv3_mobilenetv2_0.5_513",
      })
  void simulatorsAgreeBitForBitAndOnnxRuntimeUntilSpikesSpread(String name) throws OrtException {
    Path model = TestData.require("models/" + name + ".onnx");
    String images = "images:" + TestData.require("imagenet/images") + "[count=4]";
    float[] image =
        PreprocessingFile.read(PreprocessingFile.beside(model).orElseThrow())
            .apply(DataSpec.parse(images).get(0));
    Graph integers = OnnxReader.read(convert(model, images, "int16")).graph();
    Simulation scalar = run(integers, Kernel.SCALAR, image, STEPS);
    for (Kernel kernel : List.of(Kernel.EVENT, Kernel.DENSE)) {
      Simulation fast = run(integers, kernel, image, STEPS);
      assertThat(fast.activity().spikes()).isDeepEqualTo(scalar.activity().spikes());
      assertThat(fast.activity().sops()).isEqualTo(scalar.activity().sops());
      assertThat(fast.outputs()).isDeepEqualTo(scalar.outputs());
    }

    // One spike that falls otherwise in single precision changes all that follows: without the
    // simulators' grid, the first step is still free of such.
    Path saved = convert(model, images, "float");
    Graph floats = OnnxReader.read(saved).graph();
    float[] expected = run(floats, Kernel.SCALAR, image, 1).outputs()[0];
    float[] found;
    try (Ort ort = new Ort(saved)) {
      found =
          Objects.requireNonNull(
                  ort.step(floats.input().name(), image, 1, 1)
                      .get(floats.outputs().getFirst().name()))
              .values();
    }
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference += Math.abs((double) found[i] - expected[i]) / found.length;
    }
    assertThat(difference).isCloseTo(0, within(1e-3 * largest));
  }

  private Path convert(Path model, String images, String weights) {
    Path saved = folder.resolve(weights + ".snn.onnx");
    Terminal.succeed(
        "convert",
        model,
        "-o",
        saved,
        "--calibration-data",
        images,
        "--threshold=max",
        "--calibrate=none",
        "--weights",
        weights,
        "-T",
        STEPS);
    return saved;
  }

  private static Simulation run(Graph graph, Kernel kernel, float[] image, int steps) {
    return Simulators.compile(graph, kernel).newSimulator().run(image, steps, 1);
  }
}
