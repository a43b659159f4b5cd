package org.rheobase.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.GraphBuilding;
import org.rheobase.data.CalibrationImages;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Preprocessing;
import org.rheobase.dense.JavaBackend;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sweep.SpikeSweep;

class ThresholdScaleTest {
  private static final float CAP = 0.4f;

  @ParameterizedTest
  @ValueSource(strings = {"max", "p99", "mmse", "balance[iterations=3,batch=4]", "spike-norm"})
  void multipliesTheChosenThresholdsOfTheSitesThatItMeans(String rule) {
    float[][] plain = thresholds(rule, ThresholdScale.NONE);
    float[][] scaled = thresholds(rule, new ThresholdScale(Map.of("r2", 0.5, "all", 0.9)));

    assertThat(scaled[0]).containsExactly(times(plain[0], 0.9f), within(1e-6f));
    assertThat(scaled[2]).containsExactly(times(plain[2], 0.9f), within(1e-6f));
    if (!rule.equals("spike-norm")) {
      // There, the site before it fires otherwise.
      assertThat(scaled[1]).containsExactly(times(plain[1], 0.5f), within(1e-6f));
    }
  }

  @Test
  void theCapHoldsForScaledThresholdsToo() {
    float[][] scaled = thresholds("max", new ThresholdScale(Map.of("all", 100.0)));
    for (float theta : scaled[2]) {
      assertThat(theta).isIn(0f, CAP);
    }
  }

  @Test
  void aNameThatIsNoSiteIsRefused() {
    assertThatThrownBy(() -> thresholds("max", new ThresholdScale(Map.of("conv", 0.5))))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("thresholdScale names conv")
        .hasMessageContaining("[r1, r2, r3]");
  }

  private static float[] times(float[] values, float factor) {
    float[] product = values.clone();
    for (int i = 0; i < product.length; i++) {
      product[i] *= factor;
    }
    return product;
  }

  /**
   * Of the sites r1 and r2, one behind the other, and of r3, which is capped and reads the image.
   */
  private static float[][] thresholds(String rule, ThresholdScale scale) {
    GraphBuilding net = new GraphBuilding(5, 3, 32, 32);
    net.conv("conv", "image", 3, Window.of(3, 3));
    net.relu("r1", "conv");
    net.conv("conv2", "r1", 2, Window.of(3, 3));
    net.relu("r2", "conv2");
    net.conv("conv3", "image", 3, Window.of(3, 3));
    net.add("r3", new Op.Relu(CAP), "conv3");
    Graph graph = net.graph("r2", "r3");
    List<Node> nodes =
        graph.nodes().stream()
            .map(n ->
                n.op() instanceof Op.Relu
                    ? n.withOp(site(Weights.filled(n.shape().channels(), 1)))
                    : n)
            .toList();
    Map<String, float[]> bySite;
    try (SpikeSweep sweep =
        new SpikeSweep(new SpikeSweep.Settings(new JavaBackend(), 1, 1L << 28))) {
      bySite =
          Thresholds.choose(
                  graph,
                  new Graph(graph.name(), nodes, graph.outputs()),
                  ThresholdRule.parse(rule),
                  scale,
                  Granularity.CHANNEL,
                  8,
                  theta -> site(Weights.vector(theta)),
                  new CalibrationImages(
                      DataSpec.parse("shapes:8,seed=1"),
                      new Preprocessing(
                          Preprocessing.Channels.RGB,
                          List.of(32, 32),
                          new Preprocessing.Resize.None(),
                          false,
                          null,
                          1.0 / 255,
                          List.of(0.5, 0.5, 0.5),
                          List.of(4.0, 4.0, 4.0),
                          0),
                      8,
                      0),
                  sweep,
                  ProgressListener.NONE)
              .bySite();
    }
    return List.of("r1", "r2", "r3").stream()
        .map(name -> Objects.requireNonNull(bySite.get(name)))
        .toArray(float[][]::new);
  }

  private static Op.IntegrateFire site(Weights threshold) {
    int channels = threshold.size();
    return new Op.IntegrateFire(
        threshold, Weights.filled(channels, 0), Weights.filled(channels, 0));
  }
}
