package dev.terrace.redis;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One command on its way, over redirections, to its answer or its deadline. Safe for use by any
/// thread.
final class Sending<T> {
  /// What an answer may ask for instead of being the result.
  @FunctionalInterface
  interface Redirects<T> {
    /// Sends the command on, if the error is a redirection.
    ///
    /// @return whether it was sent on
    boolean isFollowed(Sending<T> sending, Live from, String error);
  }

  /// Where it is now.
  private record Sent(Live live, long nanos, CompletableFuture<?> answer) {}

  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Failures failures;
  private final Redirects<T> redirects;

  private volatile Optional<Sent> sent = Optional.empty();

  Sending(Failures failures, Redirects<T> redirects) {
    this.failures = failures;
    this.redirects = redirects;
  }

  CompletableFuture<T> result() {
    return result;
  }

  /// The node that it was sent to last, which is the one that answered if there is an answer; empty
  /// if it was sent to none.
  Optional<Node> node() {
    return sent.map(last -> last.live().node());
  }

  /// Takes what was just sent over the connection.
  void sent(Live live, CompletionStage<T> answer) {
    CompletableFuture<T> future = answer.toCompletableFuture();
    sent = Optional.of(new Sent(live, System.nanoTime(), future));
    var _ = future.whenComplete((value, failure) -> settle(live, value, failure));
  }

  void fail(IOException failure) {
    result.completeExceptionally(failure);
  }

  /// The deadline is over: a late answer is dropped.
  void expire(String message) {
    if (result.completeExceptionally(new IOException(message))) {
      sent.ifPresent(
          last -> {
            last.live().unanswered(last.nanos());
            last.answer().cancel(false);
          });
    }
  }

  private void settle(Live live, T value, @Nullable Throwable failure) {
    if (failure == null) {
      live.answered();
      result.complete(value);
      return;
    }
    IOException known = failures.of(failure);
    if (known instanceof ErrorReplyException reply) {
      live.answered();
      if (reply.code().equals("NOAUTH")) {
        // The next connection logs in, perhaps with another password.
        live.close("it wants a login");
      }
      if (redirects.isFollowed(this, live, String.valueOf(reply.getMessage()))) {
        return;
      }
    }
    result.completeExceptionally(known);
  }
}
