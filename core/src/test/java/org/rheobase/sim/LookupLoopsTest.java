package org.rheobase.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;

/** The loops of lookups with vectors beside those in plain Java, over any number of lanes. */
class LookupLoopsTest {
  private final LookupLoops plain = new PlainLookup();

  /** Where vectors are shorter, plain loops do all lookups. */
  private final LookupLoops vectors = VectorLookup.exists() ? new VectorLookup() : plain;

  @Property(tries = 100)
  void vectorsLookUpWhatPlainLoopsDo(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 35) int in,
      @ForAll @IntRange(min = 1, max = 35) int out,
      @ForAll @IntRange(min = 3, max = 12) int height,
      @ForAll @IntRange(min = 3, max = 45) int width) {
    Random random = new Random(seed);
    Window window =
        Window.of(1 + random.nextInt(3), 1 + random.nextInt(3))
            .withStride(1 + random.nextInt(3), 1 + random.nextInt(3))
            .withPadding(1, random.nextInt(2), 0, 1);
    Shape from = Shape.of(in, height, width);
    Shape to = Shape.of(out, window.outHeight(height), window.outWidth(width));
    int[] integers = new int[in * out * window.kernelHeight() * window.kernelWidth()];
    int largest = random.nextBoolean() ? 127 : 32639;
    Arrays.setAll(integers, i -> random.nextInt(2 * largest + 1) - largest);
    // A channel in units of four.
    Arrays.setAll(integers, i -> i < integers.length / out ? integers[i] / 4 * 4 : integers[i]);
    Op.Conv conv =
        new Op.Conv(
            Weights.of(
                new float[integers.length], out, in, window.kernelHeight(), window.kernelWidth()),
            Weights.filled(out, 0),
            window,
            1);
    Lookup lookup =
        Objects.requireNonNull(Lookup.of(0, 0, conv, integers, from, to, View.whole(to)));
    Lookup.Buffers expected = Lookup.Buffers.of(lookup);
    Lookup.Buffers found = Lookup.Buffers.of(lookup);
    for (int step = 0; step < 2; step++) {
      Events spikes = spikes(random, from);
      plain.prepare(spikes, lookup, expected);
      vectors.prepare(spikes, lookup, found);
      assertThat(found.words()).containsExactly(expected.words());
      assertThat(found.planes()).containsExactly(expected.planes());
      int[] expectedTarget = new int[to.size()];
      int[] foundTarget = new int[to.size()];
      for (Lookup.Pass pass : lookup.passes()) {
        plain.lookUp(lookup, pass, expected);
        vectors.lookUp(lookup, pass, found);
        assertThat(found.sums()).containsExactly(expected.sums());
        plain.addSums(lookup, expected, expectedTarget);
        vectors.addSums(lookup, found, foundTarget);
        assertThat(foundTarget).containsExactly(expectedTarget);
      }
      channelsAgree(random, lookup, expected, found);
    }
  }

  private void channelsAgree(
      Random random, Lookup lookup, Lookup.Buffers expected, Lookup.Buffers found) {
    int lanes = lookup.layout().lanes();
    for (int i = 0; i < expected.shortcut().length; i++) {
      short word = (short) random.nextInt();
      expected.shortcut()[i] = word;
      found.shortcut()[i] = word;
    }
    int[] potentials = new int[lookup.channels() * lanes];
    Arrays.setAll(potentials, _ -> potential(random));
    int[] moved = potentials.clone();
    plain.addByChannel(lookup, expected, potentials);
    vectors.addByChannel(lookup, found, moved);
    assertThat(moved).containsExactly(potentials);
    int[] weights = random.ints(lookup.channels(), -1000, 1000).toArray();
    plain.addMarked(expected.shortcut(), lanes, weights, potentials);
    vectors.addMarked(found.shortcut(), lanes, weights, moved);
    assertThat(moved).containsExactly(potentials);
    int[] drive = random.ints(lookup.channels(), -1000, 1000).toArray();
    int[] theta = random.ints(lookup.channels(), 1, 1000).toArray();
    plain.fire(lookup, expected, drive, theta, potentials, expected.fired());
    vectors.fire(lookup, found, drive, theta, moved, found.fired());
    assertThat(moved).containsExactly(potentials);
    assertThat(found.fired()).containsExactly(expected.fired());
    for (int v : potentials) {
      assertThat(Math.abs((long) v)).isLessThanOrEqualTo(SiteUnits.POTENTIAL_LIMIT);
    }
  }

  private static int potential(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> SiteUnits.POTENTIAL_LIMIT - random.nextInt(5);
      case 1 -> random.nextInt(5) - SiteUnits.POTENTIAL_LIMIT;
      default -> random.nextInt(2000) - 1000;
    };
  }

  private static Events spikes(Random random, Shape shape) {
    Events spikes = new Events(shape, false);
    int percent = random.nextInt(101);
    for (int p = 0; p < shape.area(); p++) {
      for (int c = 0; c < shape.channels(); c++) {
        if (random.nextInt(100) < percent) {
          spikes.mark(p, c);
        }
      }
    }
    return spikes;
  }
}
