package org.rheobase.sweep;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.parallel.Workers;

/**
 * One site on its turn in a sweep. The sites before it have their final parameters; it can be asked
 * how it would answer with any of its own. Its currents are computed once where they fit into
 * memory, else again for each question.
 */
public final class SiteRun {
  /** Computes what the site receives. */
  interface Source {
    /** For a few images. */
    Group compute(int first, int count);

    /**
     * For all images, on average over the steps from {@code countFrom}, beside the input of one
     * layer of the module.
     */
    LayerMeans means(Node layer, int countFrom);
  }

  /**
   * Some images at the site.
   *
   * @param targets {@code [images][neurons]}: activations of the artificial network
   * @param currents valid until the next group is computed
   */
  record Group(int first, float[][] targets, CurrentMemory.Block currents) {}

  private static final long LARGEST_ARRAY_BYTES = 4L << 30;

  private final Graph network;
  private final Node site;
  private final int images;
  private final int steps;
  private final SpikeSweep.Settings settings;
  private final int groupSize;
  private final boolean isKept;
  private final Source source;
  private @Nullable Group kept;
  private double @Nullable [] targets;
  private @Nullable Response last;

  /**
   * @param site the {@code IntegrateFire} node
   * @param settings half of their memory is for currents; one image is held in any case
   * @param otherBytes that an image takes besides its currents
   */
  SiteRun(
      Graph network,
      Node site,
      int images,
      int steps,
      SpikeSweep.Settings settings,
      long otherBytes,
      Source source) {
    this.network = network;
    this.site = site;
    this.images = images;
    this.steps = steps;
    this.settings = settings;
    this.source = source;
    long bytesPerImage = (steps + 1L) * site.shape().size() * Float.BYTES + otherBytes;
    // One array holds what the group's images are besides.
    long most = LARGEST_ARRAY_BYTES / Math.max(1, otherBytes);
    this.groupSize = Math.clamp(Math.min(most, settings.memory() / 2 / bytesPerImage), 1, images);
    this.isKept = groupSize == images;
  }

  public Node site() {
    return site;
  }

  /** The site's parameters as they are. */
  public Op.IntegrateFire parameters() {
    return (Op.IntegrateFire) site.op();
  }

  public int steps() {
    return steps;
  }

  public SpikeSweep.Settings settings() {
    return settings;
  }

  /** The spiking network; the modules before this one are as they have been decided. */
  public Graph network() {
    return network;
  }

  /**
   * Means over time of all images, to be closed.
   *
   * @param layer a convolution or fully connected layer of the site's module
   * @param countFrom the first step that takes part, from 1
   */
  public LayerMeans means(Node layer, int countFrom) {
    return source.means(layer, countFrom);
  }

  /**
   * How the site answers with other parameters, everything before it being as it is.
   *
   * @param countFrom the first step that is looked at, from 1
   */
  public Response measure(Op.IntegrateFire parameters, int countFrom) {
    Response known = last;
    if (known == null
        || !known.site().equals(parameters)
        || known.steps() != steps - countFrom + 1) {
      known = simulate(parameters, countFrom, null, null);
      last = known;
    }
    return known;
  }

  /** The same, and spikes and activations are kept for the sites behind. */
  Response simulate(
      Op.IntegrateFire parameters,
      int countFrom,
      @Nullable SpikeTrains trains,
      @Nullable Activations activations) {
    int counted = steps - countFrom + 1;
    Shape shape = site.shape();
    int area = shape.area();
    long[] spikes = new long[shape.size()];
    double[] errors = new double[images];
    double[] squares = new double[images];
    AtomicLong silent = new AtomicLong();
    AtomicLong saturated = new AtomicLong();
    forEachGroup(group ->
        Workers.forEach(
            group.targets().length,
            settings.threads(),
            () -> {
              Neurons neurons = new Neurons(shape);
              return i -> {
                int image = group.first() + i;
                if (activations != null) {
                  activations.write(image, group.targets()[i]);
                }
                int[] counts =
                    neurons.run(
                        parameters,
                        area,
                        steps,
                        group.currents().of(i),
                        countFrom,
                        (step, fired) -> {
                          if (trains != null) {
                            trains.write(image, step, fired);
                          }
                        });
                long never = 0;
                long always = 0;
                float[] target = group.targets()[i];
                for (int c = 0; c < shape.channels(); c++) {
                  double height = parameters.threshold().get(c);
                  for (int n = c * area; n < (c + 1) * area; n++) {
                    double error = height * counts[n] / counted - target[n];
                    errors[image] += error * error;
                    squares[image] += (double) target[n] * target[n];
                    never += counts[n] == 0 ? 1 : 0;
                    always += counts[n] == counted ? 1 : 0;
                  }
                }
                silent.addAndGet(never);
                saturated.addAndGet(always);
                synchronized (spikes) {
                  for (int n = 0; n < counts.length; n++) {
                    spikes[n] += counts[n];
                  }
                }
              };
            }));
    return new Response(
        shape,
        parameters,
        images,
        counted,
        spikes,
        targets == null ? new double[shape.size()] : targets,
        Arrays.stream(errors).sum(),
        Arrays.stream(squares).sum(),
        silent.get(),
        saturated.get());
  }

  /**
   * The largest current of any image, step and neuron, by channel (Spike-Norm, Sengupta et al.
   * 2019).
   */
  public float[] largestCurrents() {
    int area = site.shape().area();
    float[] largest = new float[site.shape().channels()];
    float[] channel = new float[area];
    forEachGroup(group -> {
      for (int image = 0; image < group.targets().length; image++) {
        Neurons.Currents currents = group.currents().of(image);
        for (int t = 0; t < steps; t++) {
          for (int c = 0; c < largest.length; c++) {
            currents.read(t, c * area, channel, area);
            for (float current : channel) {
              largest[c] = Math.max(largest[c], current);
            }
          }
        }
      }
    });
    return largest;
  }

  private interface GroupConsumer {
    void accept(Group group);
  }

  private void forEachGroup(GroupConsumer consumer) {
    Group all = kept;
    if (all != null) {
      consumer.accept(all);
      return;
    }
    double[] sums = targets == null ? new double[site.shape().size()] : null;
    for (int first = 0; first < images; first += groupSize) {
      Group group = source.compute(first, Math.min(groupSize, images - first));
      if (sums != null) {
        for (float[] image : group.targets()) {
          for (int n = 0; n < image.length; n++) {
            sums[n] += image[n];
          }
        }
      }
      if (isKept) {
        kept = group;
      }
      consumer.accept(group);
    }
    targets = sums == null ? targets : sums;
  }
}
