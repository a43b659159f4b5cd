package org.rheobase.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rheobase.GraphBuilding;
import org.rheobase.RandomNetworks;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.CurrentUnits;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class QuantizeWeightsTest {
  @Property(tries = 150, seed = "21")
  void weightsAreIntegersOfTheAskedWidthWithinHalfAUnit(@ForAll long seed, @ForAll boolean wide) {
    Graph graph = NormalizeThresholds.apply(RandomNetworks.spiking(seed, false));
    int limit = wide ? 32639 : 127;
    Graph done = QuantizeWeights.apply(graph, wide ? 16 : 8);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Conv conv) {
        assertRounded(conv.weight(), ((Op.Conv) done.node(node.name()).op()).weight(), limit);
      } else if (node.op() instanceof Op.Linear linear) {
        assertRounded(linear.weight(), ((Op.Linear) done.node(node.name()).op()).weight(), limit);
      }
    }
    assertThat(QuantizeWeights.apply(done, wide ? 16 : 8)).isEqualTo(done);
  }

  @Property(tries = 150, seed = "22")
  void currentsFitAndEverySpikeDrivenNumberIsAMultipleOfItsUnit(
      @ForAll long seed, @ForAll boolean wide) {
    Graph graph = NormalizeThresholds.apply(RandomNetworks.spiking(seed, false));
    Graph done = QuantizeWeights.apply(graph, wide ? 16 : 8);
    Map<String, MeasuredUnits.SiteUnits> units = MeasuredUnits.of(done);
    assertThat(units.keySet()).hasSameSizeAs(done.sites());
    for (Node node : done.sites()) {
      Op.IntegrateFire site = (Op.IntegrateFire) node.op();
      MeasuredUnits.SiteUnits unit = Objects.requireNonNull(units.get(node.name()));
      assertThat(unit.fits()).isTrue();
      for (int c = 0; c < site.threshold().size(); c++) {
        assertThat(unit.exponents()[c]).isBetween(QuantizeWeights.FINEST, 0);
        assertThat(isInteger(Math.scalb((double) site.biasCurrent().get(c), -unit.exponents()[c])))
            .isTrue();
        float old = ((Op.IntegrateFire) graph.node(node.name()).op()).biasCurrent().get(c);
        assertThat(Math.abs(site.biasCurrent().get(c) - old)).isLessThanOrEqualTo(0x1p-17f);
      }
    }
  }

  @Test
  void sixteenBitsBarelyChangeTheMeanOutput() {
    int different = 0;
    for (int seed = 0; seed < 60; seed++) {
      Graph graph = NormalizeThresholds.apply(RandomNetworks.spiking(seed, false));
      double[] before = Agreement.outputs(graph, seed, 16);
      double[] after = Agreement.outputs(QuantizeWeights.apply(graph, 16), seed, 16);
      different += Agreement.largestDifference(before, after) > 0.02 ? 1 : 0;
    }
    // A near-tie flips a spike now and then.
    assertThat(different).isLessThanOrEqualTo(6);
  }

  @Test
  void unitIsThePowerOfTwoThatTheLargestWeightFillsBest() {
    Graph done = QuantizeWeights.apply(chain(0.9f, 0.3f), 16);
    Op.Conv conv = (Op.Conv) done.node("b").op();
    // 0.9 / 2^-15 = 29491 fits below 32639, 0.9 / 2^-16 does not.
    assertThat(conv.weight().get(0)).isEqualTo(29491 * 0x1p-15f);
    assertThat(conv.weight().get(1)).isEqualTo(9830 * 0x1p-15f);
    assertThat(((Op.Conv) QuantizeWeights.apply(chain(0.9f, 0.3f), 8).node("b").op()).weight())
        .isEqualTo(Weights.of(new float[] {115 * 0x1p-7f, 38 * 0x1p-7f}, 1, 2, 1, 1));
  }

  @Test
  void tinyWeightsAreNotRoundedFinerThanTheFinestUnit() {
    Graph done = QuantizeWeights.apply(chain(1e-5f, 3e-6f), 16);
    Op.Conv conv = (Op.Conv) done.node("b").op();
    assertThat(conv.weight().values()).containsExactly(10 * 0x1p-20f, 3 * 0x1p-20f);
  }

  @Test
  void hugeWeightsAreClampedAtTheIntegerRangeInUnitsOfTheThreshold() {
    Graph done = QuantizeWeights.apply(chain(1e9f, -1e6f), 16);
    Op.Conv conv = (Op.Conv) done.node("b").op();
    assertThat(conv.weight().values()).containsExactly(32639, -32639);
    assertThat(units(done, "b.if").fits()).isTrue();
  }

  @Test
  void manyLargeWeightsGetACoarserUnitUntilTheirSumFits() {
    GraphBuilding net = new GraphBuilding(1, 60_000);
    float[] ones = new float[60_000];
    Arrays.fill(ones, 1);
    net.site("in", "image", ones);
    float[] weights = new float[60_000];
    Arrays.fill(weights, 30_001 * 0x1p-20f);
    net.add("fc", new Op.Linear(Weights.of(weights, 1, 60_000), Weights.vector(0.125f)), "in");
    net.site("out", "fc", 1);
    Graph graph = net.graph("out");
    MeasuredUnits.SiteUnits unit = units(QuantizeWeights.apply(graph, 16), "out");
    assertThat(units(graph, "out").fits()).isFalse();
    assertThat(unit.fits()).isTrue();
    assertThat(unit.bounds()[0]).isLessThan(CurrentUnits.CURRENT_LIMIT);
  }

  @Test
  void unitOfACurrentIsTheFinestOfItsSources() {
    GraphBuilding net = new GraphBuilding(1, 1, 2, 2);
    net.site("in", "image", 1);
    weight(net, "a", "in", 0.75f);
    weight(net, "b", "in", 5 * 0x1p-18f);
    net.add("sum", new Op.Add(), "a", "b", "in");
    net.site("out", "sum", 1);
    MeasuredUnits.SiteUnits units = units(net.graph("out"), "out");
    assertThat(units.exponents()).containsExactly(-18);
    assertThat(units.bounds()).containsExactly(0x1p18 * 1.75 + 5);
  }

  @Test
  void realValuedCurrentIsRoundedTo16BitsBelowTheThreshold() {
    assertThat(units(chain(0.5f, 0.5f), "in").exponents()).containsExactly(-16, -16);
  }

  @Test
  void exponentIsThatOfTheLowestSetBit() {
    assertThat(CurrentUnits.exponent(1)).isZero();
    assertThat(CurrentUnits.exponent(-0.75f)).isEqualTo(-2);
    assertThat(CurrentUnits.exponent(12)).isEqualTo(2);
    assertThat(CurrentUnits.exponent(Float.MIN_VALUE)).isEqualTo(-149);
    assertThat(CurrentUnits.exponent(Float.MIN_NORMAL)).isEqualTo(-126);
  }

  @Test
  void spikeCountingPoolIsLeftAlone() {
    GraphBuilding net = new GraphBuilding(1, 1, 4, 4);
    net.site("in", "image", 1);
    net.add(
        "pool",
        new Op.Conv(
            Weights.of(new float[] {1, 1, 1, 1}, 1, 1, 2, 2),
            Weights.vector(0),
            Window.of(2, 2),
            1),
        "in");
    weight(net, "b", "pool", 0.3f);
    net.site("out", "b", 1);
    Graph done = QuantizeWeights.apply(net.graph("out"), 8);
    assertThat(((Op.Conv) done.node("pool").op()).weight().values()).containsOnly(1);
    float w = ((Op.Conv) done.node("b").op()).weight().get(0);
    MeasuredUnits.SiteUnits units = units(done, "out");
    assertThat(units.bounds()[0]).isEqualTo(4 * Math.scalb((double) w, -units.exponents()[0]));
  }

  @Test
  void refusesOtherWidthsAndThresholds() {
    Graph graph = chain(0.5f, 0.25f);
    assertThatThrownBy(() -> QuantizeWeights.apply(graph, 4))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("4 bits");
    GraphBuilding net = new GraphBuilding(1, 1, 2, 2);
    net.site("in", "image", 2);
    assertThatThrownBy(() -> QuantizeWeights.apply(net.graph("in"), 16))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Graph chain(float first, float second) {
    GraphBuilding net = new GraphBuilding(1, 2, 2, 2);
    net.site("in", "image", 1, 1);
    net.add(
        "b",
        new Op.Conv(
            Weights.of(new float[] {first, second}, 1, 2, 1, 1),
            Weights.vector(0.125f),
            Window.of(1, 1),
            1),
        "in");
    net.site("b.if", "b", 1);
    return net.graph("b.if");
  }

  private static void weight(GraphBuilding net, String name, String input, float w) {
    net.add(
        name,
        new Op.Conv(Weights.of(new float[] {w}, 1, 1, 1, 1), Weights.vector(0), Window.of(1, 1), 1),
        input);
  }

  private static void assertRounded(Weights before, Weights after, int limit) {
    int rows = before.dim(0);
    int row = before.size() / rows;
    assertThat(after.dims()).isEqualTo(before.dims());
    for (int o = 0; o < rows; o++) {
      int unit = 0;
      float max = 0;
      for (int i = o * row; i < (o + 1) * row; i++) {
        max = Math.max(max, Math.abs(before.get(i)));
        unit = after.get(i) == 0 ? unit : Math.min(unit, CurrentUnits.exponent(after.get(i)));
      }
      // The unit need not be the best one where a sum had to fit; random networks have few inputs.
      double allowed = Math.max(max / limit, 0x1p-21);
      for (int i = o * row; i < (o + 1) * row; i++) {
        assertThat(Math.abs(Math.scalb((double) after.get(i), -unit))).isLessThanOrEqualTo(limit);
        assertThat(Math.abs((double) after.get(i) - before.get(i))).isLessThanOrEqualTo(allowed);
      }
    }
  }

  private static MeasuredUnits.SiteUnits units(Graph graph, String site) {
    return Objects.requireNonNull(MeasuredUnits.of(graph).get(site));
  }

  private static boolean isInteger(double value) {
    return value == Math.rint(value);
  }
}
