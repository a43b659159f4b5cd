/**
 * Runs the spiking network over time: the scalar specification and the fast integer simulator.
 * Knows {@code graph}, {@code dense} (analog parts), {@code parallel} and {@code error}.
 */
@NullMarked
package org.rheobase.sim;

import org.jspecify.annotations.NullMarked;
