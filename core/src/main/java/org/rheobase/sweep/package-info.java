/**
 * Calibration images on their way through a network, site by site: what every site receives and
 * does, as real numbers and as spikes, side by side. Knows {@code dense}, {@code data}, {@code
 * graph} and below.
 */
@NullMarked
package org.rheobase.sweep;

import org.jspecify.annotations.NullMarked;
