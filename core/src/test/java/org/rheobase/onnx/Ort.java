package org.rheobase.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime on one thread, as an independent reading of a model. */
public final class Ort implements AutoCloseable {
  private final OrtSession session;

  public Ort(Path file) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = environment.createSession(file.toString(), options);
    }
  }

  /** A tensor with its full ONNX shape. */
  public record Array(long[] shape, float[] values) {}

  /** The inputs' shapes, -1 where they are left open. */
  public Map<String, long[]> inputShapes() throws OrtException {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (var entry : session.getInputInfo().entrySet()) {
      shapes.put(entry.getKey(), ((TensorInfo) entry.getValue().getInfo()).getShape());
    }
    return shapes;
  }

  public Map<String, Array> run(Map<String, Array> inputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    Map<String, Array> outputs = new LinkedHashMap<>();
    try {
      for (var entry : inputs.entrySet()) {
        tensors.put(
            entry.getKey(),
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(entry.getValue().values()),
                entry.getValue().shape()));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        for (var entry : result) {
          OnnxTensor tensor = (OnnxTensor) entry.getValue();
          FloatBuffer buffer = tensor.getFloatBuffer();
          float[] values = new float[buffer.remaining()];
          buffer.get(values);
          outputs.put(entry.getKey(), new Array(tensor.getInfo().getShape(), values));
        }
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
    return outputs;
  }

  /**
   * Steps a spiking network, as any user of an ONNX runtime would: states start at zero, every call
   * is one time step.
   *
   * @param image name of the image's input
   * @param pixels {@code [batch,c,h,w]}
   * @return the outputs of the last step
   */
  public Map<String, Array> step(String image, float[] pixels, int batch, int steps)
      throws OrtException {
    Map<String, Array> inputs = new LinkedHashMap<>();
    inputShapes()
        .forEach((name, shape) -> {
          long[] dims = shape.clone();
          dims[0] = batch;
          int size = Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact));
          inputs.put(name, new Array(dims, name.equals(image) ? pixels : new float[size]));
        });
    Map<String, Array> outputs = Map.of();
    for (int t = 0; t < steps; t++) {
      outputs = run(inputs);
      for (Map.Entry<String, Array> output : outputs.entrySet()) {
        if (output.getKey().startsWith("next.")) {
          inputs.put("state." + output.getKey().substring("next.".length()), output.getValue());
        }
      }
    }
    return outputs;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
