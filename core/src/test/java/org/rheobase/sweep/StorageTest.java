package org.rheobase.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Weights;

/** What a sweep keeps between its sites. */
class StorageTest {
  @Test
  void memoryThatIsGivenBackServesTheNext() {
    try (Storage storage = new Storage(1000)) {
      long first;
      try (Storage.Piece piece = storage.take(400)) {
        first = piece.segment().address();
      }
      try (Storage.Piece piece = storage.take(200)) {
        assertThat(piece.segment().address()).isEqualTo(first);
        assertThat(piece.segment().byteSize()).isEqualTo(200);
      }
      assertThat(storage.held()).isEqualTo(400);
    }
  }

  @Test
  void aSmallPieceDoesNotOccupyLargeMemory() {
    try (Storage storage = new Storage(1000)) {
      storage.take(900).close();
      try (Storage.Piece first = storage.take(449);
          Storage.Piece second = storage.take(450)) {
        assertThat(first.segment().isMapped()).isFalse();
        assertThat(second.segment().isMapped()).isFalse();
        assertThat(storage.held()).isEqualTo(899);
      }
    }
  }

  @Test
  void aPieceIsGivenBackOnce() {
    try (Storage storage = new Storage(1000)) {
      Storage.Piece piece = storage.take(400);
      piece.close();
      piece.close();
      try (Storage.Piece one = storage.take(400);
          Storage.Piece other = storage.take(400)) {
        assertThat(one.segment().address()).isNotEqualTo(other.segment().address());
      }
    }
  }

  @Property(tries = 100)
  void itHoldsWhatIsWrittenWithinTheLimitAndBeyond(@ForAll long seed) {
    Random random = new Random(seed);
    try (Storage storage = new Storage(1000)) {
      List<Storage.Piece> pieces = new ArrayList<>();
      List<byte[]> contents = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        if (!pieces.isEmpty() && random.nextBoolean()) {
          int at = random.nextInt(pieces.size());
          byte[] expected = contents.remove(at);
          try (Storage.Piece piece = pieces.remove(at)) {
            byte[] found =
                piece.segment().asSlice(0, expected.length).toArray(ValueLayout.JAVA_BYTE);
            assertThat(found).containsExactly(expected);
          }
        } else {
          byte[] content = new byte[1 + random.nextInt(400)];
          random.nextBytes(content);
          Storage.Piece piece = storage.take(content.length);
          for (int b = 0; b < content.length; b++) {
            piece.segment().set(ValueLayout.JAVA_BYTE, b, content[b]);
          }
          pieces.add(piece);
          contents.add(content);
        }
        assertThat(storage.held()).isLessThanOrEqualTo(1000);
      }
      pieces.forEach(Storage.Piece::close);
    }
  }

  @Property(tries = 200)
  void spikesAreReadAsTheyWereWritten(
      @ForAll @IntRange(min = 1, max = 9) int channels,
      @ForAll @IntRange(min = 1, max = 150) int area,
      @ForAll long seed) {
    Random random = new Random(seed);
    Shape shape = Shape.of(channels, 1, area);
    float[] thresholds = new float[channels];
    for (int c = 0; c < channels; c++) {
      thresholds[c] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
    }
    Op.IntegrateFire site =
        new Op.IntegrateFire(
            Weights.vector(thresholds), Weights.filled(channels, 0), Weights.filled(channels, 0));
    int words = (shape.size() + 63) / 64;
    long last = -1L >>> (64 * words - shape.size());
    try (Storage storage = new Storage(1 << 20);
        SpikeTrains trains = new SpikeTrains(storage, 2, 3, shape, site)) {
      float[][] expected = new float[6][shape.size() + 3];
      for (int i = 0; i < 6; i++) {
        long[] on = random.longs(words).toArray();
        on[words - 1] &= last;
        trains.write(i / 3, i % 3, on);
        Arrays.fill(expected[i], 7);
        for (int n = 0; n < shape.size(); n++) {
          expected[i][n] = (on[n / 64] >>> n % 64 & 1) != 0 ? thresholds[n / area] : 0;
        }
      }
      for (int i = 0; i < 6; i++) {
        float[] found = new float[expected[i].length];
        Arrays.fill(found, 7);
        trains.read(i / 3, i % 3, found);
        assertThat(found).containsExactly(expected[i]);
      }
    }
  }

  @Test
  void aConstantCurrentIsReadAtEveryStep() {
    try (CurrentMemory memory = new CurrentMemory()) {
      memory.take(3, 7, 5).write(2, 6, new float[] {9, 9, 9, 9, 9});
      CurrentMemory.Block currents = memory.take(2, 1, 4);
      currents.write(0, 0, new float[] {1, 2, 3, 4});
      currents.write(1, 0, new float[] {5, 6, 7, 8});
      float[] values = new float[2];
      for (int step = 0; step < 5; step++) {
        currents.of(1).read(step, 1, values, 2);
        assertThat(values).containsExactly(6, 7);
      }
    }
  }
}
