package org.rheobase.cli.report;

import java.util.List;

/**
 * What {@code inspect} found; the field names are those of the JSON and are never renamed.
 *
 * @param model the file
 * @param kind {@code ann} or {@code snn}
 * @param nodes in topological order
 * @param macs multiply-accumulates of one image through the artificial network
 * @param parameters numbers in weights and biases
 * @param sites populations of neurons that the network has, or would have after conversion
 * @param spikeDrivenMacs the part of {@code macs} that becomes synaptic operations
 * @param islands layers between two neurons that read another layer, not spikes
 */
public record InspectReport(
    String model,
    String kind,
    List<NodeReport> nodes,
    long macs,
    long parameters,
    int sites,
    long spikeDrivenMacs,
    List<String> islands) {

  /**
   * One node.
   *
   * @param shape of one image's value, without the batch
   * @param macs of one image
   * @param verdict {@code exact}, {@code approximated}, {@code analog} or {@code refused}
   * @param reason for a verdict other than exact; may be empty
   */
  public record NodeReport(
      String name, String op, List<Integer> shape, long macs, String verdict, String reason) {}

  public List<NodeReport> refused() {
    return nodes.stream().filter(n -> n.verdict().equals("refused")).toList();
  }
}
