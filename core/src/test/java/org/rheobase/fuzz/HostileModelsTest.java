package org.rheobase.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rheobase.onnx.HostileModels;

/** Models that ask for much are read or refused as others are. */
class HostileModelsTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void asksForMuch(String what, ModelProto model) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), model.toByteArray());
    ModelReading.check(file, folder);
  }

  static Stream<Arguments> asksForMuch() {
    return HostileModels.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }
}
