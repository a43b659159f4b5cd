package org.rheobase.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can act on. Its message is one sentence: which file, node or record, what
 * was expected, what was found, what to do.
 */
public abstract sealed class RheobaseException extends RuntimeException
    permits FailureException, MisuseException, UnsupportedModelException, UnreadableDataException {
  private static final long serialVersionUID = 1L;

  RheobaseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The exit code of the command line for this kind of failure. */
  public abstract int exitCode();
}
