package dev.terrace.conformance;

import java.util.List;

/// A request that a client sends.
///
/// @param version as HTTP/1 states it
/// @param fields without Host and Content-Length, unless the scenario states them
/// @param body a character a byte; empty for none
record Ask(String method, String target, String version, List<Field> fields, String body) {}
