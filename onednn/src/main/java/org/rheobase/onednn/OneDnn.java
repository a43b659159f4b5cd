package org.rheobase.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** The native library, loaded at most once. */
final class OneDnn {
  private OneDnn() {}

  /** Why the library cannot be used here; empty if it can. */
  static Optional<String> problem() {
    return Optional.ofNullable(Library.LOADED.problem());
  }

  static engine engine() {
    return Library.LOADED.orThrow().processor();
  }

  /**
   * Keeps oneDNN from splitting work over OpenMP threads when this thread calls it: their number is
   * a setting of the calling thread, and a sum must not depend on it.
   */
  static void computeInThisThreadAlone() {
    try {
      Library.LOADED.orThrow().setThreads().invokeExact(1);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private record Handles(engine processor, MethodHandle setThreads) {}

  private record Library(@Nullable Handles handles, @Nullable String problem) {
    static final Library LOADED = load();

    Handles orThrow() {
      if (handles == null) {
        throw new IllegalStateException("oneDNN is not loaded: " + problem);
      }
      return handles;
    }

    private static Library load() {
      try {
        Loader.load(dnnl.class);
        return new Library(new Handles(new engine(engine.kind.cpu, 0), setThreads()), null);
      } catch (LinkageError | RuntimeException e) {
        return new Library(
            null,
            "its native library for "
                + Loader.getPlatform()
                + " does not load ("
                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + ")");
      }
    }

    /** {@code omp_set_num_threads} of the OpenMP runtime that came with the library. */
    @SuppressWarnings("restricted") // The launcher and the build grant native access.
    private static MethodHandle setThreads() {
      MemorySegment function =
          SymbolLookup.libraryLookup("libgomp.so.1", Arena.global())
              .findOrThrow("omp_set_num_threads");
      return Linker.nativeLinker()
          .downcallHandle(function, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    }
  }
}
