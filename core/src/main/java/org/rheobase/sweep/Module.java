package org.rheobase.sweep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.ValueKind;
import org.rheobase.graph.ValueKinds;

/**
 * What the input of one site is computed from.
 *
 * @param site the {@code Relu} of an artificial network, or the {@code IntegrateFire} of its
 *     spiking twin: both have the same name and the same module
 * @param sources names of the earlier sites that it depends on directly
 * @param constants names of nodes that depend on the image only and that the rest is computed from:
 *     the same at every step. The site's input itself where no spike reaches it
 */
public record Module(Node site, List<String> sources, List<String> constants) {

  /** The modules of a network, in forward order. */
  public static List<Module> of(Graph graph) {
    boolean spiking = graph.isSpiking();
    Map<String, Node> byName = graph.byName();
    Map<String, ValueKind> kinds = ValueKinds.of(graph);
    List<Module> modules = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (ValueKinds.isSite(node, spiking)) {
        modules.add(of(node, byName, kinds, spiking));
      }
    }
    return modules;
  }

  /** What a node behind the last sites is computed from, with itself in place of a site. */
  static Module readout(Graph graph, Node node) {
    return of(node, graph.byName(), ValueKinds.of(graph), graph.isSpiking());
  }

  private static Module of(
      Node site, Map<String, Node> byName, Map<String, ValueKind> kinds, boolean spiking) {
    Set<String> sources = new LinkedHashSet<>();
    Set<String> constants = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(site.inputs());
    while (!open.isEmpty()) {
      String name = open.removeLast();
      Node node = byName.get(name);
      if (node == null || !seen.add(name)) {
        continue;
      }
      if (kinds.get(name) == ValueKind.CONSTANT) {
        constants.add(name);
      } else if (ValueKinds.isSite(node, spiking)) {
        sources.add(name);
      } else {
        open.addAll(node.inputs());
      }
    }
    return new Module(site, List.copyOf(sources), List.copyOf(constants));
  }

  /** Whether no spike reaches the site, so that its current is the same at every step. */
  public boolean isConstant() {
    return sources.isEmpty();
  }

  /**
   * Whether the mean over time of everything between the sources and the site follows from the
   * sources' means.
   */
  public boolean isAffine(Graph graph) {
    Map<String, Node> byName = graph.byName();
    List<String> open = new ArrayList<>(site.inputs());
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String name = open.removeLast();
      Node node = byName.get(name);
      if (node == null || sources.contains(name) || constants.contains(name) || !seen.add(name)) {
        continue;
      }
      if (!isAffine(node.op())) {
        return false;
      }
      open.addAll(node.inputs());
    }
    return true;
  }

  private static boolean isAffine(Op op) {
    return switch (op) {
      case Op.Conv _,
          Op.Linear _,
          Op.BatchNorm _,
          Op.AveragePool _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Movement _,
          Op.Resize _,
          Op.Constant _,
          Op.Input _ ->
          true;
      case Op.MaxPool _, Op.Relu _, Op.IntegrateFire _, Op.NonLinear _ -> false;
    };
  }

  /** The name of the node whose value is the site's input. */
  public String current() {
    return site.input();
  }

  /** For every site that others depend on, the index of the last module that does. */
  public static Map<String, Integer> lastUses(List<Module> modules) {
    Map<String, Integer> last = new HashMap<>();
    for (int m = 0; m < modules.size(); m++) {
      for (String source : modules.get(m).sources()) {
        last.put(source, m);
      }
    }
    return last;
  }
}
