/**
 * Corrections of a spiking network that need no training: bias and potential calibration (Li et al.
 * 2021, S1). Knows {@code sweep} and below.
 */
@NullMarked
package org.rheobase.calibrate;

import org.jspecify.annotations.NullMarked;
