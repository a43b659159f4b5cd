package org.rheobase.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.NodeVerdict;

/**
 * A model as an ONNX file holds it.
 *
 * @param graph the network; a spiking one comes without the bookkeeping of its states
 * @param verdicts one for each node of the file that was read, in its order, none of them refused
 * @param leftOut nodes of the file that are no part of the graph: post-processing, and what the
 *     chosen outputs do not need; each with the reason
 * @param metadata the file's {@code metadata_props}, in its order
 * @param sha256 of the file's bytes, in lower-case hexadecimal
 * @param spiking how the network was converted; null for an artificial network
 */
public record OnnxModel(
    Graph graph,
    List<NodeVerdict> verdicts,
    List<NodeVerdict> leftOut,
    Map<String, String> metadata,
    String sha256,
    @Nullable SnnMetadata spiking) {
  public OnnxModel {
    verdicts = List.copyOf(verdicts);
    leftOut = List.copyOf(leftOut);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }
}
