package org.rheobase.onnx;

/**
 * How much a model may make of its bytes. A few bytes can ask for constants and parameters without
 * bound, by repeating, broadcasting and reading again; a network that somebody trained holds most
 * of its numbers in its file.
 */
final class Allowance {
  /** For what small files need: shape arithmetic, broadcast biases, choices of rows. */
  private static final long CONSTANT = 1L << 26;

  /** How often over a file's numbers may be read, folded and emitted. */
  private static final long PER_BYTE = 32;

  private long limit;
  private long used;

  /**
   * For one model.
   *
   * @param bytes of the file
   */
  Allowance(long bytes) {
    limit = CONSTANT + PER_BYTE * bytes;
  }

  /** Adds what the external data of a model allows. */
  void extend(long bytes) {
    limit += PER_BYTE * bytes;
  }

  /**
   * Uses up a part.
   *
   * @throws Refusal when there is no room for it
   */
  void use(long bytes) {
    expect(bytes);
    used += bytes;
  }

  /**
   * Makes sure that there is room for what will be used.
   *
   * @throws Refusal when there is not
   */
  void expect(long bytes) {
    Refusal.unless(
        bytes <= limit - used,
        "with it, the numbers of the network come to more than "
            + (limit >> 20)
            + " MiB, which is far more than the file holds; fold constants when exporting the"
            + " model");
  }
}
