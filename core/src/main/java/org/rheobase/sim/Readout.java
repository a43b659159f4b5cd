package org.rheobase.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Node;
import org.rheobase.graph.Shape;

/**
 * The running average of the network's output, and the non-linear tail on top of it. Sums restart
 * at the step {@code countFrom}, so that the prediction after step t averages steps 1..t before it
 * and {@code countFrom..t} from then on.
 */
final class Readout {
  private final SpikingStructure structure;
  private final int countFrom;
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final List<Node> tail;
  private int counted;

  Readout(SpikingStructure structure, int countFrom) {
    this.structure = structure;
    this.countFrom = countFrom;
    for (String name : structure.averaged()) {
      sums.put(name, new double[structure.graph().node(name).shape().size()]);
    }
    this.tail = tailOfOutput(structure);
  }

  /** The tail's nodes that the first output depends on, in order. */
  private static List<Node> tailOfOutput(SpikingStructure structure) {
    Set<String> needed = new HashSet<>(Set.of(structure.output()));
    List<Node> nodes = new ArrayList<>();
    for (Node node : structure.graph().nodes().reversed()) {
      if (needed.contains(node.name()) && structure.tail().contains(node.name())) {
        nodes.addFirst(node);
        needed.addAll(node.inputs());
      }
    }
    return nodes;
  }

  /** Starts step {@code t}, counted from 1. */
  void startStep(int t) {
    if (t == countFrom) {
      sums.values().forEach(sum -> java.util.Arrays.fill(sum, 0));
      counted = 0;
    }
    counted++;
  }

  /** Sums of an averaged node, {@code [c,h,w]}: the simulator adds this step's values. */
  double[] sum(String node) {
    double[] sum = sums.get(node);
    if (sum == null) {
      throw new IllegalArgumentException(node + " is not averaged");
    }
    return sum;
  }

  /** The network's output for the averages so far, {@code [c,h,w]}. */
  float[] prediction() {
    Map<String, double[]> values = new LinkedHashMap<>();
    sums.forEach((name, sum) -> {
      double[] mean = new double[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = sum[i] / counted;
      }
      values.put(name, mean);
    });
    for (Node node : tail) {
      if (!values.containsKey(node.name())) {
        List<double[]> inputs = new ArrayList<>();
        List<Shape> shapes = new ArrayList<>();
        for (String input : node.inputs()) {
          inputs.add(values.getOrDefault(input, new double[0]));
          shapes.add(structure.graph().node(input).shape());
        }
        values.put(node.name(), ReferenceOps.apply(node.op(), inputs, shapes, node.shape()));
      }
    }
    double[] output = values.getOrDefault(structure.output(), new double[0]);
    float[] prediction = new float[output.length];
    for (int i = 0; i < output.length; i++) {
      prediction[i] = (float) output[i];
    }
    return prediction;
  }
}
