/// The listener: HTTP/1.1, HTTP/2, TLS, tunnels, limits, the fast lane.
@NullMarked
package dev.terrace.server;

import org.jspecify.annotations.NullMarked;
