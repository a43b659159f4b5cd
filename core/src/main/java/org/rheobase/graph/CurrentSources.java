package org.rheobase.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the current of each channel of a site comes from: the layers, sites and analog values
 * behind its sums, maxima, paddings, concatenations and reshapes.
 */
public final class CurrentSources {
  private CurrentSources() {}

  /**
   * One channel of a node that is a term of a current. A node that is added twice appears twice.
   *
   * @param node a convolution, a fully connected layer, another site (its spikes are added as they
   *     are), or anything else that holds real numbers
   */
  public record Source(Node node, int channel) {}

  /** The sources of every site's channels, by site name: one list per channel. */
  public static Map<String, List<List<Source>>> of(Graph graph) {
    Map<String, Node> byName = graph.byName();
    Map<String, List<List<Source>>> sources = new LinkedHashMap<>();
    for (Node site : graph.sites()) {
      sources.put(site.name(), behind(site.input(), byName));
    }
    return sources;
  }

  private static List<List<Source>> behind(String name, Map<String, Node> byName) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return switch (node.op()) {
      case Op.Identity _, Op.MaxPool _ -> behind(node.input(), byName);
      case Op.Add _ -> {
        List<List<Source>> sum = empty(node.shape().channels());
        for (String input : node.inputs()) {
          List<List<Source>> term = behind(input, byName);
          for (int c = 0; c < sum.size(); c++) {
            sum.get(c).addAll(term.get(c));
          }
        }
        yield sum;
      }
      case Op.Concat _ -> {
        List<List<Source>> all = new ArrayList<>();
        node.inputs().forEach(input -> all.addAll(behind(input, byName)));
        yield all;
      }
      case Op.Pad pad -> {
        List<List<Source>> padded = empty(pad.channelsBefore());
        padded.addAll(behind(node.input(), byName));
        padded.addAll(empty(pad.channelsAfter()));
        yield padded;
      }
      case Op.Reshape _ -> regroup(behind(node.input(), byName), node.shape());
      case Op.Input _,
          Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.AveragePool _,
          Op.Softmax _,
          Op.IntegrateFire _ -> {
        List<List<Source>> own = empty(node.shape().channels());
        for (int c = 0; c < own.size(); c++) {
          own.get(c).add(new Source(node, c));
        }
        yield own;
      }
    };
  }

  /** A channel of the new shape has the sources of every old channel that it overlaps. */
  private static List<List<Source>> regroup(List<List<Source>> old, Shape shape) {
    int oldArea = shape.size() / old.size();
    List<List<Source>> regrouped = empty(shape.channels());
    for (int c = 0; c < regrouped.size(); c++) {
      int first = c * shape.area() / oldArea;
      int last = ((c + 1) * shape.area() - 1) / oldArea;
      for (int o = first; o <= last; o++) {
        regrouped.get(c).addAll(old.get(o));
      }
    }
    return regrouped;
  }

  private static List<List<Source>> empty(int channels) {
    List<List<Source>> lists = new ArrayList<>(channels);
    for (int c = 0; c < channels; c++) {
      lists.add(new ArrayList<>(1));
    }
    return lists;
  }
}
