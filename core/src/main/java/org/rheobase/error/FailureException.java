package org.rheobase.error;

import org.jspecify.annotations.Nullable;

/** The work was understood but could not be done, for example because the disk is full. */
public final class FailureException extends RheobaseException {
  private static final long serialVersionUID = 1L;

  public FailureException(String message) {
    this(message, null);
  }

  public FailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 1;
  }
}
