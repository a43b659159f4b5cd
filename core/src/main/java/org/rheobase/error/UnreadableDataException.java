package org.rheobase.error;

import org.jspecify.annotations.Nullable;

/** A file (model, images, labels, settings) is missing, corrupt, or not what it claims to be. */
public final class UnreadableDataException extends RheobaseException {
  private static final long serialVersionUID = 1L;

  public UnreadableDataException(String message) {
    this(message, null);
  }

  public UnreadableDataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 4;
  }
}
