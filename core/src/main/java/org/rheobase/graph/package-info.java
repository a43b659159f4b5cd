/**
 * The one intermediate representation: an immutable graph of typed operations, the same for a
 * network and its spiking twin, with shapes, spiking modules and operation counts. Knows only
 * {@code error}.
 */
@NullMarked
package org.rheobase.graph;

import org.jspecify.annotations.NullMarked;
