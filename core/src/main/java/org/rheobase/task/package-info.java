/**
 * What a network is for and how its outputs are scored by time step. Knows {@code sim}, {@code
 * dense}, {@code data} and below.
 */
@NullMarked
package org.rheobase.task;

import org.jspecify.annotations.NullMarked;
