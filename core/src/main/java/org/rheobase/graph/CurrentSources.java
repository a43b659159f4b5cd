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
      case Op.MaxPool _ -> behind(node.input(), byName);
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
      case Op.Movement movement -> {
        List<List<Source>> moved = behind(node.input(), byName);
        List<List<Source>> regrouped = new ArrayList<>();
        for (int[] channels :
            Movements.channels(movement, shape(node.input(), byName), node.shape())) {
          List<Source> all = new ArrayList<>();
          for (int channel : channels) {
            all.addAll(moved.get(channel));
          }
          regrouped.add(all);
        }
        yield regrouped;
      }
      case Op.Input _,
          Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.AveragePool _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ -> {
        List<List<Source>> own = empty(node.shape().channels());
        for (int c = 0; c < own.size(); c++) {
          own.get(c).add(new Source(node, c));
        }
        yield own;
      }
    };
  }

  private static Shape shape(String name, Map<String, Node> byName) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return node.shape();
  }

  private static List<List<Source>> empty(int channels) {
    List<List<Source>> lists = new ArrayList<>(channels);
    for (int c = 0; c < channels; c++) {
      lists.add(new ArrayList<>(1));
    }
    return lists;
  }
}
