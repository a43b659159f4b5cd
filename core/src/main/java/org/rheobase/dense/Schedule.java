package org.rheobase.dense;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * The nodes that some taps depend on, in order, each with the buffers that it reads and writes. A
 * buffer is used again as soon as nobody reads its value any more.
 *
 * @param bufferSizes elements of each buffer
 */
record Schedule(List<Step> steps, int[] bufferSizes) {

  /**
   * One node to compute.
   *
   * @param index of the node in its graph
   * @param inputShapes of the node's inputs
   * @param inputs the buffers that hold them
   * @param output the buffer for its value: that of the input where the operation only renames it
   * @param tapped whether the caller wants the value
   */
  record Step(
      Node node, int index, List<Shape> inputShapes, int[] inputs, int output, boolean tapped) {}

  /**
   * @param given names of nodes whose values come from outside: their inputs are not needed
   */
  static Schedule of(Graph graph, Set<String> taps, Set<String> given) {
    return new Planner(graph, taps, given).plan();
  }

  private static final class Planner {
    private final Graph graph;
    private final Set<String> taps;
    private final Set<String> given;
    private final Map<String, Integer> readers = new HashMap<>();
    private final Map<String, Node> planned = new HashMap<>();
    private final Map<String, Integer> bufferOf = new HashMap<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final List<Integer> pending = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();

    Planner(Graph graph, Set<String> taps, Set<String> given) {
      this.graph = graph;
      this.taps = taps;
      this.given = given;
    }

    Schedule plan() {
      Set<String> needed = countReaders();
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        if (needed.contains(node.name())) {
          steps.add(step(node, i));
          planned.put(node.name(), node);
        }
      }
      return new Schedule(steps, sizes.stream().mapToInt(Integer::intValue).toArray());
    }

    private Set<String> countReaders() {
      Set<String> needed = new HashSet<>();
      taps.forEach(tap -> needed.add(graph.node(tap).name()));
      for (int i = graph.nodes().size() - 1; i >= 0; i--) {
        Node node = graph.nodes().get(i);
        if (needed.contains(node.name()) && !given.contains(node.name())) {
          node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
          needed.addAll(node.inputs());
        }
      }
      return needed;
    }

    private Step step(Node node, int index) {
      List<Shape> shapes = new ArrayList<>();
      boolean isGiven = given.contains(node.name());
      int[] inputs = new int[isGiven ? 0 : node.inputs().size()];
      for (int k = 0; k < inputs.length; k++) {
        inputs[k] = bufferOf(node.inputs().get(k));
        shapes.add(plannedShape(node.inputs().get(k)));
      }
      int output;
      if (!isGiven && renames(node.op())) {
        output = inputs[0];
        pending.set(output, pending.get(output) + readers(node));
        release(inputs);
      } else {
        if (!isGiven && worksInPlace(node)) {
          release(inputs);
          output = allocate(node);
        } else {
          output = allocate(node);
          release(inputs);
        }
        if (readers(node) == 0) {
          free.add(output);
        }
      }
      bufferOf.put(node.name(), output);
      return new Step(node, index, shapes, inputs, output, taps.contains(node.name()));
    }

    private int readers(Node node) {
      return readers.getOrDefault(node.name(), 0);
    }

    private int bufferOf(String node) {
      Integer buffer = bufferOf.get(node);
      if (buffer == null) {
        throw new IllegalStateException("node " + node + " has no buffer yet");
      }
      return buffer;
    }

    private Shape plannedShape(String name) {
      Node node = planned.get(name);
      if (node == null) {
        throw new IllegalStateException("node " + name + " is not planned yet");
      }
      return node.shape();
    }

    private void release(int[] inputs) {
      for (int buffer : inputs) {
        pending.set(buffer, pending.get(buffer) - 1);
        if (pending.get(buffer) == 0) {
          free.add(buffer);
        }
      }
    }

    /**
     * The smallest free buffer that is large enough, else the largest one grown, else a new one.
     */
    private int allocate(Node node) {
      int size = node.shape().size();
      int best = -1;
      for (int buffer : free) {
        if (best < 0 || better(sizes.get(buffer), sizes.get(best), size)) {
          best = buffer;
        }
      }
      if (best < 0) {
        best = sizes.size();
        sizes.add(size);
        pending.add(readers(node));
        return best;
      }
      free.remove(Integer.valueOf(best));
      sizes.set(best, Math.max(size, sizes.get(best)));
      pending.set(best, readers(node));
      return best;
    }

    private static boolean better(int candidate, int best, int size) {
      if (best < size) {
        return candidate > best;
      }
      return candidate >= size && candidate < best;
    }
  }

  private static boolean renames(Op op) {
    return op instanceof Op.Reshape || op instanceof Op.Identity;
  }

  /** Whether the output may lie in the buffer of any input whose last reader this node is. */
  private static boolean worksInPlace(Node node) {
    return node.op() instanceof Op.Relu
        || node.op() instanceof Op.BatchNorm
        || (node.op() instanceof Op.Add && node.inputs().size() == 2);
  }
}
