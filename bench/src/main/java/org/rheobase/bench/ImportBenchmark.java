package org.rheobase.bench;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rheobase.graph.Graph;
import org.rheobase.onnx.OnnxReader;

/**
 * Time and memory of reading a large model, beside ONNX Runtime creating a session for it.
 *
 * <p>{@code java org.rheobase.bench.ImportBenchmark [MODEL.onnx]}; without a file, a chain of
 * convolutions with 100 MB of weights is generated.
 */
public final class ImportBenchmark {
  private static final int REPETITIONS = 5;
  private static final int CHANNELS = 512;
  private static final int LAYERS = 11;
  private static final long MEBIBYTE = 1 << 20;

  private ImportBenchmark() {}

  /** Prints medians of five runs in this process, and the smallest heap that is enough. */
  public static void main(String[] args) throws IOException, InterruptedException, OrtException {
    if (args.length == 2 && args[0].equals("--read-only")) {
      System.exit(OnnxReader.read(Path.of(args[1])).graph().nodes().isEmpty() ? 1 : 0);
    }
    Path file = args.length > 0 ? Path.of(args[0]) : generated();
    try {
      measure(file);
    } finally {
      if (args.length == 0) {
        Files.delete(file);
      }
    }
  }

  private static void measure(Path file) throws IOException, InterruptedException, OrtException {
    double megabytes = Files.size(file) / 1e6;
    double[] ours = new double[REPETITIONS];
    double[] theirs = new double[REPETITIONS];
    int nodes = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      long start = System.nanoTime();
      Graph graph = OnnxReader.read(file).graph();
      ours[i] = (System.nanoTime() - start) / 1e9;
      nodes = graph.nodes().size();
      start = System.nanoTime();
      try (OrtSession session =
          OrtEnvironment.getEnvironment()
              .createSession(file.toString(), new OrtSession.SessionOptions())) {
        theirs[i] = (System.nanoTime() - start) / 1e9;
        if (session.getNumInputs() == 0) {
          throw new IllegalStateException(file + " has no input");
        }
      }
    }
    double first = ours[0];
    Arrays.sort(ours);
    Arrays.sort(theirs);
    long heap = smallestHeap(file);
    System.out.printf("%s: %.1f MB, %d nodes%n", file.getFileName(), megabytes, nodes);
    System.out.printf("%-24s %12s %12s%n", "", "Rheobase", "ONNX Runtime");
    System.out.printf("%-24s %12.2f %12s%n", "first read, s", first, "");
    System.out.printf(
        "%-24s %12.2f %12.2f%n", "median read, s", ours[REPETITIONS / 2], theirs[REPETITIONS / 2]);
    System.out.printf("%-24s %12.1f%n", "smallest heap, MB", heap / 1e6);
    System.out.printf("%-24s %12.2f%n", "of the file's size", heap / 1e6 / megabytes);
  }

  /** The smallest heap in which a process reads the file, in bytes, to an eighth of its size. */
  private static long smallestHeap(Path file) throws IOException, InterruptedException {
    long step = Math.max(4, Files.size(file) / 8 / MEBIBYTE);
    long heap = step;
    while (!readsWith(heap, file)) {
      heap += step;
    }
    return heap * MEBIBYTE;
  }

  private static boolean readsWith(long mebibytes, Path file)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + mebibytes + "m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ImportBenchmark.class.getName(), "--read-only", file.toString()));
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** 3x3 convolutions with ReLUs, weights as raw bytes. */
  private static Path generated() throws IOException {
    Random random = new Random(3);
    GraphProto.Builder graph = GraphProto.newBuilder().setName("chain");
    graph.addInput(value("image", 3)).addOutput(value("relu" + (LAYERS - 1), CHANNELS));
    String current = "image";
    for (int layer = 0; layer < LAYERS; layer++) {
      int inputs = layer == 0 ? 3 : CHANNELS;
      String weights = "weights" + layer;
      String conv = "conv" + layer;
      graph.addInitializer(weights(weights, inputs, random));
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Conv")
              .setName(conv)
              .addInput(current)
              .addInput(weights)
              .addOutput(conv)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("pads")
                      .setType(AttributeProto.AttributeType.INTS)
                      .addAllInts(List.of(1L, 1L, 1L, 1L))));
      current = "relu" + layer;
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Relu")
              .setName(current)
              .addInput(conv)
              .addOutput(current));
    }
    Path file = Files.createTempFile("chain", ".onnx");
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build();
    try (var out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
    return file;
  }

  private static TensorProto weights(String name, int inputs, Random random) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * CHANNELS * inputs * 9);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) (0.02 * random.nextGaussian()));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addAllDims(List.of((long) CHANNELS, (long) inputs, 3L, 3L))
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private static ValueInfoProto value(String name, int channels) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : new long[] {1, channels, 16, 16}) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
