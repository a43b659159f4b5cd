package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rheobase.cli.Reports;

class ReportTextTest {
  @Test
  void spikingNetworkIsShownAtPowersOfTwoAndTheLastStep() {
    assertThat(ReportText.of(Reports.spiking()))
        .isEqualTo(
            """
            SNN net.snn.onnx on 1000 images, 5 steps, counted from step 2; ANN 91.5 %

            step  counted    top1  vs ANN    top5
            ----  -------  ------  ------  ------
               1        1  10.0 %   -81.5  50.0 %
               2        1  50.0 %   -41.5  90.0 %
               4        3  90.0 %    -1.5  99.0 %
               5        4  90.7 %    -0.8  99.0 %

            site   neurons  spikes/neuron/step
            -----  -------  ------------------
            relu1   16.4 k              0.0600
            relu2        8              0.0100
            all     16.4 k              0.0512

            442 k MACs and 40.6 M SOPs per image
            12.5 s, 80 images/s, 2 threads
            """);
  }

  @Test
  void imagesThatStopEarlyAreComparedWithAllSteps() {
    EvaluateReport whole = Reports.spiking();
    ExitReport exit =
        new ExitReport(
            new ExitReport.Rule(3.125, new ExitReport.Promise(0.005, 1000, 0.004)),
            0.905,
            0.995,
            2.75,
            List.of(0, 600, 250, 0, 150),
            new EvaluateReport.Operations(300_000, 20_280_000),
            5,
            200);
    assertThat(ReportText.of(whole.withExit(exit)))
        .startsWith(ReportText.of(whole))
        .endsWith(
            """

            stopped at margin 3.125 (promise: at most 0.5 % change, from 1000 images): top1 90.5 % (-0.2), 0.5 % of the predictions changed
            mean T 2.8 of 5; 10 % of the images by step 2, 50 % by 2, 90 % by 5
            300 k MACs and 20.3 M SOPs per image (-50.0 % SOPs); 5.00 s, 200 images/s
            """);
  }

  @Test
  void artificialNetworkHasOneNumber() {
    assertThat(ReportText.of(Reports.artificial()))
        .isEqualTo(
            """
            ANN net.onnx on 1000 images, top1 91.5 %, top5 99.0 %

            40.6 M MACs per image
            2.50 s, 400 images/s, 2 threads
            """);
  }

  @Test
  void conversionShowsSitesAndNotes() {
    var report =
        new ConvertReport(
            "net.onnx",
            "net.snn.onnx",
            32,
            1024,
            List.of(
                new ConvertReport.SiteReport("relu1", 16, 16384, 1, 0.5, 2.25, 0.01, 0.4, 0.2, 0.1),
                new ConvertReport.SiteReport("relu2", 16, 16384, 0, 1, 1, 0, 0.5, 0.3, 0.3)),
            List.of(),
            1.5,
            2,
            Map.of(),
            List.of("one channel of relu1 is dead"));
    assertThat(ReportText.of(report))
        .isEqualTo(
            """
            site   channels  neurons  dead         threshold  saturated  silent  error before   after
            -----  --------  -------  ----  ----------------  ---------  ------  ------------  ------
            relu1        16   16.4 k     1  0.5000 ... 2.250      1.0 %  40.0 %        20.0 %  10.0 %
            relu2        16   16.4 k     0             1.000      0.0 %  50.0 %        30.0 %  30.0 %

            net.onnx -> net.snn.onnx: 2 sites for T = 32, from 1024 calibration images in 1.50 s with 2 threads
            note: one channel of relu1 is dead
            """);
  }
}
