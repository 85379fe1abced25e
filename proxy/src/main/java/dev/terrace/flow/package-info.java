/// The one story of a request, and the fetches that requests share.
@NullMarked
package dev.terrace.flow;

import org.jspecify.annotations.NullMarked;
