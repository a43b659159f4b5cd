package org.rheobase.parallel;

/** The incubating Vector API. Classes that use it may be loaded only where it is present. */
public final class VectorApi {
  private VectorApi() {}

  /** Whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
  public static boolean isPresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
