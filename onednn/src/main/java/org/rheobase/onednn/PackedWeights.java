package org.rheobase.onednn;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;

/**
 * Weights in the layout that a primitive prefers. All kernels that use the same array of weights in
 * the same layout share one copy, however many threads prepare a kernel; the last one to close
 * frees it.
 */
final class PackedWeights implements AutoCloseable {
  private static final IdentityHashMap<float[], List<PackedWeights>> SHARED =
      new IdentityHashMap<>();

  private final float[] values;
  private final memory.desc layout;
  private final memory packed;
  private int users;

  private PackedWeights(float[] values, memory.desc plain, memory.desc layout, stream queue) {
    this.values = values;
    this.layout = new memory.desc(layout);
    this.packed = new memory(layout, OneDnn.engine());
    try (memory unpacked = new memory(plain, OneDnn.engine());
        reorder pack = new reorder(unpacked, packed)) {
      OneDnnKernel.floats(unpacked, values.length).put(0, values);
      pack.execute(queue, unpacked, packed);
      queue._wait();
    }
  }

  /**
   * The weights {@code values}, which lie in the layout {@code plain}, in {@code layout}. Every
   * caller closes what it got once.
   */
  static PackedWeights of(float[] values, memory.desc plain, memory.desc layout, stream queue) {
    synchronized (SHARED) {
      List<PackedWeights> copies = SHARED.computeIfAbsent(values, _ -> new ArrayList<>());
      for (PackedWeights copy : copies) {
        if (copy.layout.equals(layout)) {
          copy.users++;
          return copy;
        }
      }
      PackedWeights made = new PackedWeights(values, plain, layout, queue);
      made.users = 1;
      copies.add(made);
      return made;
    }
  }

  memory memory() {
    return packed;
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      List<PackedWeights> copies = SHARED.getOrDefault(values, List.of());
      copies.remove(this);
      if (copies.isEmpty()) {
        SHARED.remove(values);
      }
      packed.close();
      layout.close();
    }
  }

  /** Copies alive in this process. */
  static int count() {
    synchronized (SHARED) {
      return SHARED.values().stream().mapToInt(List::size).sum();
    }
  }
}
