package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.rheobase.cli.report.CompareReport.Row;
import org.rheobase.cli.report.CompareReport.Summary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CompareReportTest {

  private static Row row(String recipe, int steps, long seed, int images, double metric) {
    return new Row(
        recipe,
        steps,
        seed,
        images,
        metric,
        0.915,
        0.99,
        steps / 2 + 1,
        1.25e6 * steps,
        442_368,
        0.0512,
        553_320,
        8_256,
        20 + seed,
        1.5,
        2);
  }

  private static CompareReport report(Row... rows) {
    return CompareReport.of("net.onnx", 1000, 0.915, 0.99, List.of(rows), Map.of());
  }

  private static CompareReport twoSeeds() {
    return report(
        row("rheobase", 8, 0, 128, 0.85),
        row("rheobase", 8, 1, 128, 0.87),
        row("rheobase", 16, 0, 128, 0.9),
        row("rheobase", 16, 1, 128, 0.9),
        row("li2021-light", 8, 0, 128, 0.5),
        row("li2021-light", 8, 1, 128, 0.6),
        row("li2021-light", 16, 0, 128, 0.91),
        row("li2021-light", 16, 1, 128, 0.912));
  }

  @Test
  void deviationIsThatOfASample() {
    Spread spread = Spread.of(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));
    assertThat(spread.mean()).isEqualTo(5);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-15));
    assertThat(Spread.of(List.of(0.3)).deviation()).isNull();
    assertThat(Spread.of(List.of(0.3, 0.3)).deviation()).isZero();
  }

  @Test
  void tableHasARowARecipeAndAColumnForEachT() {
    assertThat(CompareText.of(twoSeeds()))
        .isEqualTo(
            """
            net.onnx on 1000 images, top1 in per cent, ANN 91.50

            recipe                T = 8         T = 16
            ------------  -------------  -------------
            rheobase      86.00 ± 1.41*  90.00 ± 0.00
            li2021-light  55.00 ± 7.07   91.10 ± 0.14*

            mean ± standard deviation of 2 seeds; * the best at its T

            Costs at T = 16, means

            recipe        conversion  SOPs per image  spikes/neuron/step  parameters  conversion added
            ------------  ----------  --------------  ------------------  ----------  ----------------
            rheobase          20.5 s          20.0 M              0.0512      553 kB           8.26 kB
            li2021-light      20.5 s          20.0 M              0.0512      553 kB           8.26 kB
            """);
  }

  @Test
  void oneSeedHasNoDeviationAndOneRecipeNoBest() {
    assertThat(CompareText.of(report(row("rheobase", 8, 0, 128, 0.85))))
        .contains("--------  -----\nrheobase  85.00\n\nCosts at T = 8\n");
  }

  @Test
  void numbersOfCalibrationImagesGetAColumnWhereTheyVary() {
    assertThat(
            CompareText.of(
                report(
                    row("rheobase", 8, 0, 32, 0.85),
                    row("rheobase", 8, 0, 128, 0.86),
                    row("deng2021", 8, 0, 0, 0.7))))
        .contains(
            """
            recipe    calibration images   T = 8
            --------  ------------------  ------
            rheobase                  32  85.00
            rheobase                 128  86.00*
            deng2021                   -  70.00
            """);
  }

  @Test
  void csvHasALineACell() {
    CompareReport report =
        report(row("a,\"b\".yaml", 8, 0, 128, 0.85), row("rheobase", 16, 3, 0, 1));
    assertThat(new String(CompareCsv.bytes(report), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            recipe,T,seed,calibrationImages,metric,ann,top5,countFrom,sops,macs,firingRate,\
            parameterBytes,addedBytes,convertSeconds,evaluateSeconds,threads
            "a,""b"".yaml",8,0,128,0.85,0.915,0.99,5,1.0E7,442368.0,0.0512,553320,8256,20.0,1.5,2
            rheobase,16,3,0,1.0,0.915,0.99,9,2.0E7,442368.0,0.0512,553320,8256,23.0,1.5,2
            """);
  }

  @Test
  void jsonHasTheFieldsOfTheContract() {
    JsonNode json = new JsonMapper().readTree(JsonReport.bytes(twoSeeds()));
    JsonNode row = json.get("rows").get(3);
    assertThat(row.get("recipe").stringValue()).isEqualTo("rheobase");
    assertThat(row.get("T").intValue()).isEqualTo(16);
    assertThat(row.get("seed").intValue()).isEqualTo(1);
    assertThat(row.get("metric").doubleValue()).isEqualTo(0.9);
    assertThat(row.get("ann").doubleValue()).isEqualTo(0.915);
    assertThat(row.get("convertSeconds").doubleValue()).isEqualTo(21);
    assertThat(row.get("evaluateSeconds").doubleValue()).isEqualTo(1.5);
    assertThat(row.has("steps")).isFalse();
    assertThat(json.get("summary")).hasSize(4);
    assertThat(json.get("summary").get(0).get("standardDeviation").doubleValue())
        .isCloseTo(0.01 * Math.sqrt(2), within(1e-12));
  }

  @Test
  void summaryTakesMeansOverSeeds() {
    Summary first = twoSeeds().summary().getFirst();
    assertThat(first.seeds()).isEqualTo(2);
    assertThat(first.mean()).isCloseTo(0.86, within(1e-12));
    assertThat(first.convertSeconds()).isEqualTo(20.5);
  }

  @Test
  void plotIsAPicture() throws IOException {
    for (CompareReport report : List.of(twoSeeds(), report(row("rheobase", 8, 0, 128, 0.0)))) {
      assertThat(ImageIO.read(new ByteArrayInputStream(ComparePlot.png(report))).getWidth())
          .isEqualTo(AccuracyPlot.WIDTH);
    }
  }
}
