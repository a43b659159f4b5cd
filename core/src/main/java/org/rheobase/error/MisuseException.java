package org.rheobase.error;

import org.jspecify.annotations.Nullable;

/** The request itself is wrong: an option, a specification or a combination that has no meaning. */
public final class MisuseException extends RheobaseException {
  private static final long serialVersionUID = 1L;

  public MisuseException(String message) {
    this(message, null);
  }

  public MisuseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 2;
  }
}
