package dev.terrace.admin;

import dev.terrace.config.Unfit;
import dev.terrace.rules.Secrets;

/// A text that stands in a call, and where, so that an error can name both.
///
/// @param place a field, a parameter, or a member such as `urls[1]`
/// @param secrets what of the text no error repeats
record Given(String place, String text, Secrets secrets) {
  /// Says what came, in one line and cut where it is long, and what may.
  BadCall expected(String allowed) {
    return BadCall.malformed(place + ": got " + shown() + ", expected " + allowed);
  }

  private String shown() {
    return Unfit.quoted(secrets.maskedPattern(text));
  }
}
