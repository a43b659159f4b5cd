package org.rheobase;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** Small networks of random structure: every operation, shared values, several outputs. */
public final class RandomNetworks {
  private final Random random;
  private final GraphBuilding net;
  private final List<String> names = new ArrayList<>(List.of("image"));

  private RandomNetworks(long seed) {
    random = new Random(seed);
    net = new GraphBuilding(seed, below(3) + 1, below(5) + 5, below(5) + 5);
  }

  public static Graph artificial(long seed) {
    return new RandomNetworks(seed).build(true);
  }

  /**
   * A network whose Relus became neurons.
   *
   * @param powersOfTwo whether thresholds are, and divisors of average poolings
   */
  public static Graph spiking(long seed, boolean powersOfTwo) {
    RandomNetworks source = new RandomNetworks(seed);
    Graph graph = source.build(false);
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          node.op() instanceof Op.Relu
              ? node.withOp(source.neurons(node.shape(), powersOfTwo))
              : node);
    }
    return new Graph(graph.name(), nodes, graph.outputs());
  }

  private Op neurons(Shape shape, boolean powersOfTwo) {
    int c = shape.channels();
    float[] theta = new float[c];
    for (int i = 0; i < c; i++) {
      theta[i] =
          below(12) == 0
              ? 0
              : powersOfTwo ? Math.scalb(1f, below(4) - 2) : 0.3f + 2 * random.nextFloat();
    }
    Weights potential =
        below(2) == 0
            ? Weights.vector(net.uniform(c, 0, 0.5f))
            : Weights.vector(net.uniform(shape.size(), 0, 0.5f));
    return new Op.IntegrateFire(
        Weights.vector(theta), Weights.vector(net.normal(c, 0.05f)), potential);
  }

  private Graph build(boolean norms) {
    int length = 6 + below(9);
    layer("first", "image");
    push(net.relu("first.relu", "first"));
    for (int i = 0; i < length; i++) {
      grow("n" + i, names.get(Math.max(0, names.size() - 1 - below(3))), norms);
    }
    String last = names.getLast();
    String flat = net.flatten("flat", last);
    String end = net.linear("fc", flat, 4);
    return below(3) == 0 ? net.graph(end, names.get(below(names.size()))) : net.graph(end);
  }

  private void grow(String name, String from, boolean norms) {
    Shape shape = net.shape(from);
    switch (below(norms ? 12 : 10)) {
      case 0, 1 -> {
        layer(name, from);
        push(net.relu(name + ".relu", name));
      }
      case 2 -> layer(name, from);
      case 3 ->
          push(net.add(name, new Op.Relu(below(2) == 0 ? 1.5f : Float.POSITIVE_INFINITY), from));
      case 4 -> {
        if (shape.height() > 2 && shape.width() > 2) {
          push(net.add(name, new Op.MaxPool(window(2, below(2))), from));
        }
      }
      case 5 -> {
        if (shape.height() > 2 && shape.width() > 2) {
          int pad = below(2);
          push(
              net.add(
                  name, new Op.AveragePool(window(2, pad), below(2) == 0 || pad == 0, 0, 0), from));
        }
      }
      case 6 ->
          push(
              net.add(
                  name,
                  new Op.Pad(below(2), below(2), below(2), below(2), below(4) / 3, below(4) / 3),
                  from));
      case 7 -> {
        for (String other : names) {
          if (net.shape(other).equals(shape) && !other.equals(from)) {
            push(net.add(name, new Op.Add(), from, other));
            return;
          }
        }
        push(net.add(name, new Op.Add(), from, from));
      }
      case 8 -> {
        for (String other : names.reversed()) {
          Shape s = net.shape(other);
          if (s.height() == shape.height() && s.width() == shape.width() && s.channels() < 8) {
            push(net.add(name, new Op.Concat(), from, other));
            return;
          }
        }
      }
      case 9 -> push(net.add(name, new Op.Identity(), from));
      default -> push(net.batchNorm(name, from));
    }
  }

  private void layer(String name, String from) {
    Shape shape = net.shape(from);
    int c = shape.channels();
    boolean depthwise = below(4) == 0;
    int k = Math.min(below(3) + 1, Math.min(shape.height(), shape.width()));
    Window window =
        Window.of(k, k)
            .withStride(1 + below(4) / 3, 1)
            .withPadding(below(2), below(2), 0, below(2));
    push(net.conv(name, from, depthwise ? c : below(4) + 1, window, depthwise ? c : 1));
  }

  private Window window(int k, int pad) {
    return Window.of(k, k).withStride(1 + below(2), 1 + below(2)).withPadding(pad, 0, 0, pad);
  }

  private void push(String name) {
    names.add(name);
  }

  private int below(int bound) {
    return random.nextInt(bound);
  }
}
