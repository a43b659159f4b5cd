package org.rheobase.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Function;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

class NonLinearOpsTest {
  @Test
  void softmaxNormalisesAlongItsDimensionWithoutOverflow() {
    double[] x = {1000, 0, 1000, Math.log(3)};
    assertThat(NonLinearOps.apply(new Op.Softmax(0), List.of(x), Shape.of(2, 1, 2)))
        .containsExactly(new double[] {0.5, 0.25, 0.5, 0.75}, within(1e-12));
    assertThat(NonLinearOps.apply(new Op.Softmax(1), List.of(new double[] {5, 5}), Shape.of(1, 2)))
        .containsExactly(0.5, 0.5);
  }

  @Test
  void slopesBelongToChannels() {
    Op.Pointwise op = new Op.Pointwise(new Function.LeakyRelu(Weights.vector(0.5f, 0.25f)));
    assertThat(NonLinearOps.apply(op, List.of(new double[] {-2, 3, -4, 8}), Shape.of(2, 2)))
        .containsExactly(-1, 3, -1, 8);
  }
}
