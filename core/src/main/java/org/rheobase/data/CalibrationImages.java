package org.rheobase.data;

import java.util.List;
import java.util.SplittableRandom;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.Workers;

/**
 * The images that a stage of the conversion looks at, preprocessed: the first ones of the data in
 * file order, or of a permutation that the seed determines; augmented if asked for.
 */
public final class CalibrationImages {
  /** Preprocessed images are kept up to this size, because every pass needs them again. */
  private static final long CACHE_BYTES = 1L << 30;

  private final Dataset data;
  private final Preprocessing preprocessing;
  private final List<Augmentation> augment;
  private final long seed;
  private final int[] order;
  private final float[][] cache;

  /** The images as they are. */
  public CalibrationImages(Dataset data, Preprocessing preprocessing, int count, long seed) {
    this(data, preprocessing, count, seed, List.of());
  }

  /**
   * Chooses the images.
   *
   * @param augment what changes them, always in the same way at the same place of the order
   */
  public CalibrationImages(
      Dataset data, Preprocessing preprocessing, int count, long seed, List<Augmentation> augment) {
    this.data = data;
    this.preprocessing = preprocessing;
    this.augment = List.copyOf(augment);
    this.seed = seed;
    int[] permutation = permutation(data.size(), seed);
    order = java.util.Arrays.copyOf(permutation, Math.min(count, permutation.length));
    long bytes = Math.min(CACHE_BYTES, Runtime.getRuntime().maxMemory() / 8);
    long cacheable = bytes / (4L * preprocessing.shape().size());
    cache = new float[(int) Math.min(order.length, cacheable)][];
  }

  private static int[] permutation(int size, long seed) {
    int[] order = java.util.stream.IntStream.range(0, size).toArray();
    if (seed != 0) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = size - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
      }
    }
    return order;
  }

  public int size() {
    return order.length;
  }

  /** Images {@code first … first+count-1} of the chosen order. */
  public Tensor batch(int first, int count, int threads) {
    Shape shape = preprocessing.shape();
    float[] values = new float[Math.multiplyExact(count, shape.size())];
    Workers.forEach(
        count,
        threads,
        () ->
            i -> {
              float[] image = first + i < cache.length ? cache[first + i] : null;
              if (image == null) {
                image = image(first + i);
              }
              if (first + i < cache.length) {
                cache[first + i] = image;
              }
              System.arraycopy(image, 0, values, i * shape.size(), shape.size());
            });
    return new Tensor(count, shape, values);
  }

  private float[] image(int position) {
    Sample sample = data.get(order[position]);
    float[] image = preprocessing.apply(sample);
    if (augment.isEmpty()) {
      return image;
    }
    float[] black = preprocessing.black(sample.picture());
    return Augmentation.apply(augment, image, preprocessing.shape(), black, seed, position);
  }
}
