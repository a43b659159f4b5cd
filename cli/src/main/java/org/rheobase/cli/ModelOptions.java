package org.rheobase.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.ModelSource;
import picocli.CommandLine.Option;

/** How to read a model: the options of every command that does. */
final class ModelOptions {
  @Option(
      names = "--preprocess",
      paramLabel = "FILE",
      description = "Preprocessing of images. Default: MODEL.preprocess.yaml beside the model.")
  private @Nullable Path preprocess;

  @Option(
      names = "--outputs",
      paramLabel = "A,B",
      split = ",",
      description =
          "Nodes or tensors that an artificial network shall return; what they do not need is left"
              + " out. Default: the file's outputs, or what post-processing there (ArgMax, TopK,"
              + " NonMaxSuppression) reads.")
  private List<String> outputs = List.of();

  ModelSource source(Path model) {
    return new ModelSource(model, preprocess, outputs);
  }
}
