package org.rheobase.cli.report;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.rheobase.cli.report.BenchReport.Layer;
import org.rheobase.error.FailureException;

/** Speed over density as a PNG: two lines a width, of the event-driven and the scalar kernel. */
public final class BenchPlot {
  private BenchPlot() {}

  /**
   * Draws the layers of a report.
   *
   * @throws FailureException when this machine cannot draw text (no fonts)
   */
  public static byte[] png(BenchReport report) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(BitmapEncoder.getBufferedImage(chart(report)), "png", bytes);
      return bytes.toByteArray();
    } catch (IOException | InternalError | NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new FailureException(
          "cannot draw the plot of speed by density ("
              + e.getMessage()
              + "); a machine without fonts cannot draw text",
          e);
    }
  }

  private static XYChart chart(BenchReport report) {
    XYChart chart =
        new XYChartBuilder()
            .width(AccuracyPlot.WIDTH)
            .height(AccuracyPlot.HEIGHT)
            .title("3x3 layers on one thread of " + report.machine().processor())
            .xAxisTitle("spikes per neuron and step [%]")
            .yAxisTitle("G synaptic operations/s")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    chart
        .getStyler()
        .setLegendPosition(Styler.LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE);
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
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
