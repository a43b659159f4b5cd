/**
 * Labelled images: the data specifications of the command line, their readers, the built-in
 * generator and preprocessing. Knows {@code graph} (tensors), {@code parallel} and {@code error}.
 */
@NullMarked
package org.rheobase.data;

import org.jspecify.annotations.NullMarked;
