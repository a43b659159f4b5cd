package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.List;

/** Numpy's rule: dimensions are aligned at the last, and those of size 1 repeat. */
final class Broadcast {
  private Broadcast() {}

  /**
   * The dimensions that two tensors have together.
   *
   * @throws Refusal where they do not fit
   */
  static List<Integer> together(OperatorCall call, List<Integer> a, List<Integer> b) {
    int rank = Math.max(a.size(), b.size());
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      int left = d < rank - a.size() ? 1 : a.get(d - rank + a.size());
      int right = d < rank - b.size() ? 1 : b.get(d - rank + b.size());
      Refusal.unless(
          left == right || left == 1 || right == 1,
          "its operands have the dimensions " + a + " and " + b);
      dims.add(left == 1 ? right : left);
    }
    return dims;
  }

  /**
   * For every element of a tensor with the dimensions {@code to}, which element of one with the
   * dimensions {@code from} it repeats.
   */
  static int[] indices(List<Integer> from, List<Integer> to) {
    int rank = to.size();
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = from.size() - 1; i >= 0; i--) {
      int dim = from.get(i);
      strides[rank - from.size() + i] = dim == 1 ? 0 : stride;
      stride *= dim;
    }
    int size = to.stream().reduce(1, Math::multiplyExact);
    int[] indices = new int[size];
    for (int i = 0; i < size; i++) {
      int rest = i;
      for (int d = rank - 1; d >= 0; d--) {
        indices[i] += rest % to.get(d) * strides[d];
        rest /= to.get(d);
      }
    }
    return indices;
  }
}
