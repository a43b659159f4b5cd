package org.rheobase.cli.report;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.rheobase.cli.report.BenchReport.Crossover;
import org.rheobase.cli.report.BenchReport.Layer;
import org.rheobase.error.FailureException;

/**
 * Speed over density as a PNG, two lines a width, of the event-driven and the scalar kernel; and
 * the density from which lookups or dense products are faster.
 */
public final class BenchPlot {
  /** Where a form is always faster, on an axis that has no zero. */
  private static final double LEAST_PERCENT = 0.1;

  private BenchPlot() {}

  /**
   * Draws the layers of a report.
   *
   * @throws FailureException when this machine cannot draw text (no fonts)
   */
  public static byte[] png(BenchReport report) {
    return png(() -> speeds(report));
  }

  /**
   * Draws from which density on lookups or dense products are faster, by width.
   *
   * @throws FailureException when this machine cannot draw text (no fonts)
   */
  public static byte[] crossoverPng(BenchReport report) {
    return png(() -> crossovers(report));
  }

  private static byte[] png(Supplier<XYChart> chart) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(BitmapEncoder.getBufferedImage(chart.get()), "png", bytes);
      return bytes.toByteArray();
    } catch (IOException | InternalError | NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new FailureException(
          "cannot draw the plots ("
              + e.getMessage()
              + "); a machine without fonts cannot draw text",
          e);
    }
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(AccuracyPlot.WIDTH)
            .height(AccuracyPlot.HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    chart
        .getStyler()
        .setLegendPosition(Styler.LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE);
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    return chart;
  }

  private static XYChart crossovers(BenchReport report) {
    XYChart chart =
        chart(
            "From where lookups or dense products are faster, " + report.machine().processor(),
            "channels",
            "spikes per neuron and step [%]");
    int line = 0;
    for (int kernel : new int[] {3, 1}) {
      for (int bits : new int[] {16, 8}) {
        List<Crossover> found =
            report.crossovers().stream()
                .filter(c -> c.kernel() == kernel && c.weightBits() == bits)
                .toList();
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (Crossover c : found) {
          double crossover = sooner(c);
          if (crossover < 1) {
            x.add((double) c.channels());
            y.add(Math.max(LEAST_PERCENT, 100 * crossover));
          }
        }
        if (!x.isEmpty()) {
          style(
                  chart.addSeries(kernel + "x" + kernel + ", " + bits + " bit", x, y),
                  AccuracyPlot.SNN.get(line % AccuracyPlot.SNN.size()))
              .setLineStyle(bits == 16 ? SeriesLines.SOLID : SeriesLines.DASH_DASH);
        }
        line++;
      }
    }
    return chart;
  }

  private static double sooner(Crossover c) {
    Double product = c.crossover();
    Double lookup = c.lookupCrossover();
    return Math.min(product == null ? 1 : product, lookup == null ? 1 : lookup);
  }

  private static XYChart speeds(BenchReport report) {
    XYChart chart =
        chart(
            "3x3 layers on one thread of " + report.machine().processor(),
            "spikes per neuron and step [%]",
            "G synaptic operations/s");
    List<Integer> widths = report.layers().stream().map(Layer::channels).distinct().toList();
    for (int i = 0; i < widths.size(); i++) {
      int channels = widths.get(i);
      List<Layer> layers = report.layers().stream().filter(l -> l.channels() == channels).toList();
      Color color = AccuracyPlot.SNN.get(i % AccuracyPlot.SNN.size());
      double[] x = layers.stream().mapToDouble(l -> 100 * l.density()).toArray();
      double[] event = layers.stream().mapToDouble(Layer::event).toArray();
      double[] scalar = layers.stream().mapToDouble(Layer::scalar).toArray();
      style(chart.addSeries(channels + ", event", x, event), color).setLineStyle(SeriesLines.SOLID);
      style(chart.addSeries(channels + ", scalar", x, scalar), color)
          .setLineStyle(SeriesLines.DASH_DASH);
    }
    return chart;
  }

  private static XYSeries style(XYSeries series, Color color) {
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
    series.setLineColor(color);
    series.setLineWidth(2.2f);
    return series;
  }
}
