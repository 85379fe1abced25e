/// The file layer: an entry a file.
@NullMarked
package dev.terrace.layer.file;

import org.jspecify.annotations.NullMarked;
