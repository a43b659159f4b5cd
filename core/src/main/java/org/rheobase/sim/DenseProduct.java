package org.rheobase.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rheobase.dense.ByteConvolution;
import org.rheobase.dense.DenseBackend;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

/**
 * A convolution of spikes or small counts as a product of bytes: the map of a step as unsigned
 * bytes, the weights as one or two signed ones, {@code w = 256 * high + low}, of which the high
 * ones are further output channels.
 *
 * @param source index of the node whose spikes it reads
 * @param product index of the plan's product
 * @param out shape of the output
 * @param view where it lies in the target
 * @param shift {@code [c]}: unit of a channel's sums, as a power of two of the target's
 * @param limbs bytes of a weight, 1 or 2
 */
record DenseProduct(int source, int product, Shape out, View view, int[] shift, int limbs)
    implements Accumulation {
  /** Of 16-bit weights that two signed bytes hold, the largest is 127 * 257. */
  private static final int LARGEST_WEIGHT = 32639;

  private static final int SMALLEST_WEIGHT = -32896;

  /** Each bit of a byte to a byte of a long. */
  private static final long SPREAD = 0x0101010101010101L;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN);

  /** A plan's product, prepared when a simulator first needs it. */
  static final class Prepared {
    private @Nullable Supplier<ByteConvolution> preparation;
    private @Nullable ByteConvolution convolution;

    private Prepared(Supplier<ByteConvolution> preparation) {
      this.preparation = preparation;
    }

    synchronized ByteConvolution get() {
      if (preparation != null) {
        convolution = preparation.get();
        preparation = null; // and with it the weights
      }
      return Objects.requireNonNull(convolution);
    }
  }

  /**
   * Prepares a convolution; null where bytes do not hold its weights or inputs, where it is
   * grouped, or where it has a single output position, whose weights are read once.
   *
   * @param most that an input can be
   * @param integers {@code [out, in, ky, kx]}, in the units of the target
   * @param products the plan's products, to append to
   */
  static @Nullable DenseProduct of(
      int source,
      int most,
      Op.Conv conv,
      int[] integers,
      Shape in,
      Shape out,
      View view,
      DenseBackend backend,
      List<Prepared> products) {
    if (conv.groups() > 1 || most > ByteConvolution.LARGEST_INPUT || out.area() == 1) {
      return null;
    }
    int channels = conv.outChannels();
    int row = integers.length / channels;
    int[] shift = new int[channels];
    int largest = 0;
    int smallest = 0;
    for (int o = 0; o < channels; o++) {
      shift[o] = Gather.shift(integers, o * row, row);
      for (int i = o * row; i < (o + 1) * row; i++) {
        largest = Math.max(largest, integers[i] >> shift[o]);
        smallest = Math.min(smallest, integers[i] >> shift[o]);
      }
    }
    if (largest > LARGEST_WEIGHT
        || smallest < SMALLEST_WEIGHT
        || (long) row * most * -Byte.MIN_VALUE > ByteConvolution.LARGEST_SUM) {
      return null;
    }
    int limbs = largest <= Byte.MAX_VALUE && smallest >= Byte.MIN_VALUE ? 1 : 2;
    byte[] weights = new byte[limbs * integers.length];
    for (int i = 0; i < integers.length; i++) {
      int w = integers[i] >> shift[i / row];
      weights[i] = (byte) w;
      if (limbs > 1) {
        weights[integers.length + i] = (byte) ((w - (byte) w) >> 8);
      }
    }
    ByteConvolution.Layer layer =
        new ByteConvolution.Layer(conv.window(), in, limbs * channels, weights);
    products.add(new Prepared(() -> backend.bytes(layer)));
    return new DenseProduct(source, products.size() - 1, out, view, shift, limbs);
  }

  @Override
  public int listed(int node) {
    return -1;
  }

  @Override
  public void add(State state, int slot, int[] target, Loops loops) {
    ByteConvolution.Run run = state.product(product);
    Events events = state.events(source, slot);
    if (events.bits == null) {
      writeCounts(events, run.inputs());
    } else {
      writeBits(events, events.bits, run.inputs());
    }
    run.compute();
    loops.addSums(run.sums(), this, target);
  }

  /** The bits of a group may reach into the next position, which is written after. */
  private static void writeBits(Events events, short[] bits, MemorySegment inputs) {
    int channels = events.channels;
    for (int p = 0; p < events.positions; p++) {
      long at = (long) p * channels;
      for (int g = 0; g < events.groups; g++) {
        int group = bits[g * events.positions + p];
        inputs.set(LONG, at, Long.expand(group & 0xffL, SPREAD));
        inputs.set(LONG, at + 8, Long.expand(group >>> 8 & 0xffL, SPREAD));
        at += Events.LANES;
      }
    }
  }

  private static void writeCounts(Events events, MemorySegment inputs) {
    inputs.fill((byte) 0);
    for (int i = 0; i < events.size(); i++) {
      int e = events.element[i];
      inputs.set(ValueLayout.JAVA_BYTE, e, (byte) (inputs.get(ValueLayout.JAVA_BYTE, e) + 1));
    }
  }
}
