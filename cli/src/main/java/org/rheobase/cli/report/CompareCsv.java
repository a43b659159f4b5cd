package org.rheobase.cli.report;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.rheobase.cli.report.CompareReport.Row;

/** The rows of a comparison as comma-separated values (RFC 4180, lines end in a line feed). */
public final class CompareCsv {
  private static final String HEADER =
      "recipe,T,seed,calibrationImages,metric,ann,top5,countFrom,sops,macs,firingRate,"
          + "parameterBytes,addedBytes,convertSeconds,evaluateSeconds,threads\n";

  private CompareCsv() {}

  /** One line for each cell, under the names that the JSON uses. */
  public static byte[] bytes(CompareReport report) {
    String lines = report.rows().stream().map(CompareCsv::line).collect(Collectors.joining());
    return (HEADER + lines).getBytes(StandardCharsets.UTF_8);
  }

  private static String line(Row row) {
    List<Object> cells =
        List.of(
            quoted(row.recipe()),
            row.steps(),
            row.seed(),
            row.calibrationImages(),
            row.metric(),
            row.ann(),
            row.top5(),
            row.countFrom(),
            row.sops(),
            row.macs(),
            row.firingRate(),
            row.parameterBytes(),
            row.addedBytes(),
            row.convertSeconds(),
            row.evaluateSeconds(),
            row.threads());
    return cells.stream().map(String::valueOf).collect(Collectors.joining(",")) + "\n";
  }

  private static String quoted(String text) {
    return text.matches("(?s).*[,\"\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
