package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.Parity;
import org.rheobase.TestData;
import org.rheobase.cli.Terminal;
import org.rheobase.dense.DenseBackends;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Pretrained networks before conversion: what is known about them must come out again. */
class ArtificialNetworksTest {
  @TempDir Path folder;

  private JsonNode evaluate(String model, String data) {
    Path json = folder.resolve("evaluate.json");
    Terminal.succeed(
        "evaluate", TestData.require("models/" + model), "--data", data, "--json", json);
    return new ObjectMapper().readTree(json.toFile());
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10_resnet20, 0.915",
    "cifar10_resnet8_mlperftiny, 0.881",
    "cifar10_vgg16, 0.872",
  })
  void evaluateFindsTheKnownAccuracyOnCifar10(String model, double top1) {
    JsonNode result =
        evaluate(model + ".onnx", "cifar10:" + TestData.require("cifar10/test_1000.bin"));
    assertThat(result.get("kind").asString()).isEqualTo("ann");
    assertThat(result.get("images").asInt()).isEqualTo(1000);
    // Two images may lie on the edge between two classes.
    assertThat(result.get("metric").get("ann").asDouble()).isCloseTo(top1, within(0.0021));
  }

  @ParameterizedTest
  @CsvSource({
    "imagenet_mobilenet_v1_0.25_128, 0.4718, 0.7339",
    "imagenet_mobilenet_v2_1.0_224,  0.9113, 0.9919",
    "imagenet_squeezenet1.0_227,     0.6411, 0.8145",
  })
  void evaluateFindsTheKnownAccuracyOnImagenet(String model, double top1, double top5) {
    Path images = TestData.require("imagenet/images");
    Path labels = TestData.require("imagenet/labels.txt");
    JsonNode metric =
        evaluate(model + ".onnx", "images:" + images + ",labels=" + labels).get("metric");
    assertThat(metric.get("ann").asDouble()).isCloseTo(top1, within(0.005));
    assertThat(metric.get("annTop5").asDouble()).isCloseTo(top5, within(0.005));
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10_resnet20, 19",
    "cifar10_resnet8_mlperftiny, 7",
    "cifar10_vgg16, 13",
    "imagenet_mobilenet_v1_0.25_128, 27",
    "imagenet_mobilenet_v2_1.0_224, 35",
    "imagenet_squeezenet1.0_227, 26",
    "vww_mobilenet_v1_0.25_96, 27",
    "voc_deeplabv3_mobilenetv2_0.5_513, 37",
    "coco_fastestdet_352, 48",
    "face_ultraface_rfb_320, 37",
    "face_yunet_n_320, 18",
  })
  void inspectAcceptsEveryNode(String model, int sites) {
    Path json = folder.resolve("inspect.json");
    Terminal.succeed("inspect", TestData.require("models/" + model + ".onnx"), "--json", json);
    JsonNode result = new ObjectMapper().readTree(json.toFile());
    assertThat(result.get("sites").asInt()).isEqualTo(sites);
    assertThat(result.get("nodes").findValuesAsString("verdict"))
        .isNotEmpty()
        .doesNotContain("refused");
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10_resnet20, 1",
    "cifar10_resnet8_mlperftiny, 255",
    "cifar10_vgg16, 1",
    "imagenet_mobilenet_v1_0.25_128, 1",
    "imagenet_mobilenet_v2_1.0_224, 1",
    "imagenet_squeezenet1.0_227, 128",
    "vww_mobilenet_v1_0.25_96, 1",
    "voc_deeplabv3_mobilenetv2_0.5_513, 1",
    "coco_fastestdet_352, 1",
    "face_ultraface_rfb_320, 1",
    "face_yunet_n_320, 255",
  })
  void everyBackendComputesWhatOnnxRuntimeComputes(String model, float amplitude) {
    Parity.check(
        TestData.require("models/" + model + ".onnx"),
        2,
        amplitude,
        List.of(DenseBackends.named("java"), DenseBackends.best()));
  }
}
