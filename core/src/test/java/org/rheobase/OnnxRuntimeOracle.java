package org.rheobase;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;

/**
 * What ONNX Runtime computes with a model: its outputs, and any other values of the graph by their
 * names in the file. One thread, no optimisation beyond the basic ones.
 */
public final class OnnxRuntimeOracle implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  private OnnxRuntimeOracle(byte[] model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      this.session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /**
   * Loads a model file without external data.
   *
   * @param intermediate names of values to return besides the outputs
   */
  public static OnnxRuntimeOracle of(Path model, String... intermediate) {
    try {
      return of(Files.readAllBytes(model), intermediate);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Loads a model. */
  public static OnnxRuntimeOracle of(byte[] model, String... intermediate) {
    if (intermediate.length == 0) {
      return new OnnxRuntimeOracle(model);
    }
    try {
      ModelProto.Builder more = ModelProto.parseFrom(model).toBuilder();
      List<String> outputs =
          more.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
      for (String name : intermediate) {
        if (!outputs.contains(name)) {
          more.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(name));
        }
      }
      return new OnnxRuntimeOracle(more.build().toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Runs the images one by one and stacks what comes out. A first dimension of 1 is the batch and
   * does not appear in the shapes of the result; whole numbers become floats.
   *
   * @param batch {@code [n, the input's shape without the batch]} for the model's first input
   */
  public Map<String, Tensor> run(Tensor batch) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, List<float[]>> values = new LinkedHashMap<>();
    long[] dims = new long[batch.shape().rank() + 1];
    dims[0] = 1;
    for (int d = 1; d < dims.length; d++) {
      dims[d] = batch.shape().dims().get(d - 1);
    }
    String input = session.getInputNames().iterator().next();
    for (int image = 0; image < batch.batch(); image++) {
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(batch.image(image)), dims);
          OrtSession.Result result = session.run(Map.of(input, tensor))) {
        for (Map.Entry<String, OnnxValue> output : result) {
          OnnxTensor value = (OnnxTensor) output.getValue();
          shapes.putIfAbsent(output.getKey(), shape(value.getInfo()));
          values.computeIfAbsent(output.getKey(), _ -> new ArrayList<>()).add(floats(value));
        }
      } catch (OrtException e) {
        throw new AssertionError("ONNX Runtime cannot run the model: " + e.getMessage(), e);
      }
    }
    Map<String, Tensor> stacked = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> stacked.put(name, stack(shape, Objects.requireNonNull(values.get(name)))));
    return stacked;
  }

  /** The value of that name. */
  public Tensor run(Tensor batch, String name) {
    Tensor value = run(batch).get(name);
    if (value == null) {
      throw new AssertionError("the model returns " + run(batch).keySet() + ", not " + name);
    }
    return value;
  }

  /** The first output. */
  public Tensor output(Tensor batch) {
    return run(batch).values().iterator().next();
  }

  private static Tensor stack(Shape shape, List<float[]> images) {
    Tensor all = Tensor.zeros(images.size(), shape);
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, all.values(), i * shape.size(), shape.size());
    }
    return all;
  }

  private static Shape shape(TensorInfo info) {
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    boolean batched = dims.length > 0 && dims[0] == 1;
    return Shape.of(batched ? Arrays.copyOfRange(dims, 1, dims.length) : dims);
  }

  private static float[] floats(OnnxTensor value) {
    if (value.getInfo().type == OnnxJavaType.FLOAT) {
      FloatBuffer buffer = value.getFloatBuffer();
      float[] floats = new float[buffer.remaining()];
      buffer.get(floats);
      return floats;
    }
    if (value.getInfo().type == OnnxJavaType.INT64) {
      long[] longs = new long[value.getLongBuffer().remaining()];
      value.getLongBuffer().get(longs);
      float[] floats = new float[longs.length];
      for (int i = 0; i < longs.length; i++) {
        floats[i] = longs[i];
      }
      return floats;
    }
    throw new AssertionError("no conversion to float for " + value.getInfo());
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
