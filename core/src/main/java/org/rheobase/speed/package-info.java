/**
 * How fast this machine is: what it can add, and what a kernel makes of that on a layer. Knows
 * {@code sim} and {@code graph}.
 */
@NullMarked
package org.rheobase.speed;

import org.jspecify.annotations.NullMarked;
