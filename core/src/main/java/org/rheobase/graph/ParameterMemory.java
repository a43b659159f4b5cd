package org.rheobase.graph;

/**
 * What the numbers of a network take, in bytes. Everything but weights takes 4 bytes a number, in
 * the form in which a saved network holds it: per channel, or per neuron where every neuron has its
 * own. Numbers that are zero in a whole layer or site take nothing.
 *
 * @param weights of convolutions and fully connected layers
 * @param biases of these layers, and of batch normalisations that are not folded their factors too
 * @param thresholds of sites
 * @param biasCurrents of sites: shifts and bias calibration
 * @param initialPotentials of sites: half of the threshold, or potential calibration
 */
public record ParameterMemory(
    long weights, long biases, long thresholds, long biasCurrents, long initialPotentials) {
  private static final long FLOAT = 4;

  /**
   * Adds up a network.
   *
   * @param bytesPerWeight 2 where weights are rounded to 16 bits
   */
  public static ParameterMemory of(Graph graph, int bytesPerWeight) {
    long weights = 0;
    long biases = 0;
    long thresholds = 0;
    long biasCurrents = 0;
    long initialPotentials = 0;
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case Op.Conv conv -> {
          weights += (long) bytesPerWeight * conv.weight().size();
          biases += floats(conv.bias());
        }
        case Op.Linear linear -> {
          weights += (long) bytesPerWeight * linear.weight().size();
          biases += floats(linear.bias());
        }
        case Op.BatchNorm norm -> biases += FLOAT * (norm.scale().size() + norm.shift().size());
        case Op.IntegrateFire site -> {
          thresholds += floats(site.threshold());
          biasCurrents += floats(site.biasCurrent());
          initialPotentials += floats(site.initialPotential());
        }
        case Op.Input _,
            Op.Relu _,
            Op.MaxPool _,
            Op.AveragePool _,
            Op.Pad _,
            Op.Add _,
            Op.Concat _,
            Op.Movement _,
            Op.Resize _,
            Op.Constant _,
            Op.NonLinear _ -> {}
      }
    }
    return new ParameterMemory(weights, biases, thresholds, biasCurrents, initialPotentials);
  }

  public long total() {
    return weights + biases + thresholds + biasCurrents + initialPotentials;
  }

  private static long floats(Weights values) {
    return values.maxAbs() == 0 ? 0 : FLOAT * values.size();
  }
}
