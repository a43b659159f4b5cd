package org.rheobase.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Model files of any bytes. */
class OnnxReaderFuzzTest {
  private static final Scratch SCRATCH = new Scratch();

  @MethodSource("seeds")
  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] content) {
    ModelReading.check(SCRATCH.write("model.onnx", content), SCRATCH.folder());
  }

  static Stream<byte[]> seeds() {
    return Seeds.models();
  }
}
