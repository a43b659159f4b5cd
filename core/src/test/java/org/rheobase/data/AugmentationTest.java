package org.rheobase.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rheobase.graph.Shape;

class AugmentationTest {
  private static final Shape SHAPE = Shape.of(2, 3, 4);
  private static final float[] BLACK = {-1, -2};
  private static final List<Augmentation> BOTH =
      List.of(new Augmentation.Flip(), new Augmentation.Crop(2));

  private static float[] numbered() {
    float[] image = new float[SHAPE.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = i;
    }
    return image;
  }

  @Test
  void flipsEveryOtherImageOnAverage() {
    int flipped = 0;
    for (int i = 0; i < 1000; i++) {
      float[] image =
          Augmentation.apply(List.of(new Augmentation.Flip()), numbered(), SHAPE, BLACK, 7, i);
      if (image[0] == 0) {
        assertThat(image).isEqualTo(numbered());
      } else {
        assertThat(Arrays.copyOf(image, 5)).containsExactly(3, 2, 1, 0, 7);
        flipped++;
      }
    }
    assertThat(flipped).isBetween(430, 570);
  }

  @Test
  void movesByAtMostThePixelsAndLetsBlackIn() {
    Set<List<Integer>> moves = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      float[] image =
          Augmentation.apply(List.of(new Augmentation.Crop(1)), numbered(), SHAPE, BLACK, 7, i);
      // The middle of the second plane never leaves the image: its number tells the move.
      int from = (int) image[12 + 4 + 1] - 12;
      int down = 1 - from / 4;
      int right = 1 - from % 4;
      moves.add(List.of(down, right));
      for (int c = 0; c < 2; c++) {
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 4; x++) {
            boolean inside = y - down >= 0 && y - down < 3 && x - right >= 0 && x - right < 4;
            assertThat(image[(c * 3 + y) * 4 + x])
                .isEqualTo(inside ? (c * 3 + y - down) * 4 + x - right : BLACK[c]);
          }
        }
      }
    }
    assertThat(moves).hasSize(9);
  }

  @Test
  void sameSeedAndPlaceGiveTheSameImageWhateverTheThreadsAndBatches() {
    CalibrationImages once = images(5);
    List<float[]> expected = new ArrayList<>();
    for (int i = 0; i < once.size(); i++) {
      expected.add(once.batch(i, 1, 1).values());
    }
    float[] all = images(5).batch(0, 40, 2).values();
    for (int i = 0; i < expected.size(); i++) {
      int size = expected.get(i).length;
      assertThat(Arrays.copyOfRange(all, i * size, (i + 1) * size)).isEqualTo(expected.get(i));
    }
    assertThat(images(6).batch(0, 40, 2).values()).isNotEqualTo(all);
  }

  private static CalibrationImages images(long seed) {
    Preprocessing preprocessing =
        new Preprocessing(
            Preprocessing.Channels.RGB,
            List.of(32, 32),
            new Preprocessing.Resize.None(),
            false,
            null,
            1,
            List.of(10.0, 20.0, 30.0),
            List.of(2.0, 4.0, 5.0),
            0);
    Dataset data = DataSpec.parse("shapes:40,seed=1");
    assertThat(preprocessing.black(data.get(0).picture())).containsExactly(-5, -5, -6);
    assertThat(preprocessing.black(new Planes(Shape.of(1), new float[1]))).containsOnly(0);
    return new CalibrationImages(data, preprocessing, 40, seed, BOTH);
  }
}
