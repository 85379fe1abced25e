package dev.terrace.rules;

import dev.terrace.http.StructuredField;
import java.util.Locale;

/// Terrace's member of Proxy-Status (RFC 9209): why it answers itself.
///
/// @param type what went wrong
/// @param details for people: without secrets
public record ProxyStatus(Type type, String details) {
  private static final String NAME = "terrace";

  /// The error types of RFC 9209 §2.3 that Terrace meets.
  public enum Type {
    DESTINATION_UNAVAILABLE,
    CONNECTION_LIMIT_REACHED,
    HTTP_REQUEST_ERROR,
    HTTP_REQUEST_DENIED,
    HTTP_PROTOCOL_ERROR,
    HTTP_RESPONSE_TIMEOUT,
    PROXY_INTERNAL_RESPONSE,
    PROXY_INTERNAL_ERROR,
    PROXY_LOOP_DETECTED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// As the field names it.
    public String word() {
      return word;
    }
  }

  /// The member as a structured field.
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(64).append(NAME).append("; error=").append(type.word());
    return StructuredField.appendString(out.append("; details="), details).toString();
  }
}
