package org.rheobase.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.Backend;
import org.rheobase.cli.Engine.ModelSource;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.DenseBackends;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Shape;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.ReadOptions;
import org.rheobase.onnx.SnnMetadata;

/** Models and their preprocessing, as commands name them. */
final class ModelReading {
  private ModelReading() {}

  static OnnxModel read(ModelSource source) {
    return OnnxReader.read(source.file(), options(source));
  }

  /** A network to convert. */
  static OnnxModel readArtificial(ModelSource source) {
    OnnxModel model = read(source);
    if (model.graph().isSpiking()) {
      throw new MisuseException(
          source.file() + " is a spiking network already; name the network that it was made from");
    }
    return model;
  }

  static ReadOptions options(ModelSource source) {
    return new ReadOptions(openSize(source.file(), source.preprocess()), source.outputs());
  }

  /** The image size of the preprocessing, where the model leaves it open; else null. */
  private static @Nullable Shape openSize(Path file, @Nullable Path preprocess) {
    Path source = preprocess == null ? PreprocessingFile.beside(file).orElse(null) : preprocess;
    return source == null || !OnnxReader.leavesImageSizeOpen(file)
        ? null
        : PreprocessingFile.read(source).shape();
  }

  /**
   * A preprocessing file's text.
   *
   * @param source named in errors
   */
  record PreprocessingText(String text, String source) {
    Preprocessing parsed(Graph graph) {
      Preprocessing preprocessing = PreprocessingFile.parse(text, source);
      Shape expected = graph.input().shape();
      if (!preprocessing.shape().equals(expected)) {
        throw new UnreadableDataException(
            source
                + ": key 'size': expected the network's input "
                + expected
                + ", found "
                + preprocessing.shape()
                + "; correct the size");
      }
      return preprocessing;
    }
  }

  /**
   * The one that was asked for, else the one that a spiking network carries, else the neighbour.
   */
  static PreprocessingText preprocessing(ModelSource source, OnnxModel model) {
    Path file = source.file();
    Path given = source.preprocess();
    if (given != null) {
      return new PreprocessingText(PreprocessingFile.text(given), given.toString());
    }
    SnnMetadata metadata = model.spiking();
    if (metadata != null && !metadata.preprocessing().isEmpty()) {
      return new PreprocessingText(
          metadata.preprocessing(), file + ", metadata " + SnnMetadata.PREPROCESSING_KEY);
    }
    Path beside =
        PreprocessingFile.beside(file)
            .orElseThrow(() ->
                new UnreadableDataException(
                    file
                        + ": expected NAME.preprocess.yaml beside the model, found none; write one"
                        + " (docs/formats.md) or name it with --preprocess"));
    return new PreprocessingText(PreprocessingFile.text(beside), beside.toString());
  }

  static DenseBackend backend(Backend choice) {
    return switch (choice) {
      case AUTO -> DenseBackends.best();
      case JAVA, ONEDNN -> DenseBackends.named(choice.toString());
    };
  }
}
