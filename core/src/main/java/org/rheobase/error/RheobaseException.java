package org.rheobase.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can act on. Its message is one sentence: which file, node or record, what
 * was expected, what was found, what to do.
 */
public abstract sealed class RheobaseException extends RuntimeException
    permits FailureException, MisuseException, UnsupportedModelException, UnreadableDataException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 1000;
  private static final int END = 200;

  RheobaseException(String message, @Nullable Throwable cause) {
    super(sentence(message), cause);
  }

  /** Names and texts come from files: none may break a line, steer a terminal or fill a screen. */
  private static String sentence(String message) {
    String line = message.replaceAll("[\\p{Cntrl}\u0080-\u009f\u2028\u2029]", "?");
    return line.length() <= LONGEST
        ? line
        : line.substring(0, LONGEST - END) + " … " + line.substring(line.length() - END);
  }

  /** The exit code of the command line for this kind of failure. */
  public abstract int exitCode();
}
