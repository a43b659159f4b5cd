package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Window;

class StopRuleTest {
  @Property(tries = 40)
  void aStoppedRunIsTheBeginningOfTheWholeOneInEveryKernel(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int steps,
      @ForAll @IntRange(min = 1, max = 40) int countFrom,
      @ForAll @IntRange(min = 1, max = 41) int last) {
    Nets nets = new Nets(seed, 2, 4, 5);
    String x = nets.fire(nets.conv("image", 9, Window.of(2, 2), 1));
    String y = nets.fire(nets.conv(x, 5, Window.of(2, 1), 1));
    Graph net = nets.graph(nets.linear(nets.flatten(y), 3));
    float[] image = Nets.image(net, seed);
    for (SpikingNetwork network :
        List.of(ReferenceNetwork.compile(net), IntegerNetwork.compile(net))) {
      SpikingNetwork.Simulator simulator = network.newSimulator();
      List<Integer> asked = new ArrayList<>();
      List<float[]> predictions = new ArrayList<>();
      Simulation stopped =
          simulator.run(
              image,
              steps,
              countFrom,
              (step, prediction) -> {
                asked.add(step);
                predictions.add(prediction);
                return step == last;
              });
      int done = Math.min(last, steps);
      Simulation whole = simulator.run(image, steps, countFrom);
      assertThat(stopped.steps()).isEqualTo(done);
      assertThat(stopped.outputs()).isDeepEqualTo(Arrays.copyOf(whole.outputs(), done));
      assertThat(stopped.activity().sops())
          .containsExactly(Arrays.copyOf(whole.activity().sops(), done));
      for (int s = 0; s < whole.activity().spikes().length; s++) {
        assertThat(stopped.activity().spikes()[s])
            .containsExactly(Arrays.copyOf(whole.activity().spikes()[s], done));
      }
      assertThat(stopped.activity().macs())
          .isEqualTo(simulator.run(image, done, countFrom).activity().macs());
      assertThat(asked).hasSize(done).isSorted().startsWith(1).endsWith(done);
      assertThat(predictions).containsExactly(stopped.outputs());
    }
  }
}
