package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The small models of other tests, for tests that need many. */
public final class SeedModels {
  private SeedModels() {}

  /** One for every form of every operator, and spiking networks. */
  public static List<ModelProto> all() {
    List<ModelProto> models = new ArrayList<>();
    Stream.concat(OperatorForms.forms(), AnalogForms.forms())
        .map(form -> ((TinyModel) form.get()[1]).proto())
        .forEach(models::add);
    StepNetworks networks = new StepNetworks(new Random(1));
    models.add(StepModel.of(networks.residual(), StepNetworks.metadata(3)));
    models.add(StepModel.of(networks.everything(), StepNetworks.metadata(3)));
    return models;
  }

  /** One convolution with a weight {@code [4,3,3,3]}, the first initializer. */
  public static ModelProto convolution() {
    return TinyModel.image(13, 0, 3, 5, 5)
        .weights("w", 4, 3, 3, 3)
        .node("Conv", "x w", "y")
        .proto();
  }
}
