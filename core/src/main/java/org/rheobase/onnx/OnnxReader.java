package org.rheobase.onnx;

import java.nio.file.Path;
import java.util.List;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnsupportedModelException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.NodeVerdict;
import org.rheobase.graph.Verdict;

/**
 * Reads ONNX files with opsets 7 to 22 whose one input is an image {@code [n,c,h,w]}, and spiking
 * networks written by {@link OnnxWriter}.
 */
public final class OnnxReader {
  private OnnxReader() {}

  /**
   * Reads a model whose image size is fixed in the file.
   *
   * @throws org.rheobase.error.UnreadableDataException when the file is missing, corrupt or
   *     contradicts itself
   * @throws UnsupportedModelException when the model uses what Rheobase does not support; names the
   *     first refused node
   */
  public static OnnxModel read(Path file) {
    return read(file, ReadOptions.DEFAULT);
  }

  /**
   * Reads a model.
   *
   * @throws org.rheobase.error.MisuseException when the options contradict the file
   * @throws org.rheobase.error.UnreadableDataException when the file is missing, corrupt or
   *     contradicts itself
   * @throws UnsupportedModelException when the model uses what Rheobase does not support; names the
   *     first refused node
   */
  public static OnnxModel read(Path file, ReadOptions options) {
    ModelFile model = ModelFile.load(file);
    SnnMetadata spiking = SpikingFile.metadata(model);
    Translation translation = translate(model, options, spiking != null);
    List<NodeVerdict> refusals = translation.refusals();
    if (!refusals.isEmpty()) {
      throw spiking == null
          ? refused(model, refusals)
          : SpikingFile.edited(model, "node " + refusals.get(0).node());
    }
    Graph graph = translation.graph();
    if (spiking != null) {
      SpikingFile.verify(model, graph, spiking);
    }
    return new OnnxModel(
        graph,
        translation.verdicts(),
        translation.leftOut(),
        model.metadata(),
        ExternalData.sha256(model),
        spiking);
  }

  /**
   * The nodes that keep a model from being read, each with the reason; empty for one that {@link
   * #read} accepts. Nodes behind a refused one are examined as far as their input is known.
   *
   * @throws UnsupportedModelException when the model as a whole is unsupported: its opset or input
   */
  public static List<NodeVerdict> refusals(Path file) {
    return refusals(file, ReadOptions.DEFAULT);
  }

  /** {@link #refusals(Path)} with options. */
  public static List<NodeVerdict> refusals(Path file, ReadOptions options) {
    return verdicts(file, options).stream().filter(v -> v.verdict() == Verdict.REFUSED).toList();
  }

  /**
   * What became of each node of a model, also of one that {@link #read} refuses; nodes behind a
   * refused one are left out where their input is not known.
   *
   * @throws UnsupportedModelException when the model as a whole is unsupported: its opset or input
   */
  public static List<NodeVerdict> verdicts(Path file, ReadOptions options) {
    ModelFile model = ModelFile.load(file);
    return translate(model, options, SpikingFile.metadata(model) != null).verdicts();
  }

  /**
   * The nodes of a model and their connections, also of one that {@link #read} refuses.
   *
   * @throws UnsupportedModelException when the model as a whole is unsupported: its opset or input
   */
  public static ModelOutline outline(Path file, ReadOptions options) {
    ModelFile model = ModelFile.load(file);
    return new Translation(model, options, SpikingFile.metadata(model) != null).outline();
  }

  private static Translation translate(ModelFile model, ReadOptions options, boolean spiking) {
    if (spiking && !options.outputs().isEmpty()) {
      throw new MisuseException(
          model.file()
              + " is a spiking network; its outputs are chosen when the artificial network is"
              + " converted");
    }
    return new Translation(model, options, spiking).run();
  }

  /** Whether a model leaves rows, columns or channels of its image open. */
  public static boolean leavesImageSizeOpen(Path file) {
    return ModelFile.load(file).proto().getGraph().getInputList().stream()
        .map(i -> i.getType().getTensorType().getShape())
        .filter(s -> s.getDimCount() == 4)
        .anyMatch(s -> s.getDimList().stream().skip(1).anyMatch(d -> d.getDimValue() <= 0));
  }

  private static UnsupportedModelException refused(ModelFile model, List<NodeVerdict> refusals) {
    NodeVerdict first = refusals.get(0);
    int others = refusals.size() - 1;
    int dot = first.op().lastIndexOf('.');
    String domain = dot < 0 ? "" : first.op().substring(0, dot);
    return model.unsupported(
        "node "
            + first.node()
            + " ("
            + first.op().substring(dot + 1)
            + ", domain "
            + (domain.isEmpty() ? "ai.onnx" : domain)
            + ", opset "
            + model.opset(domain)
            + ") is not supported: "
            + first.reason()
            + (others == 0
                ? ""
                : "; "
                    + others
                    + (others == 1 ? " other node is" : " other nodes are")
                    + " not supported either ('rheobase inspect' lists them)"));
  }
}
