package org.rheobase.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.IntSummaryStatistics;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.rheobase.error.FailureException;

/** The metric over time steps as a PNG: a line a network, the artificial one's level dashed. */
public final class AccuracyPlot {
  public static final int WIDTH = 900;
  public static final int HEIGHT = 560;

  /** Told apart by all eyes, in the order of Okabe and Ito but for the first. */
  static final List<Color> SNN =
      List.of(
          new Color(0x1f5fa8),
          new Color(0xe69f00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0x56b4e9),
          new Color(0x000000),
          new Color(0xd55e00),
          new Color(0xb8a800));

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP
  };
  private static final Color ANN = new Color(0x8a, 0x3b, 0x12);
  private static final int MARKED_STEPS = 64;

  private AccuracyPlot() {}

  /** How the time axis runs. */
  public enum Axis {
    LINEAR,
    LOG2
  }

  /**
   * One network, or one way to make it.
   *
   * @param name in the legend
   * @param steps in ascending order
   * @param values fractions of one, one for each of them
   */
  public record Line(String name, List<Integer> steps, List<Double> values) {}

  /**
   * What is around the lines.
   *
   * @param title above the plot
   * @param metric on the vertical axis, for example {@code top1}
   * @param lowest where the vertical axis begins, a fraction of one
   */
  public record Frame(String title, String metric, Axis axis, double lowest) {}

  /**
   * Draws lines.
   *
   * @param ann the level of the artificial network, a fraction of one, or null when nobody knows
   * @throws FailureException when this machine cannot draw text (no fonts)
   */
  public static byte[] png(Frame frame, List<Line> lines, @Nullable Double ann) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(BitmapEncoder.getBufferedImage(chart(frame, lines, ann)), "png", bytes);
      return bytes.toByteArray();
    } catch (IOException | InternalError | NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new FailureException(
          "cannot draw the plot of accuracy by time step ("
              + e.getMessage()
              + "); a machine without fonts cannot draw text",
          e);
    }
  }

  private static XYChart chart(Frame frame, List<Line> lines, @Nullable Double ann) {
    Axis axis = frame.axis();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(frame.title())
            .xAxisTitle(axis == Axis.LOG2 ? "time steps (logarithmic)" : "time steps")
            .yAxisTitle(frame.metric() + " [%]")
            .build();
    IntSummaryStatistics range =
        lines.stream().flatMap(l -> l.steps().stream()).mapToInt(t -> t).summaryStatistics();
    double first = position(range.getMin(), axis);
    double last = Math.max(position(range.getMax(), axis), first + 1);
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    chart
        .getStyler()
        .setLegendPosition(
            lines.size() == 1 ? Styler.LegendPosition.InsideSE : Styler.LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE);
    chart
        .getStyler()
        .setYAxisMin(100 * frame.lowest())
        .setYAxisMax(100.0)
        .setXAxisMin(first)
        .setXAxisMax(last)
        .setXAxisTickMarkSpacingHint(tickSpacing(last - first, axis));
    chart.getStyler().setYAxisDecimalPattern("0");
    chart.setCustomXAxisTickLabelsFormatter(position -> tickLabel(position, axis));

    for (int i = 0; i < lines.size(); i++) {
      add(chart, lines.get(i), i, axis);
    }
    if (ann != null) {
      XYSeries level =
          chart.addSeries(
              "ANN " + Numbers.percent(ann),
              new double[] {first, last},
              new double[] {100 * ann, 100 * ann});
      level.setLineColor(ANN);
      level.setLineStyle(
          new BasicStroke(
              1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {8, 6}, 0));
      level.setMarker(SeriesMarkers.NONE);
    }
    return chart;
  }

  private static void add(XYChart chart, Line line, int index, Axis axis) {
    XYSeries series =
        chart.addSeries(
            line.name(),
            line.steps().stream().mapToDouble(t -> position(t, axis)).toArray(),
            line.values().stream().mapToDouble(v -> 100 * v).toArray());
    Color color = SNN.get(index % SNN.size());
    series.setLineColor(color).setLineWidth(2.2f).setLineStyle(SeriesLines.SOLID);
    series.setMarkerColor(color);
    series.setMarker(
        line.steps().size() > MARKED_STEPS
            ? SeriesMarkers.NONE
            : MARKERS[index / SNN.size() % MARKERS.length]);
  }

  private static double position(int step, Axis axis) {
    return axis == Axis.LOG2 ? Math.log(step) / Math.log(2) : step;
  }

  /** Pixels between ticks: one tick for every power of two. */
  private static int tickSpacing(double span, Axis axis) {
    return axis == Axis.LOG2 ? (int) Math.max(40, 0.8 * WIDTH / span) : 70;
  }

  private static String tickLabel(double position, Axis axis) {
    double step = axis == Axis.LOG2 ? Math.pow(2, position) : position;
    boolean whole = Math.abs(step - Math.rint(step)) < 1e-6;
    return whole ? Long.toString(Math.round(step)) : "";
  }
}
