package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HopByHopTest {
  @Test
  void fieldsOfTheConnectionAreRemovedWhateverConnectionSays() {
    Headers fields =
        Headers.of(
            "A",
            "1",
            "connection",
            "close",
            "Keep-Alive",
            "x",
            "TE",
            "trailers",
            "Upgrade",
            "x",
            "HTTP2-Settings",
            "x",
            "Proxy-Connection",
            "x",
            "Transfer-Encoding",
            "chunked",
            "Proxy-Authorization",
            "x",
            "Proxy-Authenticate",
            "x",
            "Proxy-Authentication-Info",
            "x",
            "Trailer",
            "B",
            "B",
            "2");
    assertThat(HopByHop.without(fields)).isEqualTo(Headers.of("A", "1", "Trailer", "B", "B", "2"));
  }

  @Test
  void fieldsThatConnectionNamesAreRemovedOnEveryLineAndInEverySpelling() {
    Headers fields =
        Headers.of(
            "Connection",
            "x-a ,, X-B",
            "X-A",
            "1",
            "x-b",
            "2",
            "X-C",
            "3",
            "Connection",
            "x-d",
            "X-D",
            "4",
            "X-D",
            "5");
    assertThat(HopByHop.without(fields)).isEqualTo(Headers.of("X-C", "3"));
  }

  @Test
  void whatChangesTheMeaningOfAMessageCannotBeNamedAway() {
    Headers fields =
        Headers.of("Host", "a", "Content-Length", "5", "Authorization", "x", "cache-control", "y");
    String named = "host, Content-Length, AUTHORIZATION, Cache-Control";
    assertThat(HopByHop.without(fields.adding("Connection", named))).isEqualTo(fields);
  }

  @Test
  void fieldsWithoutAnyOfTheConnectionAreGivenBackAsTheyAre() {
    Headers fields = Headers.of("A", "1", "B", "2");
    assertThat(HopByHop.without(fields)).isSameAs(fields);
  }
}
