package org.rheobase.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.rheobase.graph.Shape;
import org.rheobase.onnx.Value.Feature;
import org.rheobase.onnx.Value.Longs;

/** The meaning of a reshape's target when images must never mix. */
final class ReshapeTarget {
  private ReshapeTarget() {}

  /**
   * The shape of one image after the reshape.
   *
   * @param target with 0 (copy), -1 (the rest) and {@link Longs#BATCH}
   * @throws Refusal when the batch would be merged with, moved behind or split into other
   *     dimensions
   */
  static Shape resolve(Feature in, long[] target, boolean allowZero) {
    String text = text(target);
    Refusal.unless(target.length > 0, "it removes all dimensions");
    Refusal.unless(target.length <= 8, "its shape " + text + " has more than 8 dimensions");
    long[] dims = target.clone();
    int free = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0) {
        Refusal.unless(!allowZero, "its shape " + text + " holds an empty dimension");
        Refusal.unless(
            i < in.onnxRank(), "its shape " + text + " copies a dimension that is not there");
        dims[i] = i > 0 ? in.shape().dims().get(i - 1) : Longs.BATCH;
      }
      if (dims[i] == -1) {
        Refusal.unless(free < 0, "its shape " + text + " leaves two dimensions open");
        free = i;
      } else {
        Refusal.unless(
            dims[i] > 0 || (dims[i] == Longs.BATCH && i == 0),
            "its shape " + text + " mixes images; expected the batch in front");
      }
    }
    long rest = 1;
    for (int i = 1; i < dims.length; i++) {
      if (i != free) {
        // Saturates instead of overflowing: no product above an image's size can be right.
        rest = Math.min(Integer.MAX_VALUE + 1L, rest * Math.min(dims[i], Integer.MAX_VALUE));
      }
    }
    int size = in.shape().size();
    String mixes = "its shape " + text + " would mix the images of " + in.onnxShape();
    if (free > 0) {
      Refusal.unless(dims[0] == Longs.BATCH, mixes);
      Refusal.unless(size % rest == 0, mixes);
      dims[free] = size / rest;
    } else {
      Refusal.unless(free == 0 || dims[0] == Longs.BATCH || dims[0] == 1, mixes);
      Refusal.unless(rest == size, mixes);
    }
    List<Integer> shape = new ArrayList<>();
    for (int i = 1; i < dims.length; i++) {
      shape.add((int) dims[i]);
    }
    return new Shape(shape);
  }

  /**
   * The whole ONNX shape after the reshape, in a model for single images.
   *
   * @param target with 0 (copy) and -1 (the rest)
   */
  static Shape single(Feature in, long[] target, boolean allowZero) {
    String text = text(target);
    Refusal.unless(
        target.length > 0 && target.length <= 8,
        "its shape " + text + " has no or more than 8 dimensions");
    List<Integer> from = new ArrayList<>(in.shape().dims());
    if (in.batched()) {
      from.add(0, 1);
    }
    long[] dims = target.clone();
    int free = -1;
    long rest = 1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !allowZero) {
        Refusal.unless(
            i < from.size(), "its shape " + text + " copies a dimension that is not there");
        dims[i] = from.get(i);
      }
      if (dims[i] == -1) {
        Refusal.unless(free < 0, "its shape " + text + " leaves two dimensions open");
        free = i;
      } else {
        Refusal.unless(dims[i] > 0, "its shape " + text + " holds an empty dimension");
        rest = Math.min(Integer.MAX_VALUE + 1L, rest * Math.min(dims[i], Integer.MAX_VALUE));
      }
    }
    int size = in.shape().size();
    Refusal.unless(
        free < 0 ? rest == size : size % rest == 0,
        "its shape " + text + " does not hold the " + size + " values of " + in.onnxShape());
    if (free >= 0) {
      dims[free] = size / rest;
    }
    return new Shape(Arrays.stream(dims).mapToObj(d -> (int) d).toList());
  }

  private static String text(long[] target) {
    return Arrays.stream(target)
        .mapToObj(d -> d == Longs.BATCH ? "n" : String.valueOf(d))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
