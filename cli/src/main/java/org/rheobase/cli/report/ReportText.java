package org.rheobase.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.rheobase.cli.report.ConvertReport.SiteReport;
import org.rheobase.cli.report.EvaluateReport.LayerRate;
import org.rheobase.cli.report.InspectReport.NodeReport;

/** Reports as text for a terminal. */
public final class ReportText {
  private ReportText() {}

  /** One line per node, then the totals. */
  public static String of(InspectReport report) {
    Table table = new Table("node", "op", "shape", ">MACs", "verdict", "reason");
    for (NodeReport node : report.nodes()) {
      table.row(
          node.name(),
          node.op(),
          shape(node.shape()),
          node.macs() == 0 ? "" : Numbers.count(node.macs()),
          node.verdict(),
          node.reason());
    }
    Map<String, Long> verdicts =
        report.nodes().stream()
            .collect(
                Collectors.groupingBy(
                    NodeReport::verdict, java.util.LinkedHashMap::new, Collectors.counting()));
    return table.text()
        + "\n"
        + kind(report.kind())
        + " "
        + report.model()
        + ": "
        + counted(report.nodes().size(), "node")
        + " ("
        + verdicts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "))
        + "), "
        + counted(report.sites(), "site")
        + ", "
        + Numbers.count(report.macs())
        + " MACs per image, "
        + Numbers.count(report.parameters())
        + " parameters\n"
        + spikeDriven(report);
  }

  private static String spikeDriven(InspectReport report) {
    if (report.macs() == 0) {
      return "";
    }
    int islands = report.islands().size();
    return Numbers.percent((double) report.spikeDrivenMacs() / report.macs())
        + " of the MACs "
        + (report.kind().equals("snn") ? "are" : "become")
        + " synaptic operations"
        + (islands == 0
            ? ""
            : "; "
                + counted(islands, "layer")
                + " between neurons read no spikes (linear islands), the first is "
                + report.islands().getFirst())
        + "\n";
  }

  /** One line per site, then what was made from what. */
  public static String of(ConvertReport report) {
    Table table =
        new Table(
            "site",
            ">channels",
            ">neurons",
            ">dead",
            ">threshold",
            ">saturated",
            ">silent",
            ">error before",
            ">after");
    for (SiteReport site : report.sites()) {
      String low = String.format(Locale.ROOT, "%.4g", site.smallestThreshold());
      String high = String.format(Locale.ROOT, "%.4g", site.largestThreshold());
      table.row(
          site.name(),
          Integer.toString(site.channels()),
          Numbers.count(site.neurons()),
          Integer.toString(site.deadChannels()),
          low.equals(high) ? low : low + " ... " + high,
          Numbers.percent(site.saturated()),
          Numbers.percent(site.silent()),
          Numbers.percent(site.errorBefore()),
          Numbers.percent(site.errorAfter()));
    }
    StringBuilder text = new StringBuilder(table.text());
    text.append('\n').append(report.model()).append(" -> ").append(report.output());
    text.append(": ").append(counted(report.sites().size(), "site"));
    text.append(" for T = ").append(report.steps());
    text.append(", from ").append(counted(report.images(), "calibration image"));
    text.append(" in ").append(Numbers.duration(report.seconds()));
    text.append(" with ").append(counted(report.threads(), "thread")).append('\n');
    report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }

  /** The metric by time step, firing rates by site, then the costs. */
  public static String of(EvaluateReport report) {
    StringBuilder text = new StringBuilder();
    text.append(kind(report.kind())).append(' ').append(report.model()).append(" on ");
    text.append(counted(report.images(), "image")).append(", ");
    if (report.spiking()) {
      appendSteps(text, report);
      appendRates(text, report);
    } else {
      text.append(report.metric().name()).append(' ').append(ann(report));
      Double top5 = report.metric().annTop5();
      text.append(top5 == null ? "" : ", top5 " + Numbers.percent(top5)).append("\n\n");
    }
    text.append(Numbers.count(report.operations().macs())).append(" MACs");
    if (report.spiking()) {
      text.append(" and ").append(Numbers.count(report.operations().sops())).append(" SOPs");
    }
    text.append(" per image\n");
    report
        .energy()
        .forEach((platform, joules) ->
            text.append(platform)
                .append(": ")
                .append(String.format(Locale.ROOT, "%.3g", joules))
                .append(" J per image\n"));
    text.append(Numbers.duration(report.seconds())).append(", ");
    text.append(Numbers.rate(report.imagesPerSecond(), "images")).append(", ");
    text.append(counted(report.threads(), "thread")).append('\n');
    ExitReport exit = report.exit();
    if (exit != null) {
      appendExit(text, report, exit);
    }
    return text.toString();
  }

  private static void appendExit(StringBuilder text, EvaluateReport report, ExitReport exit) {
    double whole = report.metric().byStep().getLast();
    text.append("\nstopped at ").append(exit.rule().text()).append(": ");
    text.append(report.metric().name()).append(' ').append(Numbers.percent(exit.metric()));
    text.append(" (").append(Numbers.points(exit.metric() - whole)).append("), ");
    text.append(Numbers.percent(1 - exit.unchanged())).append(" of the predictions changed\n");
    text.append("mean T ").append(String.format(Locale.ROOT, "%.1f", exit.meanSteps()));
    text.append(" of ").append(report.steps().getLast());
    text.append("; 10 % of the images by step ").append(exit.quantile(0.1));
    text.append(", 50 % by ").append(exit.quantile(0.5));
    text.append(", 90 % by ").append(exit.quantile(0.9));
    text.append('\n').append(Numbers.count(exit.operations().macs())).append(" MACs and ");
    text.append(Numbers.count(exit.operations().sops())).append(" SOPs per image (");
    text.append(Numbers.points(exit.operations().sops() / report.operations().sops() - 1));
    text.append(" % SOPs); ").append(Numbers.duration(exit.seconds())).append(", ");
    text.append(Numbers.rate(exit.imagesPerSecond(), "images")).append('\n');
  }

  private static void appendSteps(StringBuilder text, EvaluateReport report) {
    List<Integer> steps = report.steps();
    text.append(counted(steps.isEmpty() ? 0 : steps.getLast(), "step"));
    text.append(", counted from step ").append(report.countFrom());
    text.append("; ANN ").append(ann(report)).append("\n\n");
    Double ann = report.metric().ann();
    List<Double> top5 = report.metric().top5ByStep();
    List<String> header =
        new ArrayList<>(List.of(">step", ">counted", ">" + report.metric().name()));
    if (ann != null) {
      header.add(">vs ANN");
    }
    if (!top5.isEmpty()) {
      header.add(">top5");
    }
    Table table = new Table(header.toArray(String[]::new));
    for (int i = 0; i < steps.size(); i++) {
      int step = steps.get(i);
      if (Integer.bitCount(step) != 1 && i != steps.size() - 1) {
        continue;
      }
      double value = report.metric().byStep().get(i);
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(step));
      row.add(Integer.toString(countedSteps(step, report.countFrom())));
      row.add(Numbers.percent(value));
      if (ann != null) {
        row.add(Numbers.points(value - ann));
      }
      if (!top5.isEmpty()) {
        row.add(Numbers.percent(top5.get(i)));
      }
      table.row(row.toArray(String[]::new));
    }
    text.append(table.text()).append('\n');
  }

  private static void appendRates(StringBuilder text, EvaluateReport report) {
    Table table = new Table("site", ">neurons", ">spikes/neuron/step");
    for (LayerRate layer : report.firingRate().byLayer()) {
      table.row(layer.name(), Numbers.count(layer.neurons()), Numbers.firingRate(layer.rate()));
    }
    long neurons = report.firingRate().byLayer().stream().mapToLong(LayerRate::neurons).sum();
    table.row("all", Numbers.count(neurons), Numbers.firingRate(report.firingRate().mean()));
    text.append(table.text()).append('\n');
  }

  /** Steps in the average at a step: before counting begins, all so far. */
  static int countedSteps(int step, int countFrom) {
    return step < countFrom ? step : step - countFrom + 1;
  }

  private static String ann(EvaluateReport report) {
    Double ann = report.metric().ann();
    return ann == null ? "unknown" : Numbers.percent(ann);
  }

  private static String kind(String kind) {
    return kind.equals("snn") ? "SNN" : "ANN";
  }

  private static String shape(List<Integer> dims) {
    return dims.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  private static String counted(long count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
