package org.rheobase.speed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/**
 * One convolution of spikes between two sites, the same for the same numbers.
 *
 * @param kernel height and width of its window, odd
 * @param channels of its input and output
 * @param size height and width
 * @param density spikes per neuron and step
 * @param largestWeight in units, {@link #INT16} or {@link #INT8}
 */
public record SpikingLayer(int kernel, int channels, int size, double density, int largestWeight) {
  public static final int INT16 = 32639;
  public static final int INT8 = 127;

  /** A site that fires at random phases in the wanted density, a convolution, a site. */
  public Graph graph() {
    Random random = new Random(1);
    int c = channels;
    Shape shape = Shape.of(c, size, size);
    float drive = Math.round(density * 65536) * 0x1p-16f;
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node("image", new Op.Input(), List.of(), Shape.of(1, size, size)));
    nodes.add(new Node("zeros", convolution(1, c, 1, _ -> 0f), List.of("image"), shape));
    nodes.add(new Node("spikes", site(random, shape, drive), List.of("zeros"), shape));
    float unit = largestWeight > 127 ? 0x1p-20f : 0x1p-12f;
    nodes.add(
        new Node(
            "conv",
            convolution(
                c,
                c,
                kernel,
                _ ->
                    ((int)
                            Math.clamp(
                                random.nextGaussian() * largestWeight / 4,
                                -largestWeight,
                                largestWeight))
                        * unit),
            List.of("spikes"),
            shape));
    nodes.add(new Node("out", site(random, shape, 0), List.of("conv"), shape));
    // A small readout, so that its cost does not count.
    float[] ones = new float[shape.size()];
    Arrays.fill(ones, 1);
    Op.Conv sum =
        new Op.Conv(
            Weights.of(ones, c, 1, size, size), Weights.filled(c, 0), Window.of(size, size), c);
    nodes.add(new Node("sum", sum, List.of("out"), Shape.of(c, 1, 1)));
    return new Graph("layer", nodes, List.of(new Graph.Output("y", "sum")));
  }

  private static Op.Conv convolution(int in, int out, int size, IntFunction<Float> weight) {
    float[] weights = new float[out * in * size * size];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weight.apply(i);
    }
    int pad = size / 2;
    return new Op.Conv(
        Weights.of(weights, out, in, size, size),
        Weights.filled(out, 0),
        Window.of(size, size).withPadding(pad, pad, pad, pad),
        1);
  }

  private static Op.IntegrateFire site(Random random, Shape shape, float drive) {
    float[] potentials = new float[shape.size()];
    for (int i = 0; i < potentials.length; i++) {
      potentials[i] = random.nextInt(65536) * 0x1p-16f;
    }
    int c = shape.channels();
    return new Op.IntegrateFire(
        Weights.filled(c, 1), Weights.filled(c, drive), Weights.vector(potentials));
  }
}
