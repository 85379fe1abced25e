package dev.terrace.rules;

/// The URL of an entry as purges name it: what the target is asked for, without scheme and method.
///
/// @param host the host as the target sees it, in lower case, with its port where it has one
/// @param pathAndQuery path as forwarded below the target's base path, and the query as keyed
public record UrlKey(String host, String pathAndQuery) {}
