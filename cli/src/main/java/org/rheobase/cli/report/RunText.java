package org.rheobase.cli.report;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.RunReport.Candidate;
import org.rheobase.cli.report.RunReport.Image;
import org.rheobase.cli.report.RunReport.Step;

/**
 * Prints predictions as they form. A row appears when its step is done, so columns have their
 * widths before their contents are known.
 */
public final class RunText implements RunListener {
  private static final int COLUMNS = 3;
  private static final int NARROWEST = 10;
  private static final int WIDEST = 24;
  private static final List<String> PLACES = List.of("1st", "2nd", "3rd");

  private final PrintStream out;
  private int width = NARROWEST;
  private int printed;

  public RunText(PrintStream out) {
    this.out = out;
  }

  @Override
  public void begin(RunReport report, List<String> names) {
    width = names.stream().mapToInt(Table::width).reduce(NARROWEST, Math::max);
    width = Math.min(width, WIDEST);
    boolean spiking = report.kind().equals("snn");
    StringBuilder text = new StringBuilder(spiking ? "SNN " : "ANN ");
    text.append(Table.printable(report.model()));
    if (spiking) {
      text.append(", ").append(report.steps()).append(report.steps() == 1 ? " step" : " steps");
      text.append(", counted from step ").append(report.countFrom());
      ExitReport.Rule exit = report.exit();
      text.append(exit == null ? "" : "; stops at " + exit.text());
    }
    line(text.toString());
  }

  @Override
  public void image(String name, @Nullable Candidate label) {
    line("");
    line(
        Table.printable(name)
            + (label == null ? "" : ", labelled " + Table.printable(label.text())));
    printed = 0;
  }

  /** Prints powers of two and the first step that counts. */
  @Override
  public void step(Step step) {
    if (Integer.bitCount(step.step()) == 1 || (step.counted() == 1 && step.step() > 1)) {
      row(step);
    }
  }

  /** Prints the last step and what the image cost. */
  @Override
  public void done(Image image) {
    if (!image.byStep().isEmpty() && image.byStep().getLast().step() != printed) {
      row(image.byStep().getLast());
    }
    StringBuilder text = new StringBuilder("-> ");
    if (image.steps() == 0) {
      for (Candidate candidate : image.top().subList(0, Math.min(COLUMNS, image.top().size()))) {
        text.append(text.length() > 3 ? ", " : "").append(Table.printable(candidate.text()));
        text.append(' ').append(output(candidate));
      }
      text.append("; ");
    } else {
      text.append(Table.printable(image.top().getFirst().text()));
      text.append(" after ").append(image.steps());
      text.append(image.steps() == 1 ? " step; " : " steps; ");
      text.append(Numbers.count(image.spikes())).append(" spikes, ");
      text.append(Numbers.count(image.operations().sops())).append(" SOPs, ");
    }
    text.append(Numbers.count(image.operations().macs())).append(" MACs, ");
    line(text.append(Numbers.duration(image.seconds())).toString());
  }

  private void row(Step step) {
    if (printed == 0) {
      StringBuilder header = new StringBuilder("step  counted");
      for (int c = 0; c < Math.min(COLUMNS, step.top().size()); c++) {
        header.append("  ").append(padded(PLACES.get(c), width + 9));
      }
      line(header.toString().stripTrailing());
    }
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%4d  %7d", step.step(), step.counted()));
    for (Candidate candidate : step.top().subList(0, Math.min(COLUMNS, step.top().size()))) {
      text.append("  ").append(padded(Table.printable(candidate.text()), width));
      text.append(' ').append(String.format(Locale.ROOT, "%8s", output(candidate)));
    }
    line(text.toString());
    printed = step.step();
  }

  private static String output(Candidate candidate) {
    return Double.isFinite(candidate.output())
        ? String.format(Locale.ROOT, "%.4g", candidate.output())
        : "-";
  }

  /** Filled with blanks, or cut, to so many cells of a terminal. */
  private static String padded(String text, int cells) {
    String cut = text;
    while (Table.width(cut) > cells) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut + " ".repeat(cells - Table.width(cut));
  }

  private void line(String text) {
    out.print(text + "\n");
    // Somebody may be watching.
    out.flush();
  }
}
