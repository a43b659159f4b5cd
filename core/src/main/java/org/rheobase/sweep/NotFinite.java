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
    check(node, values, size);
    return java.util.Arrays.copyOf(values, size);
  }

  /**
   * Looks at a node's first values.
   *
   * @throws UnreadableDataException naming the node, if one is not finite
   */
  static void check(Node node, float[] values, int size) {
    for (int i = 0; i < size; i++) {
      if (!(Math.abs(values[i]) < Float.POSITIVE_INFINITY)) {
        throw at(node, values[i]);
      }
    }
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
