package dev.terrace.layer;

/// An entry with its body, as a layer found it.
///
/// @param entry the head
/// @param body to be opened at most as often as needed; each reader is closed by who opened it
public record StoredResponse(Entry entry, StoredBody body) {}
