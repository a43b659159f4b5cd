package org.rheobase.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.BenchReport.AddRate;
import org.rheobase.cli.report.BenchReport.Crossover;
import org.rheobase.cli.report.BenchReport.Layer;
import org.rheobase.cli.report.BenchReport.Machine;
import org.rheobase.cli.report.BenchReport.Network;
import org.rheobase.cli.report.BenchReport.Run;

/** The measurements of a machine as text for a terminal. */
public final class BenchText {
  private BenchText() {}

  /** The machine, its layers, then the network. */
  public static String of(BenchReport report) {
    StringBuilder text = new StringBuilder();
    Machine machine = report.machine();
    text.append(machine.processor()).append(", ").append(machine.processors());
    text.append(machine.processors() == 1 ? " processor, " : " processors, ");
    text.append(
        machine.vectorBits() == 0 ? "no vectors" : "vectors of " + machine.vectorBits() + " bits");
    text.append(", Java ").append(machine.java());
    Double load = machine.load();
    text.append(load == null ? "" : String.format(Locale.ROOT, ", load %.1f", load)).append('\n');
    for (AddRate rate : report.adds()) {
      text.append("one core adds ").append(giga(rate.gigaPerSecond()));
      text.append(" G 16-bit weights/s from ").append(rate.kibibytes()).append(" KiB\n");
    }
    text.append("\n3x3 layers, 16-bit weights, one thread: G synaptic operations/s\n\n");
    Table table = new Table(">channels", ">size", ">density", ">event", ">scalar", ">ratio");
    for (Layer layer : report.layers()) {
      table.row(
          Integer.toString(layer.channels()),
          layer.size() + "x" + layer.size(),
          Numbers.percent(layer.density()),
          giga(layer.event()),
          String.format(Locale.ROOT, "%.3f", layer.scalar()),
          String.format(Locale.ROOT, "%.1f", layer.ratio()));
    }
    text.append(table.text());
    append(text, report.crossovers());
    Network network = report.network();
    if (network != null) {
      append(text, network);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, List<Crossover> crossovers) {
    if (crossovers.isEmpty()) {
      text.append(
          "\nneither dense products of bytes nor lookups here: oneDNN is missing, and vectors of 512 bits\n");
      return;
    }
    text.append(
        "\nEvents beside dense products of bytes and lookups, microseconds per step on one thread\n\n");
    List<String> columns = new ArrayList<>(List.of("layer", ">channels", ">size", ">weights"));
    for (double density : crossovers.getFirst().densities()) {
      columns.add(">events at " + Numbers.percent(density));
    }
    columns.addAll(List.of(">dense", ">dense is faster from", ">lookup", ">lookup is faster from"));
    Table table = new Table(columns.toArray(String[]::new));
    for (Crossover c : crossovers) {
      List<String> row = new ArrayList<>();
      row.add(c.kernel() + "x" + c.kernel());
      row.add(Integer.toString(c.channels()));
      row.add(c.size() + "x" + c.size());
      row.add(c.weightBits() + " bit");
      c.event().forEach(microseconds -> row.add(giga(microseconds)));
      addForm(row, c.dense(), c.crossover());
      addForm(row, c.lookup(), c.lookupCrossover());
      table.row(row.toArray(String[]::new));
    }
    text.append(table.text());
  }

  private static void addForm(
      List<String> row, @Nullable Double microseconds, @Nullable Double crossover) {
    row.add(microseconds == null ? "" : giga(microseconds));
    row.add(microseconds == null ? "" : crossover == null ? "never" : Numbers.percent(crossover));
  }

  private static void append(StringBuilder text, Network network) {
    text.append('\n').append(network.model()).append(", T = ").append(network.steps());
    text.append(", ").append(network.images()).append(network.images() == 1 ? " image" : " images");
    text.append(", kernel ").append(network.kernel()).append(", ");
    text.append(Numbers.count(network.sops())).append(" SOPs per image\n\n");
    Table table = new Table(">threads", ">ms per image and step", ">G SOP/s", ">speed-up");
    for (Run run : network.runs()) {
      table.row(
          Integer.toString(run.threads()),
          String.format(Locale.ROOT, "%.4f", run.milliseconds()),
          giga(run.gigaSops()),
          String.format(Locale.ROOT, "%.2f", run.speedUp()));
    }
    text.append(table.text());
    Long peak = network.peakMemoryBytes();
    if (peak != null) {
      text.append("\nthe process took ").append(Numbers.bytes(peak)).append(" at its peak\n");
    }
  }

  private static String giga(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
