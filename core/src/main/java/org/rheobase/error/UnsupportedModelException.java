package org.rheobase.error;

import org.jspecify.annotations.Nullable;

/** A well-formed model uses something that Rheobase does not support. */
public final class UnsupportedModelException extends RheobaseException {
  private static final long serialVersionUID = 1L;

  public UnsupportedModelException(String message) {
    this(message, null);
  }

  public UnsupportedModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 3;
  }
}
