package dev.terrace.config;

/// A secret of the operator. It shows itself only to who asks for it by name.
///
/// @param text what nobody may log
public record Secret(String text) {
  @Override
  public String toString() {
    return "***";
  }
}
