package dev.terrace.rules;

import dev.terrace.http.RequestHead;

/// A request as Terrace understands it, before a rule governs it: what was received, and what the
/// target is to see. Made by [IntakePolicy].
///
/// @param received as it came, cookie crumbs joined: what the safety gate reads
/// @param request end-to-end fields without those stripped from untrusted peers and those that
///   Connection names; target normalised, below the api-prefix
/// @param forwardedScheme of the target, or with `--forward-host` the client's
/// @param forwardedHost the host as the target sees it, in lower case
/// @param forwardedTarget base path and target: what is forwarded unless a rule drops parameters
public record Intake(
    RequestHead received,
    RequestHead request,
    String forwardedScheme,
    String forwardedHost,
    String forwardedTarget) {}
