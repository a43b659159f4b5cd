/**
 * Turns a network into a spiking one by a recipe: threshold rules, initial potentials, and the
 * order of the transforms. Knows {@code dense}, {@code sim}, {@code transform}, {@code data} and
 * below.
 */
@NullMarked
package org.rheobase.convert;

import org.jspecify.annotations.NullMarked;
