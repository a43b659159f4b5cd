package org.rheobase.fuzz;

import java.util.List;

/** Decisions read from a fuzzer's bytes, in order; the first possibility once they are used up. */
final class Choices {
  private final byte[] bytes;
  private int next;

  Choices(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean areLeft() {
    return next < bytes.length;
  }

  /** A number from {@code least} to {@code most}. */
  int between(int least, int most) {
    int count = most - least + 1;
    int drawn = 0;
    for (int range = 1; range < count && areLeft(); range <<= 8) {
      drawn = (drawn << 8) | (bytes[next++] & 0xff);
    }
    return least + drawn % count;
  }

  boolean isTrue() {
    return between(0, 1) == 1;
  }

  <T> T of(List<T> possibilities) {
    return possibilities.get(between(0, possibilities.size() - 1));
  }
}
