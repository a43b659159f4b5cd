package org.rheobase.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rheobase.TestData;
import org.rheobase.cli.Terminal;
import org.rheobase.cli.report.drawing.Svg;

/** Pictures of pretrained networks: what is known of their structure must be in them. */
class GraphPicturesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    // The identity shortcuts; the two projected ones lead through a convolution.
    "cifar10_resnet20, 19, 7, 0, 1",
    "cifar10_vgg16, 13, 0, 0, 1",
    // Ten residual additions; the bottlenecks of one width are one linear island.
    "imagenet_mobilenet_v2_1.0_224, 35, 10, 7, 1",
    // A ReLU that feeds a pooling and, behind other sites, an addition.
    "face_yunet_n_320, 18, 2, 17, 12",
    "voc_deeplabv3_mobilenetv2_0.5_513, 37, 10, 7, 1",
    "coco_fastestdet_352, 48, 2, 19, 1",
  })
  void everySiteSkipIslandAndOutputIsDrawn(
      String model, int sites, int skips, int islands, int outputs) throws IOException {
    Path picture = folder.resolve("net.svg");
    Terminal.succeed("inspect", TestData.require("models/" + model + ".onnx"), "--graph", picture);
    Svg svg = Svg.parse(Files.readAllBytes(picture));
    svg.checkPlaces();
    assertThat(svg.ofClass("site")).hasSize(sites);
    assertThat(svg.ofClass("output")).hasSize(outputs);
    // The legend shows one more of each.
    assertThat(svg.ofClass("skip")).hasSize(skips == 0 ? 0 : skips + 1);
    assertThat(svg.ofClass("island")).hasSize(islands == 0 ? 0 : islands + 1);
  }
}
