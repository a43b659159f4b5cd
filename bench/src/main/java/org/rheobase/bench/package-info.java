/** Benchmarks that print both sides of every comparison. Never reaches users. */
@NullMarked
package org.rheobase.bench;

import org.jspecify.annotations.NullMarked;
