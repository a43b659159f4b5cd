package org.rheobase.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.Window;

/**
 * What is counted as an operation, the same for every simulator.
 *
 * <p>A synaptic operation is one weight that one spike reaches: positions outside the map and
 * between strides are not reached, zero weights are. A count of n is n spikes. Summed pools count
 * nothing; a shortcut that adds spikes without weights counts one per spike. Convolutions and fully
 * connected layers of other values count multiply-accumulates, in the dense number that is usually
 * published (output elements x kernel x input channels / groups, borders included), once where the
 * value is constant or lies in the tail, else at every step.
 *
 * @param taps what reads spikes, all readers of a value together
 * @param macsOnce multiply-accumulates per image
 * @param macsPerStep multiply-accumulates per step
 */
record OperationCounts(List<Tap> taps, long macsOnce, long macsPerStep) {

  /**
   * All readers of one value of spikes.
   *
   * @param value the node whose spikes are read
   * @param reach {@code [h*w]}: weights that a spike at that position reaches
   */
  record Tap(String value, int[] reach) {}

  long macs(int steps) {
    return macsOnce + steps * macsPerStep;
  }

  static OperationCounts of(SpikingStructure structure) {
    Graph graph = structure.graph();
    List<Tap> taps = new ArrayList<>();
    long once = 0;
    long perStep = 0;
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Op.Conv) && !(node.op() instanceof Op.Linear)) {
        continue;
      }
      Op.Conv conv = Current.asConvolution(node.op());
      Shape in = graph.node(node.input()).shape();
      boolean isTail = structure.tail().contains(node.name());
      if (structure.kind(node.input()).isSpikeDriven() && !isTail) {
        if (structure.kind(node.name()) != ValueKind.COUNTS) {
          taps.add(new Tap(node.input(), reach(conv, in)));
        }
      } else {
        long macs = (long) node.shape().size() * (conv.weight().size() / conv.outChannels());
        if (isTail || structure.kind(node.name()) == ValueKind.CONSTANT) {
          once += macs;
        } else {
          perStep += macs;
        }
      }
    }
    for (Node site : graph.sites()) {
      structure
          .current(site.name())
          .leaves()
          .forEach(leaf -> {
            if (leaf instanceof Current.Direct d) {
              int[] one = new int[d.shape().area()];
              Arrays.fill(one, 1);
              taps.add(new Tap(d.node().name(), one));
            }
          });
    }
    return new OperationCounts(merged(taps), once, perStep);
  }

  /** One tap per value, so that its spikes are counted once. */
  private static List<Tap> merged(List<Tap> taps) {
    Map<String, int[]> reaches = new LinkedHashMap<>();
    for (Tap tap : taps) {
      int[] sum = reaches.computeIfAbsent(tap.value(), _ -> new int[tap.reach().length]);
      for (int p = 0; p < sum.length; p++) {
        sum[p] += tap.reach()[p];
      }
    }
    List<Tap> merged = new ArrayList<>();
    reaches.forEach((value, reach) -> merged.add(new Tap(value, reach)));
    return merged;
  }

  /** {@code [h*w]}: how many weights a spike at each position of the input reaches. */
  static int[] reach(Op.Conv conv, Shape in) {
    Window w = conv.window();
    int[] rows =
        reach(
            in.height(),
            w.outHeight(in.height()),
            w.kernelHeight(),
            w.strideHeight(),
            w.dilationHeight(),
            w.padTop());
    int[] columns =
        reach(
            in.width(),
            w.outWidth(in.width()),
            w.kernelWidth(),
            w.strideWidth(),
            w.dilationWidth(),
            w.padLeft());
    int channels = conv.outChannels() / conv.groups();
    int[] reach = new int[rows.length * columns.length];
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < columns.length; x++) {
        reach[y * columns.length + x] = rows[y] * columns[x] * channels;
      }
    }
    return reach;
  }

  private static int[] reach(int in, int out, int kernel, int stride, int dilation, int pad) {
    int[] reach = new int[in];
    for (int o = 0; o < out; o++) {
      for (int k = 0; k < kernel; k++) {
        int i = o * stride + k * dilation - pad;
        if (i >= 0 && i < in) {
          reach[i]++;
        }
      }
    }
    return reach;
  }
}
