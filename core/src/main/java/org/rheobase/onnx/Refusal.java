package org.rheobase.onnx;

import org.jspecify.annotations.Nullable;

/** Ends the translation of one node that is not supported; the message is the reason. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refusal(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  /** Refuses where {@code value} is missing. */
  static <T> T unlessPresent(@Nullable T value, String reason) {
    if (value == null) {
      throw new Refusal(reason);
    }
    return value;
  }

  /** Refuses unless {@code supported}. */
  static void unless(boolean supported, String reason) {
    if (!supported) {
      throw new Refusal(reason);
    }
  }
}
