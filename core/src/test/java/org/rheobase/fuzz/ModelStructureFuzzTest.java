package org.rheobase.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models that are valid messages and hostile networks. A finding's model is left in {@code
 * core/target/fuzz}, to be kept as an input of {@link OnnxReaderFuzzTest}: it then does not depend
 * on how models are mutated.
 */
class ModelStructureFuzzTest {
  private static final Scratch SCRATCH = new Scratch();
  private static final List<ModelProto> SEEDS =
      Seeds.models().map(ModelStructureFuzzTest::parsed).toList();

  @MethodSource("seeds")
  @FuzzTest
  void mutatedModelsAreReadOrRefused(byte[] choices) {
    byte[] content = new ModelMutation(new Choices(choices), SEEDS).apply().toByteArray();
    try {
      ModelReading.check(SCRATCH.write("model.onnx", content), SCRATCH.folder());
    } catch (Throwable finding) {
      Scratch.keep(content, ".onnx", finding);
      throw finding;
    }
  }

  static Stream<byte[]> seeds() {
    Random random = new Random(1);
    return IntStream.range(0, 60)
        .mapToObj(_ -> {
          byte[] choices = new byte[20 + random.nextInt(100)];
          random.nextBytes(choices);
          return choices;
        });
  }

  private static ModelProto parsed(byte[] bytes) {
    try {
      return ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }
}
