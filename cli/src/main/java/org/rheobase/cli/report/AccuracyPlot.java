package org.rheobase.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.rheobase.error.FailureException;

/** The metric over time steps as a PNG, the artificial network as a dashed line. */
public final class AccuracyPlot {
  public static final int WIDTH = 900;
  public static final int HEIGHT = 560;

  private static final Color SNN = new Color(0x1f, 0x5f, 0xa8);
  private static final Color ANN = new Color(0x8a, 0x3b, 0x12);
  private static final int MARKED_STEPS = 64;

  private AccuracyPlot() {}

  /** How the time axis runs. */
  public enum Axis {
    LINEAR,
    LOG2
  }

  /**
   * Draws {@code values} (fractions of one) at {@code steps}.
   *
   * @param title above the plot
   * @param metric on the vertical axis, for example {@code top1}
   * @param ann the level of the artificial network, or null when nobody knows
   * @throws FailureException when this machine cannot draw text (no fonts)
   */
  public static byte[] png(
      String title,
      String metric,
      List<Integer> steps,
      List<Double> values,
      @Nullable Double ann,
      Axis axis) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(
          BitmapEncoder.getBufferedImage(chart(title, metric, steps, values, ann, axis)),
          "png",
          bytes);
      return bytes.toByteArray();
    } catch (IOException | InternalError | NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new FailureException(
          "cannot draw the plot of accuracy by time step ("
              + e.getMessage()
              + "); a machine without fonts cannot draw text",
          e);
    }
  }

  private static XYChart chart(
      String title,
      String metric,
      List<Integer> steps,
      List<Double> values,
      @Nullable Double ann,
      Axis axis) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(axis == Axis.LOG2 ? "time steps (logarithmic)" : "time steps")
            .yAxisTitle(metric + " [%]")
            .build();
    double[] x = steps.stream().mapToDouble(t -> position(t, axis)).toArray();
    double first = x[0];
    double last = Math.max(x[x.length - 1], first + 1);
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    chart
        .getStyler()
        .setLegendPosition(Styler.LegendPosition.InsideSE)
        .setLegendBorderColor(Color.WHITE);
    chart
        .getStyler()
        .setYAxisMin(0.0)
        .setYAxisMax(100.0)
        .setXAxisMin(first)
        .setXAxisMax(last)
        .setXAxisTickMarkSpacingHint(tickSpacing(last - first, axis));
    chart.getStyler().setYAxisDecimalPattern("0");
    chart.setCustomXAxisTickLabelsFormatter(position -> tickLabel(position, axis));

    XYSeries spiking =
        chart.addSeries("SNN", x, values.stream().mapToDouble(v -> 100 * v).toArray());
    spiking.setLineColor(SNN).setLineWidth(2.2f);
    spiking.setMarkerColor(SNN);
    spiking.setMarker(x.length <= MARKED_STEPS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
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
