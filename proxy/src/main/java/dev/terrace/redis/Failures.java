package dev.terrace.redis;

import dev.terrace.config.Secret;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/// What went wrong, in one line without secrets. Servers that do not know a command repeat its
/// arguments in their error, and one of the commands is the login.
final class Failures {
  private static final int LONGEST = 200;

  /// What the native transport puts before the words of the system.
  private static final Pattern NATIVE =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ");

  private final Password password;

  Failures(Password password) {
    this.password = password;
  }

  /// As callers of a command get it.
  IOException of(Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof RedisCommandExecutionException) {
      return new ErrorReplyException(line(cause));
    }
    return cause instanceof IOException known && isOurs(known)
        ? known
        : new IOException(line(cause));
  }

  /// The deepest cause tells most: that a connection was refused, not that connecting failed.
  String line(Throwable failure) {
    Throwable cause = unwrapped(failure);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return clean(message == null ? cause.getClass().getSimpleName() : message);
  }

  /// On one line, cut where it is long, without the password.
  String clean(String message) {
    String shown = message;
    for (Secret secret : password.known()) {
      shown = shown.replace(secret.text(), secret.toString());
    }
    shown = NATIVE.matcher(shown.replaceAll("\\p{Cntrl}", " ").strip()).replaceFirst("");
    return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "…";
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isOurs(IOException failure) {
    return failure instanceof NotConnectedException || failure instanceof ErrorReplyException;
  }
}
