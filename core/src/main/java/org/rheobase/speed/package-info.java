/**
 * How fast this machine is: what it can add, what a kernel makes of that on a layer, and from where
 * on another is faster. Knows {@code sim}, {@code graph} and {@code parallel}.
 */
@NullMarked
package org.rheobase.speed;

import org.jspecify.annotations.NullMarked;
