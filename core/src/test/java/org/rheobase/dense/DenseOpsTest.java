package org.rheobase.dense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

class DenseOpsTest {

  @Test
  void batchNormScalesAndShiftsEachChannel() {
    Op.BatchNorm norm =
        new Op.BatchNorm(
            Weights.vector(2, 1),
            Weights.vector(1, -1),
            Weights.vector(3, 0),
            Weights.vector(4, 0.25f),
            0);
    float[] x = {3, 5, 0, 1};
    DenseOps.batchNorm(norm, Shape.of(2, 1, 2), x, x);
    assertThat(x).containsExactly(1, 3, -1, 1);
  }

  @Test
  void reluCutsBelowZeroAndAboveItsCap() {
    float[] x = {-1, 0, 5, 7};
    float[] y = new float[4];
    DenseOps.relu(new Op.Relu(6), 4, x, y);
    assertThat(y).containsExactly(0, 0, 5, 6);
    DenseOps.relu(new Op.Relu(Float.POSITIVE_INFINITY), 4, x, y);
    assertThat(y).containsExactly(0, 0, 5, 7);
  }

  @Test
  void reluLetsNotANumberThrough() {
    float[] x = {Float.NaN};
    DenseOps.relu(new Op.Relu(6), 1, x, x);
    assertThat(x[0]).isNaN();
  }

  @Test
  void maxPoolIgnoresPaddingEvenWhereAllCellsAreNegative() {
    Op.MaxPool pool = new Op.MaxPool(Window.of(2, 2).withStride(2, 2).withPadding(1, 1, 1, 1));
    float[] y = new float[4];
    DenseOps.maxPool(pool, Shape.of(1, 2, 2), new float[] {-4, -3, -2, -1}, y);
    assertThat(y).containsExactly(-4, -3, -2, -1);
  }

  @Test
  void maxPoolSkipsTheCellsBetweenDilatedOnes() {
    Op.MaxPool pool = new Op.MaxPool(Window.of(1, 2).withDilation(1, 2));
    float[] y = new float[2];
    DenseOps.maxPool(pool, Shape.of(1, 1, 4), new float[] {1, 9, 3, 2}, y);
    assertThat(y).containsExactly(3, 9);
  }

  @Test
  void averagePoolCountsPaddingOnlyWhereAskedAndNeverTheOverhang() {
    // Windows over columns -1..1, 2..4 and 5..7; column 5 is padding, 6 and 7 are overhang.
    Window window = Window.of(1, 3).withStride(1, 3).withPadding(0, 1, 0, 3);
    float[] x = {3, 3, 6, 6, 6};
    float[] y = new float[3];
    DenseOps.averagePool(new Op.AveragePool(window, false, 0, 2), Shape.of(1, 1, 5), x, y);
    assertThat(y).containsExactly(3, 6, 0);
    DenseOps.averagePool(new Op.AveragePool(window, true, 0, 2), Shape.of(1, 1, 5), x, y);
    assertThat(y).containsExactly(2, 6, 0);
  }

  @Test
  void averagePoolDividesByTheCellsThatItCounts() {
    // Windows of two by two over three by three in ceil mode: the last ones hang over by one.
    Window window = Window.of(2, 2).withStride(2, 2).withPadding(0, 0, 1, 1);
    float[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float[] y = new float[4];
    DenseOps.averagePool(new Op.AveragePool(window, true, 1, 1), Shape.of(1, 3, 3), x, y);
    assertThat(y).containsExactly(3, 4.5f, 7.5f, 9);
    DenseOps.averagePool(new Op.AveragePool(window, true, 0, 0), Shape.of(1, 3, 3), x, y);
    assertThat(y).containsExactly(3, 2.25f, 3.75f, 2.25f);
  }

  @Test
  void padSurroundsRowsColumnsAndChannelsWithZeros() {
    float[] y = new float[24];
    java.util.Arrays.fill(y, 9);
    DenseOps.pad(new Op.Pad(1, 2, 0, 1, 1, 0), Shape.of(1, 2, 1), new float[] {5, 6}, y);
    assertThat(y)
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 6, 0);
  }

  @Test
  void addSumsAllItsInputs() {
    float[][] inputs = {{1, 2}, {10, 20}, {100, 200}};
    DenseOps.add(inputs, 2, inputs[0]);
    assertThat(inputs[0]).containsExactly(111, 222);
  }

  @Test
  void concatPutsOneInputAfterTheOther() {
    float[] y = new float[3];
    DenseOps.concat(new float[][] {{1, 99}, {2, 3, 99}}, new int[] {1, 2}, y);
    assertThat(y).containsExactly(1, 2, 3);
  }
}
