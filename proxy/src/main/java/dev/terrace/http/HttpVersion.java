package dev.terrace.http;

/// The protocol version in which a message arrived.
public enum HttpVersion {
  HTTP_1_0("1.0"),
  HTTP_1_1("1.1"),
  HTTP_2("2");

  private final String number;

  HttpVersion(String number) {
    this.number = number;
  }

  /// As Via names it (RFC 9110 §7.6.3).
  public String number() {
    return number;
  }
}
