/**
 * Runs the artificial network: a plain Java reference, the interface for fast backends, and taps
 * for activations. Knows {@code graph}, {@code parallel} and {@code error}.
 */
@NullMarked
package org.rheobase.dense;

import org.jspecify.annotations.NullMarked;
