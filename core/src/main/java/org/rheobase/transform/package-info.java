/**
 * Pure passes from graph to graph that keep the network's outputs: folding, lowering,
 * normalisation, and the bounded one, weight quantisation. Knows {@code graph} and {@code error}.
 */
@NullMarked
package org.rheobase.transform;

import org.jspecify.annotations.NullMarked;
