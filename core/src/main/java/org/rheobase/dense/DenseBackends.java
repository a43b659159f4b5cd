package org.rheobase.dense;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;

/** The dense backends of this program: the Java reference, and those found on the class path. */
public final class DenseBackends {
  private static final String ONEDNN = "onednn";

  private DenseBackends() {}

  /**
   * The backend to use when nobody says.
   *
   * @param backend the first fast one that can run here, else {@link JavaBackend}
   * @param fallback why no fast backend runs; empty when one does
   */
  public record Choice(DenseBackend backend, Optional<String> fallback) {}

  public static DenseBackend best() {
    return choose().backend();
  }

  /** {@link #best} with the reason for falling back. */
  public static Choice choose() {
    return choose(onClassPath());
  }

  /**
   * The backend that a user asked for.
   *
   * @throws MisuseException if there is none of that name
   * @throws FailureException if it cannot run here
   */
  public static DenseBackend named(String name) {
    return named(name, onClassPath());
  }

  static Choice choose(List<DenseBackend> fast) {
    List<String> reasons = new ArrayList<>();
    for (DenseBackend backend : fast) {
      Optional<String> reason = backend.unavailable();
      if (reason.isEmpty()) {
        return new Choice(backend, Optional.empty());
      }
      reasons.add(backend.name() + ": " + reason.get());
    }
    return new Choice(
        new JavaBackend(),
        Optional.of(
            reasons.isEmpty()
                ? "no fast backend is on the class path"
                : String.join("; ", reasons)));
  }

  static DenseBackend named(String name, List<DenseBackend> fast) {
    JavaBackend java = new JavaBackend();
    if (name.equals(java.name())) {
      return java;
    }
    for (DenseBackend backend : fast) {
      if (name.equals(backend.name())) {
        backend
            .unavailable()
            .ifPresent(reason -> {
              throw new FailureException(
                  "dense backend "
                      + name
                      + " cannot run here: "
                      + reason
                      + "; choose "
                      + java.name());
            });
        return backend;
      }
    }
    if (name.equals(ONEDNN)) {
      throw new FailureException(
          "dense backend onednn is not on the class path: add org.rheobase:rheobase-onednn, or"
              + " choose "
              + java.name());
    }
    throw new MisuseException(
        "expected a dense backend ("
            + java.name()
            + fast.stream().map(b -> ", " + b.name()).collect(Collectors.joining())
            + "), found "
            + name);
  }

  private static List<DenseBackend> onClassPath() {
    try {
      return ServiceLoader.load(DenseBackend.class, DenseBackends.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError e) {
      throw new FailureException(
          "a dense backend on the class path is broken: " + e.getMessage(), e);
    }
  }
}
