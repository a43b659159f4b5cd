/**
 * Threshold rules: how the threshold of every site is chosen from the calibration images. Knows
 * {@code sweep}, {@code dense}, {@code data} and below.
 */
@NullMarked
package org.rheobase.threshold;

import org.jspecify.annotations.NullMarked;
