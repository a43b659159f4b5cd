package org.rheobase.sweep;

import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Node;

/**
 * Values that are infinite or no numbers, where a network meets images that it was not made for.
 */
public final class NotFinite {
  private NotFinite() {}

  /**
   * A copy of a node's first values.
   *
   * @throws UnreadableDataException naming the node, if one is not finite
   */
  static float[] checked(Node node, float[] values, int size) {
    float[] copy = java.util.Arrays.copyOf(values, size);
    for (float v : copy) {
      if (!(Math.abs(v) < Float.POSITIVE_INFINITY)) {
        throw at(node, v);
      }
    }
    return copy;
  }

  /** The failure to throw. */
  public static UnreadableDataException at(Node node, double found) {
    return new UnreadableDataException(
        "node "
            + node.name()
            + ": expected finite activations on the calibration images, found "
            + found
            + "; check the model's weights and the preprocessing");
  }
}
