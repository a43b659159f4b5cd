package org.rheobase.sweep;

/**
 * What a layer receives on average over time, for every calibration image, and what becomes of it:
 * the current of the site that it feeds, or its own output where it reads out the last sites.
 */
public final class LayerMeans implements AutoCloseable {
  private final int images;
  private final Activations inputs;
  private final Activations currents;
  private final Activations targets;

  LayerMeans(Storage storage, int images, int inputSize, int neurons) {
    this.images = images;
    this.inputs = new Activations(storage, images, inputSize);
    this.currents = new Activations(storage, images, neurons);
    this.targets = new Activations(storage, images, neurons);
  }

  void writeInput(int image, float[] values) {
    inputs.write(image, values);
  }

  void writeCurrent(int image, float[] values) {
    currents.write(image, values);
  }

  void writeTarget(int image, float[] values) {
    targets.write(image, values);
  }

  public int images() {
    return images;
  }

  /** The layer's mean input, in the first elements of {@code values}. */
  public void input(int image, float[] values) {
    inputs.read(image, values);
  }

  /**
   * The mean current into the site, without its bias current, {@code [neurons]}; or the layer's
   * mean output.
   */
  public void current(int image, float[] values) {
    currents.read(image, values);
  }

  /** The site's activations, or the layer's outputs, in the artificial network. */
  public void target(int image, float[] values) {
    targets.read(image, values);
  }

  @Override
  public void close() {
    inputs.close();
    currents.close();
    targets.close();
  }
}
