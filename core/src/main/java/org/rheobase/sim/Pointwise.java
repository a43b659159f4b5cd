package org.rheobase.sim;

/**
 * A 1x1 convolution of analog values, rounded to the target's units: a few positions at a time, so
 * that its result is consumed in the cache.
 *
 * @param source index of the node whose values it reads
 * @param convolution of those values, without groups
 * @param view where the result lies in the target
 * @param scale {@code [out]}: 1 / unit
 */
record Pointwise(int source, SingleConvolution convolution, View view, float[] scale)
    implements Accumulation {

  @Override
  public int listed(int node) {
    return -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    convolution.addRounded(state.value(source, slot), scale, target, view);
  }
}
