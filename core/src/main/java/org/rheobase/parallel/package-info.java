/** Work split over threads so that results never depend on how many there are. Knows nobody. */
@NullMarked
package org.rheobase.parallel;

import org.jspecify.annotations.NullMarked;
