package org.rheobase.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.error.UnsupportedModelException;

/**
 * Where the current of each channel of a site comes from: the layers, sites and analog values
 * behind its sums, maxima, paddings, concatenations and reshapes.
 */
public final class CurrentSources {
  /** Sums of sums of themselves could have terms without end. */
  private static final long MOST_TERMS = 1 << 23;

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
    Set<String> needed = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.op() instanceof Op.IntegrateFire || (needed.contains(node.name()) && passes(node))) {
        needed.addAll(node.inputs());
      }
    }
    Map<String, List<List<Source>>> known = new HashMap<>();
    long terms = 0;
    Map<String, List<List<Source>>> sources = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.IntegrateFire) {
        sources.put(node.name(), behind(node.input(), known));
      }
      if (needed.contains(node.name())) {
        terms += passes(node) ? terms(node, known) : node.shape().channels();
        if (terms > MOST_TERMS) {
          throw new UnsupportedModelException(
              "model "
                  + graph.name()
                  + ": with node "
                  + node.name()
                  + " the neurons add up more than "
                  + MOST_TERMS
                  + " terms, expected fewer; put a neuron in between");
        }
        known.put(node.name(), at(node, byName, known));
      }
    }
    return sources;
  }

  private static long terms(Node node, Map<String, List<List<Source>>> known) {
    long terms = 0;
    for (String input : node.inputs()) {
      for (List<Source> channel : behind(input, known)) {
        terms += channel.size();
      }
    }
    return terms;
  }

  /** Whether the sources of a node are those of its inputs. */
  private static boolean passes(Node node) {
    return switch (node.op()) {
      case Op.MaxPool _, Op.Add _, Op.Concat _, Op.Pad _, Op.Movement _ -> true;
      case Op.Input _,
          Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.AveragePool _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          false;
    };
  }

  private static List<List<Source>> behind(String name, Map<String, List<List<Source>>> known) {
    List<List<Source>> sources = known.get(name);
    if (sources == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return sources;
  }

  private static List<List<Source>> at(
      Node node, Map<String, Node> byName, Map<String, List<List<Source>>> known) {
    return switch (node.op()) {
      case Op.MaxPool _ -> behind(node.input(), known);
      case Op.Add _ -> {
        List<List<Source>> sum = empty(node.shape().channels());
        for (String input : node.inputs()) {
          List<List<Source>> term = behind(input, known);
          for (int c = 0; c < sum.size(); c++) {
            sum.get(c).addAll(term.get(c));
          }
        }
        yield sum;
      }
      case Op.Concat _ -> {
        List<List<Source>> all = new ArrayList<>();
        node.inputs().forEach(input -> all.addAll(behind(input, known)));
        yield all;
      }
      case Op.Pad pad -> {
        List<List<Source>> padded = empty(pad.channelsBefore());
        padded.addAll(behind(node.input(), known));
        padded.addAll(empty(pad.channelsAfter()));
        yield padded;
      }
      case Op.Movement movement -> {
        List<List<Source>> moved = behind(node.input(), known);
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
