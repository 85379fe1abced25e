package dev.terrace.rules;

import dev.terrace.http.StructuredField;
import java.util.Locale;

/// Terrace's member of Proxy-Status (RFC 9209): why it answers with an error of its own.
///
/// @param type what went wrong
/// @param details for people: without secrets; empty for none
public record ProxyStatus(Type type, String details) {
  private static final String NAME = "terrace";

  /// The error types of RFC 9209 §2.3 that Terrace meets.
  public enum Type {
    DNS_TIMEOUT(504),
    DNS_ERROR(502),
    DESTINATION_UNAVAILABLE(503),
    CONNECTION_REFUSED(502),
    CONNECTION_TERMINATED(502),
    CONNECTION_TIMEOUT(504),
    CONNECTION_READ_TIMEOUT(504),
    CONNECTION_WRITE_TIMEOUT(504),
    CONNECTION_LIMIT_REACHED(503),
    TLS_PROTOCOL_ERROR(502),
    TLS_CERTIFICATE_ERROR(502),
    HTTP_REQUEST_ERROR(400),
    HTTP_REQUEST_DENIED(403),
    HTTP_RESPONSE_INCOMPLETE(502),
    HTTP_PROTOCOL_ERROR(502),
    HTTP_RESPONSE_TIMEOUT(504),
    PROXY_INTERNAL_ERROR(500),
    /// RFC 9209 suggests 502; RFC 5842 §7.2 has a status of its own for it.
    PROXY_LOOP_DETECTED(508);

    private final int status;
    private final String word = name().toLowerCase(Locale.ROOT);

    Type(int status) {
      this.status = status;
    }

    /// The status code of the answer, unless what is known calls for another.
    public int status() {
      return status;
    }

    /// As the field names it.
    public String word() {
      return word;
    }
  }

  /// The member as a structured field.
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(64).append(NAME).append("; error=").append(type.word());
    return details.isEmpty()
        ? out.toString()
        : StructuredField.appendString(out.append("; details="), details).toString();
  }
}
