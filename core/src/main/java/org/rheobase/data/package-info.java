/**
 * Labelled images: the data specifications of the command line, their readers, the built-in
 * generator, preprocessing and augmentation. Knows {@code graph} (tensors), {@code parallel},
 * {@code rule} and {@code error}.
 */
@NullMarked
package org.rheobase.data;

import org.jspecify.annotations.NullMarked;
