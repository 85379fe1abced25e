/// The admin API.
@NullMarked
package dev.terrace.admin;

import org.jspecify.annotations.NullMarked;
