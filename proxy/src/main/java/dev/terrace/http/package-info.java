/// Values of HTTP: heads, fields, dates, bodies. Depends on the JDK alone.
@NullMarked
package dev.terrace.http;

import org.jspecify.annotations.NullMarked;
