/**
 * Work split over threads so that results never depend on how many there are, and whether there are
 * vectors, and sums in a fixed order. Knows nobody.
 */
@NullMarked
package org.rheobase.parallel;

import org.jspecify.annotations.NullMarked;
