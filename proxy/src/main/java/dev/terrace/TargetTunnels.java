package dev.terrace;

import dev.terrace.flow.Exchange;
import dev.terrace.flow.Failures;
import dev.terrace.flow.Problem;
import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.origin.TargetClient;
import dev.terrace.server.Tunnels;
import java.util.Optional;
import java.util.OptionalLong;

/// Connects the listener's tunnels to the target's client.
record TargetTunnels(TargetClient target) implements Tunnels {
  @Override
  public Optional<Declined> open(
      Exchange exchange, String path, String authority, Headers headers, Opened opened)
      throws InterruptedException {
    OriginRequest request =
        new OriginRequest(
            "GET",
            path,
            authority,
            headers,
            Optional.empty(),
            OptionalLong.empty(),
            exchange.loop(),
            exchange::interim,
            OriginRequest.Retry.NEVER);
    return target.tunnel(request, opened::opened).map(TargetTunnels::declined);
  }

  private static Declined declined(OriginResult result) {
    return switch (result) {
      case OriginResult.Answer answer ->
          new Declined(answer.head(), answer.body(), answer.bodyBytes());
      case OriginResult.Failure(OriginResult.Kind kind, String detail) -> {
        Problem problem = Failures.problem(kind, detail);
        yield new Declined(
            problem.head(),
            BodyReader.of(problem.body()),
            OptionalLong.of(problem.body().remaining()));
      }
    };
  }
}
