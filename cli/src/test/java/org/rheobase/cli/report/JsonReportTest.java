package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rheobase.cli.Reports;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The names and the order of the fields are a promise to scripts. */
class JsonReportTest {
  private static JsonNode tree(Object report) {
    return new ObjectMapper().readTree(JsonReport.bytes(report));
  }

  @Test
  void evaluateHasTheFieldsOfTheContract() {
    JsonNode json = tree(Reports.spiking());
    assertThat(json.propertyNames())
        .containsExactly(
            "task",
            "model",
            "kind",
            "images",
            "steps",
            "countFrom",
            "metric",
            "firingRate",
            "operations",
            "energy",
            "seconds",
            "imagesPerSecond",
            "threads",
            "recipe",
            "exit");
    assertThat(json.get("metric").propertyNames())
        .containsExactly("name", "ann", "byStep", "annTop5", "top5ByStep");
    assertThat(json.get("firingRate").propertyNames()).containsExactly("mean", "byLayer");
    assertThat(json.get("firingRate").get("byLayer").get(0).propertyNames())
        .containsExactly("name", "neurons", "rate");
    assertThat(json.get("operations").propertyNames()).containsExactly("macs", "sops");
    assertThat(json.get("steps").size()).isEqualTo(5);
    assertThat(json.get("metric").get("byStep").get(4).asDouble()).isEqualTo(0.907);
  }

  @Test
  void inspectHasTheFieldsOfTheContract() {
    JsonNode json =
        tree(
            new InspectReport(
                "m",
                "ann",
                List.of(
                    new InspectReport.NodeReport("c", "Conv", List.of(1, 2, 3), 9, "exact", "")),
                9,
                10,
                1,
                4,
                List.of("island")));
    assertThat(json.propertyNames())
        .containsExactly(
            "model", "kind", "nodes", "macs", "parameters", "sites", "spikeDrivenMacs", "islands");
    assertThat(json.get("nodes").get(0).propertyNames())
        .containsExactly("name", "op", "shape", "macs", "verdict", "reason");
  }

  @Test
  void numbersThatAreNotFiniteAreNull() {
    JsonNode json =
        tree(
            Map.of(
                "record",
                new EvaluateReport.Operations(Double.NaN, Double.POSITIVE_INFINITY),
                "list",
                List.of(1.5, Double.NaN)));
    assertThat(json.get("record").get("macs").isNull()).isTrue();
    assertThat(json.get("record").get("sops").isNull()).isTrue();
    assertThat(json.get("list").get(0).asDouble()).isEqualTo(1.5);
    assertThat(json.get("list").get(1).isNull()).isTrue();
  }

  @Test
  void textIsIndentedUtf8WithALineFeedAtItsEnd() {
    assertThat(new String(JsonReport.bytes(Map.of("name", "größe")), StandardCharsets.UTF_8))
        .isEqualTo("{\n  \"name\" : \"größe\"\n}\n");
  }
}
